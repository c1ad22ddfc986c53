/** One pass over a valid, living object: render, apply in order, prune, and say what was found. */
import { printPath } from "../domain/field-path.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { ObservedChild, Reconciled } from "../domain/observation.ts";
import type { Status } from "../domain/rendered-kind.ts";
import type { Valid } from "../domain/validator.ts";
import { mayRolloutNow } from "./annotations.ts";
import type { ApiFailure, ApiResult } from "./api-result.ts";
import { amendAll, type ClaimTrouble, growths, misplaced, takeovers } from "./claims.ts";
import { markings } from "./data-marks.ts";
import { findForeign, isEmpty, NO_FOREIGN } from "./foreign-workloads.ts";
import { repairOwners, strayed } from "./owner-repair.ts";
import { INTENT_ANNOTATION } from "./ownership.ts";
import type { PassState } from "./pass-state.ts";
import type { ReconciledKind } from "./reconciled-kind.ts";
import { ownedChildren, removeAll, unwanted } from "./removal.ts";
import { type RenderContext, type Rendered, render } from "./render.ts";
import { foundSets, type ReplicationStep, replicationPass, withPrimaries } from "./replication.ts";
import { CLAIM, POD } from "./resource.ts";
import type { RolloutSlots } from "./rollout-slots.ts";
import { applyStages, heldApps, type StagedChild, type StagePass } from "./stage-pass.ts";
import { hidesPods, stuckPods } from "./stuck-pods.ts";
import { mayGo } from "./succession.ts";
import { podsToRestart, withVolumes } from "./volume-growth.ts";

/** What a pass needs. */
export interface RolloutContext<T, S extends Status> extends RenderContext<T, S> {
  readonly kind: ReconciledKind<T, S>;
  readonly state: PassState;
  readonly slots: RolloutSlots;
  /** Of the object in the queue. */
  readonly key: string;
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
  readonly wallClock: () => Date;
}

/** What a pass did and found. */
export interface RolloutResult {
  readonly observation: Reconciled;
  readonly children: readonly StagedChild[];
  readonly created: readonly KubeObject[];
  readonly pruned: readonly KubeObject[];
  /** Pods that start anew for the new size of their volume. */
  readonly restarted: readonly KubeObject[];
  readonly claimTroubles: readonly ClaimTrouble[];
  /** What was decided about primaries. */
  readonly replication: readonly ReplicationStep[];
  /** What is to be tried again. */
  readonly failures: readonly ApiFailure[];
}

/** Brings the children of an object to what its spec says, as far as they let it. */
export async function rolloutPass<T, S extends Status>(
  valid: Valid<T>,
  owner: KubeObject,
  context: RolloutContext<T, S>,
  signal: AbortSignal,
): Promise<ApiResult<RolloutResult>> {
  const { cache, writer } = context;
  const broken = await repairOwners(strayed(cache, owner), owner, writer, signal);
  if (broken !== undefined) return { ok: false, failure: broken };
  const rendered = await render(valid, owner, context, signal);
  if (!rendered.ok) return rendered;
  const found = await lookForForeign(rendered.value, owner, context, signal);
  if (!found.ok) return found;
  const claimTroubles = await settleClaims(rendered.value, owner, context, signal);
  const unfounded = await foundSets(rendered.value.intents, context, signal);
  if (unfounded !== undefined) return { ok: false, failure: unfounded };
  const walked = await applyAll(rendered.value, owner, context, signal);
  const replication = await replicationPass(walked.children, owner, context, signal);
  const told = withPrimaries(walked.children, replication);
  const stages = { ...walked, children: withVolumes(told, cache, claimTroubles) };
  await amendAll(markings(cache, stages.children), writer, signal);
  const failures = [...stages.children, ...replication].flatMap(({ failure }) =>
    failure === undefined ? [] : [failure],
  );
  const pruned: KubeObject[] = [];
  const restarted: KubeObject[] = [];
  if (failures.length === 0) {
    const failure =
      (await freeStuck(stages, owner, context, signal)) ??
      (await restartForGrowth(stages, owner, context, restarted, signal)) ??
      (await prune(rendered.value, stages, owner, context, pruned, signal));
    if (failure !== undefined) failures.push(failure);
  }
  const { created } = rendered.value;
  const observation = observe(rendered.value, stages, created.length + pruned.length > 0);
  const { children } = stages;
  const done = { created, pruned, restarted, replication, claimTroubles, failures };
  return { ok: true, value: { observation, children, ...done } };
}

