/** Pattern runners: workloads named `<pattern>-runner`. */
import { isRecord, type JsonRecord, ownValue, valueAt } from "../../domain/json-object.ts";
import { listAt, numberAt, textAt } from "../../domain/json-read.ts";
import { autoscalingField } from "./autoscaling.ts";
import type { FoundBackend } from "./backends.ts";
import { readImage } from "./image.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import { podFields, storageField } from "./pod-fields.ts";
import { portNumber, type Variable, type Workload } from "./workload.ts";

const SUFFIX = "-runner";
/** Variables that the operator gives a runner for each backend that it names (design, section 5). */
const CONNECTION =
  /^([A-Z0-9_]+_)?(REDIS_URL|NATS_URL|DATABASE_URL|POSTGRES_URL|S3_ENDPOINT|S3_ACCESS_KEY|S3_SECRET_KEY|MINIO_URL|KAFKA_BROKERS|SQLITE_PATH)$/;
/** Values of such variables must not stand in an object that everybody may read. */
const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;

/** True for what would be a pattern's runner by its name. */
export function isRunner({ name }: Workload): boolean {
  return name.endsWith(SUFFIX) && name.length > SUFFIX.length;
}

/** True for a runner by its image that has another name than the operator's. */
export function isMisnamedRunner(workload: Workload): boolean {
  return !isRunner(workload) && readImage(workload.image).name.endsWith(SUFFIX);
}

/** One entry of `spec.patterns`; `index` is its place there. */
export function patternBlock(
  workload: Workload,
  index: number,
  context: {
    readonly namespace: Namespace;
    readonly backends: readonly FoundBackend[];
    readonly notes: Notes;
  },
): JsonRecord {
  const { namespace, backends, notes } = context;
  const field = `spec.patterns[${index}]`;
  const name = workload.name.slice(0, -SUFFIX.length);
  const type = typeOf(workload) ?? name;
  const used = usedBackends(workload, backends);
  const { container, object } = workload;
  const args = listAt(container, "args");
  noteCommand(workload, notes, field);
  return {
    name,
    ...(type === name ? {} : { type }),
    workload: object.kind,
    replicas: workload.replicas,
    ...(used.length === 0 ? {} : { backends: used.map((one) => ({ name: one.name })) }),
    ...sqliteStorage(workload, notes, field),
    ...autoscalingField(workload, namespace, notes, field),
    ...(args.length === 0 ? {} : { args }),
    ...environment(workload, used, notes, field),
    ...portsField(container),
    ...probesField(workload, notes, field),
    ...podFields(workload, notes, field),
  };
}

/** `keyvalue` of `registry/keyvalue-runner:tag`. */
export function typeOf(workload: Workload): string | undefined {
  const { name } = readImage(workload.image);
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
}

/** A backend is used when a variable or an argument names its Service as a host. */
function usedBackends(
  workload: Workload,
  backends: readonly FoundBackend[],
): readonly FoundBackend[] {
  const texts = [...workload.args, ...workload.variables.flatMap(({ value }) => value ?? [])];
  const hosts = new Set(texts.flatMap(hostsIn));
  return backends.filter(({ name, services }) => [name, ...services].some((one) => hosts.has(one)));
}

/**
 * Names in host names that may be a Service: `redis` of `redis://user@redis.prism.svc:6379` and of `redis:6379`, and
 * `kafka` of `kafka-0.kafka:9092`, a member behind its headless Service.
 */
function hostsIn(text: string): readonly string[] {
  const found = text.matchAll(
    /(?:\/\/(?:[^\s/@]*@)?|^|[\s,=])([a-z0-9][-a-z0-9]*)(?:\.([a-z0-9][-a-z0-9]*))?(?=[.:/,]|$)/gi,
  );
  return [...found].flatMap(([, host = "", next]) =>
    next !== undefined && /-\d{1,4}$/.test(host) ? [host, next] : [host],
  );
}

function sqliteStorage(workload: Workload, notes: Notes, field: string): JsonRecord {
  const { storage } = storageField(workload, notes, field);
  return isRecord(storage) ? { storage: { type: "sqlite", ...storage } } : {};
}

/** `command` replaces what an image starts; runners of Prism are started by their image. */
function noteCommand({ subject, container }: Workload, notes: Notes, field: string): void {
  const command = listAt(container, "command");
  if (command.length > 0)
    notes.lost(
      subject,
      `its command (${String(command[0])} ...) is not taken over: the image's own is used`,
      field,
    );
}

function environment(
  workload: Workload,
  used: readonly FoundBackend[],
  notes: Notes,
  field: string,
): JsonRecord {
  const env = workload.variables.flatMap((one, at) =>
    variable(one, { workload, used, notes, field: `${field}.env[${at}]` }),
  );
  return env.length === 0 ? {} : { env };
}

interface VariableContext {
  readonly workload: Workload;
  readonly used: readonly FoundBackend[];
  readonly notes: Notes;
  readonly field: string;
}

function variable(
  { name, value, raw }: Variable,
  { workload, used, notes, field }: VariableContext,
): readonly JsonRecord[] {
  const { subject } = workload;
  if (CONNECTION.test(name)) {
    if (used.length > 0) return [];
    notes.lost(
      subject,
      `variable ${name} names no backend of this namespace; write that backend with external.url`,
      field,
    );
    return [];
  }
  const literal = textAt(raw, "value");
  if (
    literal !== undefined &&
    (SECRET_NAME.test(name) || /:\/\/[^\s/@:]*:[^\s/@]+@/.test(literal))
  ) {
    notes.add(
      "notExpressed",
      subject,
      `the value of variable ${name} may be a secret and is left out`,
      {
        field,
        advice: "put it into a Secret and write valueFrom.secretKeyRef",
      },
    );
    return [];
  }
  if (literal === undefined && value === undefined && ownValue(raw, "valueFrom") === undefined) {
    return [{ name, value: "" }];
  }
  return [raw];
}

function portsField(container: JsonRecord): JsonRecord {
  const ports = listAt(container, "ports").map((port) => {
    const number = numberAt(port, "containerPort");
    const protocol = textAt(port, "protocol");
    return {
      name: textAt(port, "name") ?? `port-${number}`,
      port: number,
      ...(protocol === undefined || protocol === "TCP" ? {} : { protocol }),
    };
  });
  return ports.length === 0 ? {} : { ports };
}

const PROBES = {
  livenessProbe: "liveness",
  readinessProbe: "readiness",
  startupProbe: "startup",
} as const;

function probesField(workload: Workload, notes: Notes, field: string): JsonRecord {
  const probes = Object.entries(PROBES).flatMap(([key, name]) => {
    const probe = valueAt(workload.container, [key]);
    return isRecord(probe) ? [[name, withNumbers(probe, workload)] as const] : [];
  });
  if (probes.length === 0) return {};
  for (const [name, probe] of probes) {
    if (listAt(probe, "httpGet", "httpHeaders").length > 0) {
      notes.lost(
        workload.subject,
        `the HTTP headers of its ${name} probe are not taken over`,
        `${field}.probes`,
      );
    }
  }
  return { probes: Object.fromEntries(probes) };
}

/** Ports by number, since names are those of the container that was. */
function withNumbers(probe: JsonRecord, { container }: Workload): JsonRecord {
  return Object.fromEntries(
    Object.entries(probe).map(([key, action]) => {
      if (!isRecord(action) || !("port" in action)) return [key, action];
      const port = portNumber(container, action["port"]) ?? action["port"];
      return [key, { ...action, port }];
    }),
  );
}
