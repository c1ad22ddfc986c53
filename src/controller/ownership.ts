/** How a child shows whose it is, and what we last asked of it. */
import type { Child } from "../domain/child.ts";
import type { KubeObject, OwnerReference } from "../domain/kube-object.ts";
import { canonicalJson } from "./canonical-json.ts";

/** Selects what the caches hold; the source's label. */
export const MANAGED_SELECTOR = "managed-by=prism-operator";
/** Name of the PrismCluster a child belongs to; also on volume claims and retained Secrets, which have no owner. */
export const CLUSTER_LABEL = "prism.io/cluster";
/** Hash of the intent that was applied last: tells what the intent no longer says (ADR-0005). */
export const INTENT_ANNOTATION = "prism.io/intent-hash";
/** Stage of a child, for a deletion in order when there is no valid spec to render. */
export const STAGE_ANNOTATION = "prism.io/stage";
/** On workloads: `spec` while the number of replicas is ours, else `autoscaler` (REC-5). */
export const REPLICAS_ANNOTATION = "prism.io/replicas-by";
/** The generation of the owner at which an object was taken over as it was found. */
export const ADOPTED_ANNOTATION = "prism.io/adopted-generation";
/** What we would have asked of it then: as long as that is the same, nobody has asked to change it (ADR-0026). */
export const ADOPTED_INTENT_ANNOTATION = "prism.io/adopted-intent";

/** Makes a hash of a text; at most 63 characters of a label. */
export type Digest = (text: string) => string;

/** A child as it is sent: with owner, labels and the hash of everything that it says. */
export interface Intent {
  readonly child: Child;
  readonly object: KubeObject;
  readonly hash: string;
  /** Changes with everything that is sent, the number of replicas too: what a pass may remember as settled. */
  readonly fingerprint: string;
}

/** Completes a child for one owner. */
export function intentOf(child: Child, owner: KubeObject, digest: Digest): Intent {
  const { object } = child;
  const labels = {
    ...object.metadata.labels,
    "managed-by": "prism-operator",
    [CLUSTER_LABEL]: object.metadata.labels?.[CLUSTER_LABEL] ?? owner.metadata.name,
  };
  const annotations = {
    ...object.metadata.annotations,
    [STAGE_ANNOTATION]: child.stage,
    ...replicasAnnotation(object),
  };
  const metadata = {
    ...object.metadata,
    labels,
    annotations,
    ...(child.lifetime === "owned" ? { ownerReferences: [referenceTo(owner)] } : {}),
  };
  const hash = digest(canonicalJson(withoutReplicas({ ...object, metadata })));
  const stamped = { ...annotations, [INTENT_ANNOTATION]: hash };
  return {
    child,
    hash,
    fingerprint: `${hash} ${replicasOf(object) ?? "autoscaler"}`,
    object: { ...object, metadata: { ...metadata, annotations: stamped } },
  };
}

/**
 * What the hash covers: everything but the number of replicas. To stop saying a number is no reason to write: the
 * field stays as it is until an autoscaler changes it, and is then not ours any more (REC-5).
 */
function withoutReplicas(object: KubeObject): KubeObject {
  const { annotations = {} } = object.metadata;
  if (annotations[REPLICAS_ANNOTATION] === undefined) return object;
  const { [REPLICAS_ANNOTATION]: _, ...others } = annotations;
  const metadata = { ...object.metadata, annotations: others };
  const spec = object["spec"];
  if (typeof spec !== "object" || spec === null) return { ...object, metadata };
  const { replicas: __, ...rest } = { replicas: undefined, ...spec };
  return { ...object, metadata, spec: rest };
}

/** The owner reference of a child; it does not block a foreground deletion of its owner (REC-12). */
export function referenceTo(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: false,
  };
}

/** The owner that controls an object, if any (meta/v1 GetControllerOf). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** True when this cluster controls the object. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** True for what was made for a cluster of this name, under this or an earlier uid, owned or retained. */
export function belongsTo(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.labels?.[CLUSTER_LABEL] === owner.metadata.name;
}

function replicasAnnotation(object: KubeObject): Record<string, string> {
  if (object.kind !== "Deployment" && object.kind !== "StatefulSet") return {};
  return { [REPLICAS_ANNOTATION]: hasReplicas(object) ? "spec" : "autoscaler" };
}

/** True when the object says how many replicas there are. */
export function hasReplicas(object: KubeObject): boolean {
  return replicasOf(object) !== undefined;
}

function replicasOf(object: KubeObject): unknown {
  const spec = object["spec"];
  return typeof spec === "object" && spec !== null && "replicas" in spec
    ? spec.replicas
    : undefined;
}