/** Once, before the first child: a namespace may have been set up by hand. */
async function lookForForeign<T, S extends Status>(
  rendered: Rendered,
  owner: KubeObject,
  { cache, writer, state }: RolloutContext<T, S>,
  signal: AbortSignal,
): Promise<ApiResult<void>> {
  const isFirst = owner["status"] === undefined && ownedChildren(cache, owner).length === 0;
  const isDone = state.foreign !== undefined && isEmpty(state.foreign);
  if (isDone || (state.foreign === undefined && !isFirst)) return { ok: true, value: undefined };
  const found = await findForeign(rendered.wanted, owner, writer, signal);
  if (!found.ok) return found;
  state.foreign = found.value;
  return { ok: true, value: undefined };
}

async function settleClaims<T, S extends Status>(
  { intents }: Rendered,
  owner: KubeObject,
  { cache, writer }: RolloutContext<T, S>,
  signal: AbortSignal,
): Promise<ClaimTrouble[]> {
  await amendAll(takeovers(cache, owner, intents), writer, signal);
  // What cannot be given up now is tried again with the next pass, and stays visible as a claim that is not bound.
  await removeAll(misplaced(cache, intents), writer, () => undefined, signal);
  return amendAll(growths(cache, intents), writer, signal);
}

function applyAll<T, S extends Status>(
  plan: Rendered,
  owner: KubeObject,
  { cache, writer, state, slots, key }: RolloutContext<T, S>,
  signal: AbortSignal,
): Promise<StagePass> {
  const { namespace = "" } = owner.metadata;
  const witnesses = {
    pods: cache.list(POD, namespace),
    events: state.events?.found ?? [],
    claims: cache.list(CLAIM, namespace),
  };
  state.basis = plan.basis;
  const isSame = state.settledBasis === undefined || state.settledBasis === plan.basis;
  const isSettled = isSame && isSettledIn(owner);
  const foreign = state.foreign ?? NO_FOREIGN;
  const adoption = { owner, rolloutNow: mayRolloutNow(owner), uses: foreign.uses };
  return applyStages(
    plan,
    {
      ...adoption,
      cache,
      writer,
      memory: state.memory,
      foreign,
      heldApps: heldApps(plan.wanted, { ...adoption, cache, foreign }),
      turnOf: (intent, live, differences) => {
        const isDrift = live.metadata.annotations?.[INTENT_ANNOTATION] === intent.hash;
        const rolls = differences.some((path) => printPath(path).startsWith("spec.template"));
        if (isDrift || !rolls || !(isSettled || slots.has(key))) return { kind: "free" };
        if (slots.take(key)) return { kind: "taken", release: slots.release };
        const note = "waits for its turn: other clusters take the new operator version first";
        return { kind: "waits", note };
      },
    },
    witnesses,
    signal,
  );
}

/** True when the last pass brought this very spec to Ready: a change of pods now is not the user's. */
function isSettledIn(owner: KubeObject): boolean {
  const status = owner["status"];
  if (typeof status !== "object" || status === null) return false;
  const isSeen =
    "observedGeneration" in status && status.observedGeneration === owner.metadata.generation;
  return isSeen && "phase" in status && status.phase === "Running";
}

/**
 * Deletes what is ours and no longer wanted. What others may still use, backends and their connections, goes last,
 * when every user was updated; a workload that another one replaces when that is there.
 */
