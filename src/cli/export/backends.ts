/** Backends of a namespace: by image, under the name that they have. */

import type { JsonRecord } from "../../domain/json-object.ts";
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type BackendType, hasPrimary } from "../../domain/prism-cluster/backend-type.ts";
import { backendTypeOf, versionFields } from "./backend-kind.ts";
import { readImage } from "./image.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import { podFields, storageField } from "./pod-fields.ts";
import { type ServerSettings, settingsOf } from "./server-settings.ts";
import type { Workload } from "./workload.ts";

/** One backend as it is found. */
export interface FoundBackend {
  readonly name: string;
  readonly type: BackendType;
  readonly workload: Workload;
  /** Names of the Services in front of it, by which clients call it. */
  readonly services: readonly string[];
}

/** The workload's type, when it is a backend. */
export function backendIn(workload: Workload, namespace: Namespace): FoundBackend | undefined {
  const type = backendTypeOf(workload.image);
  if (type === undefined) return undefined;
  const services = namespace.servicesOf(workload.object).map(({ metadata }) => metadata.name);
  return { name: workload.name, type, workload, services };
}

/** The block under `spec.backends.<name>`. */
export function backendBlock(found: FoundBackend, namespace: Namespace, notes: Notes): JsonRecord {
  const { name, type, workload } = found;
  const field = `spec.backends.${name}`;
  const settings = settingsOf(type, workload, namespace, notes);
  const database = workload.variables.find(({ name: key }) =>
    /^(POSTGRES_DB|POSTGRESQL_DATABASE)$/.test(key),
  );
  noteServices(found, namespace, notes);
  noteCredentials(found, settings, namespace, notes);
  noteCommand(found, notes);
  noteMembers(found, notes);
  return {
    ...(name === type ? {} : { type }),
    replicas: workload.replicas,
    ...versionFields(type, readImage(workload.image)),
    ...storageField(workload, notes, field),
    ...(type === "postgres" && database?.value !== undefined ? { database: database.value } : {}),
    ...(settings.hasPassword && (type === "redis" || type === "nats")
      ? { auth: { enabled: true } }
      : {}),
    ...(Object.keys(settings.config).length > 0 ? { config: settings.config } : {}),
    ...podFields(workload, notes, field),
  };
}

/** A Service that the operator does not make stays; one of a type that it cannot make is taken over as it is. */
function noteServices({ name, workload }: FoundBackend, namespace: Namespace, notes: Notes): void {
  for (const service of namespace.servicesOf(workload.object)) {
    const type = textAt(service, "spec", "type") ?? "ClusterIP";
    if (service.metadata.name !== name || type === "ClusterIP") continue;
    notes.add(
      "notExpressed",
      `Service ${service.metadata.name}`,
      `is of type ${type}; a backend's is ClusterIP`,
      {
        field: `spec.backends.${name}`,
        advice:
          "it keeps its type while the workload runs as it was found; make one of another name for clients outside",
      },
    );
  }
  if (!namespace.servicesOf(workload.object).some(({ metadata }) => metadata.name === name)) {
    notes.add(
      "after",
      workload.subject,
      `no Service ${name} selects its pods: the operator makes one, which finds them once they carry app=${name}`,
      {
        field: `spec.backends.${name}`,
      },
    );
  }
}

/** Where a login of its own would be generated, the one in use must be there first under the operator's name. */
function noteCredentials(
  found: FoundBackend,
  settings: ServerSettings,
  namespace: Namespace,
  notes: Notes,
): void {
  const { name, type, workload } = found;
  if (!settings.hasPassword) return;
  const keys = CREDENTIALS[type];
  const parts = Object.entries(keys).flatMap(([key, variables]) => {
    const found = workload.variables.find((one) => variables.test(one.name));
    return found === undefined
      ? []
      : [`--from-literal=${key}="${readCommand(found.raw, workload, namespace)}"`];
  });
  const secret = `${name}-credentials`;
  if (namespace.named("Secret", secret) !== undefined) return;
  const missing =
    parts.length === 0
      ? `--from-literal=${Object.keys(keys).join("=... --from-literal=")}=...`
      : parts.join(" ");
  notes.add(
    "before",
    workload.subject,
    `its login is not in Secret ${secret}, which the operator reads; without it, it would generate another`,
    {
      field: `spec.backends.${name}`,
      advice: `kubectl --namespace ${namespace.name} create secret generic ${secret} ${missing}`,
    },
  );
}

