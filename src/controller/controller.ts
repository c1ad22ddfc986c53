import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Outcome } from "../engine/outcome.ts";
import type { Change } from "./ports.ts";
import type { Resource } from "./resource.ts";

/**
 * One kind under reconciliation. It has a queue of its own, whose keys are `namespace/name`; the process around it
 * watches and routes. `Reconciler` makes one of a kind that consists of children; a kind that works otherwise brings its own.
 */
export interface Controller {
  /** Lower case, for queue, logs and metrics: `prismcluster`. */
  readonly name: string;
  /** The kind itself; a change of one of its objects names that object's key. */
  readonly resource: Resource;
  /** What it reads beside our kinds and their children; kept whole, without our label. */
  readonly watches: readonly Resource[];
  /** Objects of this kind that a change of another kind of ours, or of what it `watches`, concerns. */
  concernedBy(resource: Resource, change: Change): readonly ObjectKey[];
  /** What objects of the kind `viewer` see of an object of this one: they hear of it only when this changes. JSON. */
  seenBy(viewer: string, object: KubeObject): unknown;
  /** How many objects something is remembered of. */
  size(): number;
  /** One pass. The signal aborts when there is no time left to finish it. */
  reconcile(key: string, signal: AbortSignal): Promise<Outcome>;
  /** What it does beside its passes while this process leads; resolves after `stop` aborted. Absent: nothing. */
  besides?(stop: AbortSignal, kill: AbortSignal): Promise<void>;
}
