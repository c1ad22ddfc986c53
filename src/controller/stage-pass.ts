/** Children in the order of their stages: nothing of a later stage is touched before the earlier is ready (REC-10). */
import { STAGES, type Stage } from "../domain/child.ts";
import type { Guest } from "../domain/guest.ts";
import { type Health, healthOf } from "../domain/health.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { holdOf, isAsFound, isWorkload } from "./adoption.ts";
import {
  type Applied,
  type ApplierContext,
  applyChild,
  heldStandIn,
  liveOf,
} from "./child-applier.ts";
import type { Intent } from "./ownership.ts";

/** One child after the pass. */
export interface StagedChild extends Applied {
  readonly health: Health;
}

/** What a walk through the stages found. */
export interface StagePass {
  readonly children: readonly StagedChild[];
  /** The first stage that is not ready; what comes after it was not touched. */
  readonly heldBy: Stage | undefined;
}

/** What explains the health of workloads. */
export interface Witnesses {
  readonly pods: readonly KubeObject[];
  readonly events: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
}

/** Children of one stage that are applied side by side. */
const SIDE_BY_SIDE = 8;

/** What is to be applied. */
export interface Plan {
  readonly intents: readonly Intent[];
  /** With what waits for a Secret and is left as it is. */
  readonly wanted: readonly Intent[];
  /** A stage of other objects that is not ready. */
  readonly gate: Stage | undefined;
  /** Components that other objects make. */
  readonly guests: readonly Guest[];
}

/** Applies stage after stage and stops where one is not ready. */
export async function applyStages(
  plan: Plan,
  context: ApplierContext,
  witnesses: Witnesses,
  signal: AbortSignal,
): Promise<StagePass> {
  const children: StagedChild[] = [];
  let heldBy: Stage | undefined;
  for (const stage of STAGES) {
    const own = plan.wanted.filter(({ child }) => child.stage === stage);
    const ready = heldBy === undefined ? own.filter((intent) => plan.intents.includes(intent)) : [];
    const waiting = own.filter((intent) => !ready.includes(intent));
    const applied = await applySideBySide(ready, context, signal);
    const left = waiting.map((intent) => untouched(intent, context));
    const judged = [...applied, ...left].map((one) => judge(one, witnesses));
    children.push(...judged);
    const isHeld = waiting.length > 0 || !judged.every(isDone) || isHeldElsewhere(plan, stage);
    if (heldBy === undefined && isHeld) heldBy = stage;
  }
  return { children, heldBy };
}

/** True for a stage that waits for what other objects make. */
export function isHeldElsewhere(
  { gate, guests }: Pick<Plan, "gate" | "guests">,
  stage: Stage,
): boolean {
  return gate === stage || guests.some((guest) => guest.stage === stage && !guest.ready);
}

/** Ready and as it should be: the next stage may begin. */
function isDone({ health, failure, action }: StagedChild): boolean {
  const isSettled = action !== "conflict" && action !== "recreating" && failure === undefined;
  return health.ready && isSettled;
}

function untouched(intent: Intent, context: ApplierContext): Applied {
  const live = heldStandIn(intent, context) ?? liveOf(intent, context.cache);
  return { intent, live, action: "none" };
}

function judge(applied: Applied, { pods, events, claims }: Witnesses): StagedChild {
  const { intent, live } = applied;
  // What runs as it was found has the number of pods that it was found with.
  const isFound = live !== undefined && isWorkload(live) && isAsFound(live);
  const child = isFound ? { ...intent.child, object: live } : intent.child;
  const health = healthOf(child, live, pods, events, claims);
  return { ...applied, health };
}

/** Names of the workloads that run as they were found, as the caches have them. */
export function heldApps(
  intents: readonly Intent[],
  context: Pick<ApplierContext, "cache" | "owner" | "foreign" | "rolloutNow" | "uses">,
): ReadonlySet<string> {
  const all = { ...context, heldApps: new Set<string>() };
  const held = intents.filter((intent) => {
    if (!isWorkload(intent.object)) return false;
    const live = liveOf(intent, context.cache);
    // What has no label of ours yet is in no cache.
    if (live === undefined) {
      const isFound = context.foreign.found.has(intent.object.metadata.name);
      return (isFound && !context.rolloutNow) || heldStandIn(intent, all) !== undefined;
    }
    return isAsFound(live) && holdOf(intent, live, all) !== undefined;
  });
  return new Set(held.map(({ object }) => object.metadata.name));
}

async function applySideBySide(
  intents: readonly Intent[],
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied[]> {
  const results: Applied[] = [];
  const rest = [...intents.entries()];
  const walk = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const [index, intent] = next;
      results[index] = await applyChild(intent, context, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, intents.length) }, walk));
  return results;
}
