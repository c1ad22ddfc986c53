/** Admin and proxy, which have one name each, and the Ingress in front. */
import { isRecord, type JsonRecord, valueAt } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { autoscalingField } from "./autoscaling.ts";
import { type FoundBackend, noteKind } from "./backends.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import { podFields, storageField } from "./pod-fields.ts";
import type { Workload } from "./workload.ts";

/** The names that a PrismCluster has for them (the source's). */
export const ADMIN_NAME = "prism-admin";
export const PROXY_NAME = "prism-proxy";

/** `spec.admin`. */
export function adminBlock(
  workload: Workload,
  backends: readonly FoundBackend[],
  notes: Notes,
): JsonRecord {
  const field = "spec.admin";
  const database = databaseOf(workload, backends);
  noteKind(workload, database === undefined ? "StatefulSet" : "Deployment", notes, field);
  noteArguments(workload, notes, field);
  noteVariables(workload, notes, field);
  const { storage } = storageField(workload, notes, field);
  const kept =
    database === undefined
      ? { type: "sqlite", ...(isRecord(storage) ? storage : {}) }
      : { type: "postgres", ...(database.name === "postgres" ? {} : { backend: database.name }) };
  return { replicas: workload.replicas, storage: kept, ...podFields(workload, notes, field) };
}

