/** The end of an object of ours: children in order, then volumes and credentials by policy, then the finalizer. */
import type { Stage } from "../domain/child.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { isForced, isOrphaning } from "./annotations.ts";
import type { ApiFailure } from "./api-result.ts";
import { removeFinalizer } from "./finalizer.ts";
import type { Cache, Writer } from "./ports.ts";
import { nextToDelete, ownedChildren, removeAll, retainedObjects } from "./removal.ts";
import { DEPLOYMENT, STATEFUL_SET } from "./resource.ts";

/** How far a deletion is. */
export type DeletionStep =
  /** Our finalizer is gone, and with it our part. */
  | { readonly kind: "done"; readonly timedOut: boolean }
  | { readonly kind: "waiting"; readonly message: string }
  | { readonly kind: "failed"; readonly failure: ApiFailure };

/** What a deletion needs. */
export interface DeletionContext {
  readonly cache: Cache;
  readonly writer: Writer;
  /** Of the wall clock, in milliseconds. */
  readonly nowMs: number;
  readonly removed: (object: KubeObject) => void;
  /** Objects of ours that need this one; their workloads go before its own of the stages that they use. */
  readonly dependents: readonly KubeObject[];
}

/** REC-12: after this time what is left is left to the garbage collector. */
const CLEANUP_MS = 300_000;

/** One step of a deletion; every event of a child leads to the next. */
export async function deletionPass(
  object: KubeObject,
  context: DeletionContext,
  signal: AbortSignal,
): Promise<DeletionStep> {
  if (isForced(object) || isOrphaning(object)) return end(object, context, false, signal);
  if (isOverdue(object, context.nowMs)) return giveUp(object, context, signal);
  const owned = ownedChildren(context.cache, object);
  const { stages, objects } = nextToDelete(owned);
  const users = AFTER_USERS.some((stage) => stages.includes(stage))
    ? context.dependents.filter((one) => runsIn(context.cache, one))
    : [];
  if (users.length > 0)
    return { kind: "waiting", message: `waits for the pods of ${named(users)}` };
  if (objects.length > 0) {
    const failure = await removeAll(standing(objects), context.writer, context.removed, signal);
    if (failure !== undefined) return { kind: "failed", failure };
    return { kind: "waiting", message: `deleting ${stages.join(" and ")}: ${objects.length} left` };
  }
  return removeRetained(object, context, signal);
}

/** Stages that the children of dependents use. */
const AFTER_USERS: readonly Stage[] = ["admin", "backends"];
/** Names at most this many. */
const NAMED = 3;

function named(users: readonly KubeObject[]): string {
  const names = users.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return names.slice(0, NAMED).join(", ") + more;
}

function runsIn(cache: Cache, dependent: KubeObject): boolean {
  return ownedChildren(cache, dependent).some(
    ({ kind }) => kind === DEPLOYMENT.kind || kind === STATEFUL_SET.kind,
  );
}

async function removeRetained(
  object: KubeObject,
  context: DeletionContext,
  signal: AbortSignal,
): Promise<DeletionStep> {
  if (!deletesData(object)) return end(object, context, false, signal);
  const retained = retainedObjects(context.cache, object);
  const failure = await removeAll(retained, context.writer, context.removed, signal);
  if (failure !== undefined) return { kind: "failed", failure };
  return end(object, context, false, signal);
}

/** Pods that are still there keep their volumes until they end; what cannot be deleted now must not hold the object for ever. */
async function giveUp(
  object: KubeObject,
  context: DeletionContext,
  signal: AbortSignal,
): Promise<DeletionStep> {
  const retained = deletesData(object) ? retainedObjects(context.cache, object) : [];
  await removeAll(retained, context.writer, context.removed, signal);
  return end(object, context, true, signal);
}

async function end(
  object: KubeObject,
  { writer }: DeletionContext,
  timedOut: boolean,
  signal: AbortSignal,
): Promise<DeletionStep> {
  const answer = await removeFinalizer(object, writer, signal);
  if (answer.ok || answer.failure.kind === "not-found") return { kind: "done", timedOut };
  return { kind: "failed", failure: answer.failure };
}

/** Read from the object as it is: also an invalid one must be deletable. Anything but the word keeps the data. */
function deletesData(object: KubeObject): boolean {
  const spec = object["spec"];
  if (typeof spec !== "object" || spec === null || !("deletionPolicy" in spec)) return false;
  return spec.deletionPolicy === "Delete";
}

function isOverdue(object: KubeObject, nowMs: number): boolean {
  const since = Date.parse(object.metadata.deletionTimestamp ?? "");
  return nowMs - since > CLEANUP_MS;
}

function standing(objects: readonly KubeObject[]): KubeObject[] {
  return objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