/** Keys of a generated Secret (src/domain/prism-cluster/children/credentials.ts), and the variables that hold the same. */
const CREDENTIALS: Readonly<Record<BackendType, Readonly<Record<string, RegExp>>>> = {
  redis: { password: /^(REDIS_PASSWORD|REDISCLI_AUTH)$/ },
  nats: { username: /^NATS_USER/, password: /^NATS_PASS/ },
  postgres: {
    username: /^(POSTGRES_USER|POSTGRESQL_USERNAME)$/,
    password: /^(POSTGRES_PASSWORD|POSTGRESQL_PASSWORD)$/,
  },
  minio: {
    accessKey: /^MINIO_(ROOT_USER|ACCESS_KEY)$/,
    secretKey: /^MINIO_(ROOT_PASSWORD|SECRET_KEY)$/,
  },
  kafka: {},
};

/** A command line that reads a value where it is, so that the export itself holds none. */
function readCommand(raw: JsonRecord, { object }: Workload, namespace: Namespace): string {
  const secret = textAt(raw, "valueFrom", "secretKeyRef", "name");
  const key = textAt(raw, "valueFrom", "secretKeyRef", "key")?.replaceAll(".", "\\.");
  const kubectl = `kubectl --namespace ${namespace.name} get`;
  if (secret !== undefined)
    return `$(${kubectl} secret ${secret} --output jsonpath='{.data.${key}}' | base64 --decode)`;
  const path = `{.spec.template.spec.containers[*].env[?(@.name=="${textAt(raw, "name")}")].value}`;
  return `$(${kubectl} ${object.kind.toLowerCase()} ${object.metadata.name} --output jsonpath='${path}')`;
}

/** Servers that others have tied together are tied together anew: the first one's data are the data (ADR-0039). */
function noteMembers({ name, type, workload }: FoundBackend, notes: Notes): void {
  if (!hasPrimary(type) || workload.replicas < 2) return;
  notes.add(
    "before",
    workload.subject,
    `of its ${workload.replicas} servers ${name}-0 becomes the primary with the data that it has, when they are rolled out; the volumes of the others are no copies of it`,
    {
      field: `spec.backends.${name}.replicas`,
      advice: `make ${name}-0 the primary, and delete the volume claims of the others as they are rolled out`,
    },
  );
}

/** The operator starts servers its own way. */
function noteCommand({ name, type, workload }: FoundBackend, notes: Notes): void {
  const isShell = /^(\/bin\/)?(sh|bash)$/.test(workload.args[0] ?? "");
  if (!isShell) return;
  notes.lost(
    workload.subject,
    `its shell command is not taken over; the operator starts ${type} itself`,
    `spec.backends.${name}`,
  );
}

/** A workload of ours-to-be that is of another kind than the operator's own. */
export function noteKind(workload: Workload, wanted: string, notes: Notes, field: string): void {
  if (workload.object.kind === wanted) return;
  notes.add(
    "notExpressed",
    workload.subject,
    `is a ${workload.object.kind}; the operator's is a ${wanted}`,
    {
      field,
      advice: `it is taken over and runs as it is until prism.io/rollout: now, which makes the ${wanted} and then ends it`,
    },
  );
}

/** True for what a PrismCluster already owns. */
export function isOwned({ metadata }: KubeObject): boolean {
  return (
    metadata.ownerReferences?.some(({ apiVersion }) => apiVersion.startsWith("prism.io/")) ?? false
  );
}
