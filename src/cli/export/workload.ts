/** A workload of other people's manifests, read as it is. */
import { isRecord, type JsonRecord, valueAt } from "../../domain/json-object.ts";
import { listAt, numberAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { Namespace } from "./namespace.ts";

/** One variable of a container. */
export interface Variable {
  readonly name: string;
  /** The text that it has, also when it comes from a ConfigMap that could be read. */
  readonly value: string | undefined;
  /** As it is written. */
  readonly raw: JsonRecord;
}

/** A Deployment or StatefulSet with its main container. */
export interface Workload {
  readonly object: KubeObject;
  /** `StatefulSet redis`. */
  readonly subject: string;
  readonly name: string;
  readonly pod: JsonRecord;
  /** The one that does the work: of the workload's name, else the first. */
  readonly container: JsonRecord;
  readonly image: string;
  readonly replicas: number;
  readonly args: readonly string[];
  readonly variables: readonly Variable[];
  readonly claims: readonly Claim[];
}

/** A claim that its pods mount. */
export interface Claim {
  readonly volume: string;
  readonly size: string | undefined;
  readonly storageClassName: string | undefined;
  readonly mountPath: string | undefined;
  readonly isTemplate: boolean;
}

/** Reads a workload; undefined when it has no container. */
export function readWorkload(object: KubeObject, namespace: Namespace): Workload | undefined {
  const pod = valueAt(object, ["spec", "template", "spec"]);
  if (!isRecord(pod)) return undefined;
  const containers = listAt(pod, "containers").filter(isRecord);
  const { name } = object.metadata;
  const container =
    containers.find((one) => name.includes(textAt(one, "name") ?? "\0")) ?? containers[0];
  if (container === undefined) return undefined;
  const replicas = valueAt(object, ["spec", "replicas"]);
  return {
    object,
    subject: `${object.kind} ${name}`,
    name,
    pod,
    container,
    image: textAt(container, "image") ?? "",
    replicas: typeof replicas === "number" ? replicas : 1,
    args: [...listAt(container, "command"), ...listAt(container, "args")].filter(isText),
    variables: variablesOf(container, namespace),
    claims: claimsOf(object, pod, container, namespace),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** `env`, and the keys of ConfigMaps in `envFrom`, which stand behind it. */
function variablesOf(container: JsonRecord, namespace: Namespace): readonly Variable[] {
  const own = listAt(container, "env")
    .filter(isRecord)
    .map((raw): Variable => {
      const map = textAt(raw, "valueFrom", "configMapKeyRef", "name");
      const key = textAt(raw, "valueFrom", "configMapKeyRef", "key");
      const read =
        map === undefined || key === undefined ? undefined : namespace.configValue(map, key);
      return { name: textAt(raw, "name") ?? "", value: textAt(raw, "value") ?? read, raw };
    });
  const named = new Set(own.map(({ name }) => name));
  const from = listAt(container, "envFrom").flatMap((source) => {
    const map = textAt(source, "configMapRef", "name");
    const prefix = textAt(source, "prefix") ?? "";
    if (map === undefined) return [];
    return namespace.configKeys(map).map((key): Variable => {
      const name = `${prefix}${key}`;
      const raw = { name, valueFrom: { configMapKeyRef: { name: map, key } } };
      return { name, value: namespace.configValue(map, key), raw };
    });
  });
  return [...own, ...from.filter(({ name }) => !named.has(name))];
}

function claimsOf(
  object: KubeObject,
  pod: JsonRecord,
  container: JsonRecord,
  namespace: Namespace,
): readonly Claim[] {
  const mountOf = (volume: string): string | undefined =>
    textAt(
      listAt(container, "volumeMounts").find((one) => textAt(one, "name") === volume),
      "mountPath",
    );
  const templates = listAt(object, "spec", "volumeClaimTemplates").map((template): Claim => {
    const volume = textAt(template, "metadata", "name") ?? "";
    return { volume, ...sizeOf(template), mountPath: mountOf(volume), isTemplate: true };
  });
  const mounted = listAt(pod, "volumes").flatMap((one): Claim[] => {
    const claim = textAt(one, "persistentVolumeClaim", "claimName");
    const volume = textAt(one, "name") ?? "";
    if (claim === undefined) return [];
    const found = namespace.named("PersistentVolumeClaim", claim);
    return [{ volume, ...sizeOf(found), mountPath: mountOf(volume), isTemplate: false }];
  });
  return [...templates, ...mounted];
}

function sizeOf(claim: unknown): Pick<Claim, "size" | "storageClassName"> {
  return {
    size: textAt(claim, "spec", "resources", "requests", "storage"),
    storageClassName: textAt(claim, "spec", "storageClassName"),
  };
}

/** The number of a port by its name, as probes and Services may name it. */
export function portNumber(container: JsonRecord, port: unknown): number | undefined {
  if (typeof port === "number") return port;
  const named = listAt(container, "ports").find((one) => textAt(one, "name") === port);
  const number = numberAt(named, "containerPort");
  return number === 0 ? undefined : number;
}
