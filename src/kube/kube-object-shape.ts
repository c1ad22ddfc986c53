import type { KubeObject } from "../domain/kube-object.ts";
import { TOLD_ANNOTATION } from "../domain/replication/record.ts";

/** True for what the API server sends as an object: a type and a name. */
export function isKubeObject(value: unknown): value is KubeObject {
  if (typeof value !== "object" || value === null) return false;
  if (!("metadata" in value) || typeof value.metadata !== "object" || value.metadata === null) {
    return false;
  }
  return "name" in value.metadata && typeof value.metadata.name === "string";
}

/** The object without what only the API server's own bookkeeping needs and what kubectl repeats. */
export function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as typeof object.metadata & {
    readonly managedFields?: unknown;
  };
  const last = "kubectl.kubernetes.io/last-applied-configuration";
  if (metadata.annotations?.[last] === undefined) return { ...object, metadata };
  const { [last]: __, ...annotations } = metadata.annotations;
  return { ...object, metadata: { ...metadata, annotations } };
}

/** What explains a pod's health: its state, and whose it is; and what it was told. The rest of a pod is most of it, and nobody asks for it. */
export function trimmedPod(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, spec, status } = trimmed(object);
  const { annotations, ...identity } = metadata;
  const told = annotations?.[TOLD_ANNOTATION];
  const kept =
    told === undefined ? identity : { ...identity, annotations: { [TOLD_ANNOTATION]: told } };
  const { volumes } = { volumes: undefined, ...(spec as object) };
  return { apiVersion, kind, metadata: kept, spec: { volumes }, status };
}