async function prune<T, S extends Status>(
  { wanted, isWhole }: Rendered,
  { heldBy, children }: StagePass,
  owner: KubeObject,
  { cache, writer }: RolloutContext<T, S>,
  pruned: KubeObject[],
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  if (!isWhole) return undefined;
  // What stands in for a child of another kind does its work.
  const atWork = new Set(children.map(({ live }) => live?.metadata.uid));
  const going = unwanted(ownedChildren(cache, owner), wanted)
    .filter(({ metadata }) => !atWork.has(metadata.uid))
    .filter((object) => (heldBy === undefined || !isShared(object)) && mayGo(object, children));
  return removeAll(going, writer, (object) => pruned.push(object), signal);
}

/** Lets the repair of a StatefulSet reach the pods that it is for. */
async function freeStuck<T, S extends Status>(
  { children }: StagePass,
  owner: KubeObject,
  { cache, writer, state, now }: RolloutContext<T, S>,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const { namespace = "" } = owner.metadata;
  const cached = cache.list(POD, namespace);
  let stuck = stuckPods(children, cached);
  const isLong = state.unreadySince !== undefined && now() - state.unreadySince > PODS_AFTER_MS;
  const isHidden = isLong && stuck.length === 0 && hidesPods(children, cached);
  if (isHidden && now() - (state.listedPodsAt ?? Number.NEGATIVE_INFINITY) > PODS_EVERY_MS) {
    state.listedPodsAt = now();
    const listed = await writer.list(POD, namespace, undefined, signal);
    if (!listed.ok) return listed.failure;
    stuck = stuckPods(children, listed.value.map(asPod));
  }
  return removeAll(stuck, writer, () => undefined, signal);
}

/** File systems that grow only as a pod starts. */
function restartForGrowth<T, S extends Status>(
  { children }: StagePass,
  owner: KubeObject,
  { cache, writer }: RolloutContext<T, S>,
  restarted: KubeObject[],
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const pods = podsToRestart(children, cache.list(POD, owner.metadata.namespace ?? ""), cache);
  return removeAll(pods, writer, (pod) => restarted.push(pod), signal);
}

/** Pods of workloads that were taken over have no label of ours: the API server is asked about them, not often. */
const PODS_EVERY_MS = 10_000;
const PODS_AFTER_MS = 5_000;

/** Items of a list have no type of their own. */
function asPod(item: KubeObject): KubeObject {
  return { ...item, apiVersion: "v1", kind: POD.kind };
}

function isShared(object: KubeObject): boolean {
  const stage = object.metadata.annotations?.["prism.io/stage"];
  return stage === "backends" || stage === "config";
}

function observe(
  { missing, unmet, guests, remarks }: Rendered,
  { children, heldBy }: StagePass,
  otherwiseChanged: boolean,
): Reconciled {
  const changed = otherwiseChanged || children.some(({ action }) => !UNCHANGED.has(action));
  return {
    kind: "reconciled",
    children: children.map(observed),
    missing,
    unmet,
    guests,
    remarks,
    heldBy,
    changed,
  };
}

/** What a pass does that changes nothing: a status that counted it would change with every look. */
const UNCHANGED: ReadonlySet<StagedChild["action"]> = new Set(["none", "conflict", "waiting"]);

function observed({ intent, health, action, note, warning, failure }: StagedChild): ObservedChild {
  const { child } = intent;
  if (action === "conflict") {
    return { child, health, failure: { reason: "Conflict", message: note ?? "", final: true } };
  }
  const refused = failure === undefined ? undefined : refusal(failure);
  return { child, health, failure: refused, note, warning };
}

/** What the API server says of our request belongs into the status; that it could not be reached does not. */
function refusal(failure: ApiFailure): ObservedChild["failure"] {
  if (failure.kind === "invalid") {
    return { reason: "Rejected", message: failure.message, final: true };
  }
  if (failure.kind === "forbidden") {
    return { reason: "Forbidden", message: failure.message, final: false };
  }
  return undefined;
}