/** The Postgres that `--db=postgres://...` or a variable names. */
function databaseOf(
  { args, variables }: Workload,
  backends: readonly FoundBackend[],
): FoundBackend | undefined {
  const texts = [...args, ...variables.flatMap(({ value }) => value ?? [])];
  if (!texts.some((text) => /postgres(ql)?:\/\//.test(text))) return undefined;
  return backends.find(({ type }) => type === "postgres");
}

/** Arguments that say what the operator says anyway. */
const ADMIN_ARGUMENTS =
  /^(serve|\/app\/prism-admin|prism-admin|--?(grpc-port|raft-port|metrics-port|raft-addr|raft-id|advertise-addr|cluster|data-dir|db|port|listen|http-port|m|p)([= ].*)?|\d+|\/\S*|sqlite:.*)$/;

function noteArguments({ subject, args }: Workload, notes: Notes, field: string): void {
  const others = args.filter((arg) => !ADMIN_ARGUMENTS.test(arg) && !/postgres(ql)?:/.test(arg));
  if (others.length === 0) return;
  const names = others.map((arg) => (arg.startsWith("-") ? arg.replace(/=.*/, "") : "..."));
  notes.lost(subject, `its arguments ${names.join(" ")} are not taken over`, field);
}

/** Neither admin nor proxy takes variables from a PrismCluster. */
function noteVariables({ subject, variables }: Workload, notes: Notes, field: string): void {
  const own = variables
    .map(({ name }) => name)
    .filter((name) => !/^(POD_|PRISM_|HOME$)/.test(name));
  if (own.length > 0)
    notes.lost(subject, `its variables ${own.join(", ")} are not taken over`, field);
}

/** `spec.proxy`. */
export function proxyBlock(workload: Workload, namespace: Namespace, notes: Notes): JsonRecord {
  const field = "spec.proxy";
  noteKind(workload, "Deployment", notes, field);
  noteVariables(workload, notes, field);
  if (workload.args.length > 0) {
    notes.lost(
      workload.subject,
      "its command and arguments are not taken over: the proxy reads none",
      field,
    );
  }
  return {
    replicas: workload.replicas,
    ...serviceField(namespace.named("Service", PROXY_NAME), notes),
    ...autoscalingField(workload, namespace, notes, field),
    ...podFields(workload, notes, field),
  };
}

const WRITTEN_BY_TOOLS = /^(kubectl\.kubernetes\.io\/|meta\.helm\.sh\/)/;

const LOST_OF_SERVICE = [
  "loadBalancerIP",
  "externalTrafficPolicy",
  "loadBalancerSourceRanges",
  "sessionAffinity",
] as const;
/** What Kubernetes fills in. */
const DEFAULTED: ReadonlySet<unknown> = new Set([undefined, "None", "Cluster"]);

function serviceField(service: KubeObject | undefined, notes: Notes): JsonRecord {
  if (service === undefined) return {};
  noteService(service, notes);
  const type = textAt(service, "spec", "type") ?? "ClusterIP";
  const annotations = Object.entries(service.metadata.annotations ?? {}).filter(
    ([key]) => !WRITTEN_BY_TOOLS.test(key),
  );
  const block = {
    ...(type === "ClusterIP" ? {} : { type }),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
  };
  return Object.keys(block).length === 0 ? {} : { service: block };
}

function noteService(service: KubeObject, notes: Notes): void {
  const subject = `Service ${PROXY_NAME}`;
  const ports = listAt(service, "spec", "ports").map((port) => valueAt(port, ["port"]));
  if (ports.some((port) => port !== 8980)) {
    const message = `its ports ${ports.join(", ")} stay while the proxy runs as it was found; the operator's is 8980`;
    notes.lost(subject, message, "spec.proxy.service");
  }
  for (const key of LOST_OF_SERVICE) {
    if (DEFAULTED.has(valueAt(service, ["spec", key]))) continue;
    notes.lost(subject, `${key} is not taken over`, "spec.proxy.service");
  }
}

/** Annotations that the operator writes itself for gRPC (the source's), and what tools leave. */
const INGRESS_OWN = /^(kubectl\.kubernetes\.io\/|meta\.helm\.sh\/|kubernetes\.io\/ingress\.class$)/;

/** `spec.ingress` of the Ingress that leads to the proxy. */
export function ingressField(namespace: Namespace, notes: Notes): JsonRecord {
  const [ingress, ...others] = namespace.of("Ingress").filter(leadsToProxy);
  for (const other of others) {
    notes.add(
      "unmanaged",
      `Ingress ${other.metadata.name}`,
      "leads to the proxy too; a PrismCluster has one Ingress, this one stays as it is",
    );
  }
  if (ingress === undefined) return {};
  const subject = `Ingress ${ingress.metadata.name}`;
  const rules = listAt(ingress, "spec", "rules");
  const [host, ...more] = rules.flatMap((rule) => textAt(rule, "host") ?? []);
  if (more.length > 0)
    notes.lost(
      subject,
      `its other hosts ${more.join(", ")} are not taken over`,
      "spec.ingress.host",
    );
  noteRenamed(ingress, namespace, notes);
  const annotations = Object.entries(ingress.metadata.annotations ?? {}).filter(
    ([key]) => !INGRESS_OWN.test(key),
  );
  const className =
    textAt(ingress, "spec", "ingressClassName") ??
    ingress.metadata.annotations?.["kubernetes.io/ingress.class"];
  return {
    ingress: {
      enabled: true,
      ...(className === undefined ? {} : { className }),
      ...(host === undefined ? {} : { host }),
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
      ...tlsField(ingress),
    },
  };
}

function leadsToProxy(ingress: KubeObject): boolean {
  const paths = listAt(ingress, "spec", "rules").flatMap((rule) => listAt(rule, "http", "paths"));
  const services = [
    textAt(ingress, "spec", "defaultBackend", "service", "name"),
    ...paths.map((path) => textAt(path, "backend", "service", "name")),
  ];
  return services.includes(PROXY_NAME);
}

function noteRenamed({ metadata: { name } }: KubeObject, namespace: Namespace, notes: Notes): void {
  if (name === PROXY_NAME) return;
  notes.add(
    "after",
    `Ingress ${name}`,
    `the operator's own is called ${PROXY_NAME}; both lead to the same Service`,
    {
      field: "spec.ingress",
      advice: `when the new one has its address: kubectl --namespace ${namespace.name} delete ingress ${name}`,
    },
  );
}

/** The certificate's Secret alone: who fills it now goes on, by the annotations that are taken over. */
function tlsField(ingress: KubeObject): JsonRecord {
  const [tls] = listAt(ingress, "spec", "tls");
  const secretName = textAt(tls, "secretName");
  return secretName === undefined ? {} : { tls: { secretName } };
}
