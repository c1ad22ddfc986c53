/** What a person can ask of the operator by annotating a PrismCluster. */
import type { KubeObject } from "../domain/kube-object.ts";

/** Keeps a PrismCluster until its children went in order. */
export const FINALIZER = "prism.io/cleanup";
/** Added by the API server for `--cascade=orphan` (meta/v1 FinalizerOrphanDependents): children stay. */
const ORPHAN_FINALIZER = "orphan";

const FORCE_DELETE = "prism.io/force-delete";
const ROLLOUT = "prism.io/rollout";
const RECONCILE_NOW = "prism.io/reconcile-now";

/** `prism.io/force-delete: "true"`: gone at once, whatever is left behind (REC-12). */
export function isForced(object: KubeObject): boolean {
  return object.metadata.annotations?.[FORCE_DELETE] === "true";
}

/** `prism.io/rollout: now`: pod templates of workloads that were taken over may change. */
export function mayRolloutNow(object: KubeObject): boolean {
  return object.metadata.annotations?.[ROLLOUT] === "now";
}

/** The nonce of `prism.io/reconcile-now`: another value means that nothing remembered counts. */
export function reconcileNonce(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[RECONCILE_NOW];
}

/** True when the object goes and leaves its children. */
export function isOrphaning(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(ORPHAN_FINALIZER) ?? false;
}

/**
 * The member that `prism.io/primary` or `prism.io/force-primary` names for a workload: pairs such as `redis=redis-1`, with commas or
 * spaces between them. Undefined for what is no member of it.
 */
export function namedMember(
  object: KubeObject,
  annotation: "primary" | "force-primary",
  workload: string,
): string | undefined {
  const pairs = (object.metadata.annotations?.[`prism.io/${annotation}`] ?? "").split(/[\s,]+/);
  const member = pairs.find((pair) => pair.startsWith(`${workload}=`))?.slice(workload.length + 1);
  const ordinal = member?.startsWith(`${workload}-`) ? member.slice(workload.length + 1) : "";
  return /^\d{1,2}$/.test(ordinal) ? member : undefined;
}
