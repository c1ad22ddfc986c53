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
