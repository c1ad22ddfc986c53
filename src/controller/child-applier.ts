import type { FieldPath } from "../domain/field-path.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { WarningReason } from "../domain/observation.ts";
import { fingerprintOf, fitted, holdOf, isWorkload } from "./adoption.ts";
import type { ApiFailure, ApiResult } from "./api-result.ts";
import {
  type Decision,
  type DecisionContext,
  decide,
  describeDifferences,
} from "./apply-decision.ts";
import { isGrowing } from "./claims.ts";
import { type Foreign, standInOf } from "./foreign-workloads.ts";
import { differencesOf } from "./intent-difference.ts";
import type { IntentMemory } from "./intent-memory.ts";
import {
  ADOPTED_ANNOTATION,
  ADOPTED_INTENT_ANNOTATION,
  INTENT_ANNOTATION,
  type Intent,
} from "./ownership.ts";
import type { Cache, Writer } from "./ports.ts";
import { resourceOf } from "./resource.ts";
import { rolledBy } from "./rolled-workloads.ts";

/** What happened to one child in a pass. */
export interface Applied {
  readonly intent: Intent;
  /** `none`: it was as it should be. */
  readonly action:
    | "none"
    | "created"
    | "updated"
    | "recreating"
    | "adopted"
    | "waiting"
    | "conflict";
  /** The child as it is now, as far as known. */
  readonly live: KubeObject | undefined;
  /** Why nothing was done, or what is left as it was found. */
  readonly note?: string;
  /** One word, where the note tells of something that a person should see to. */
  readonly warning?: WarningReason;
  readonly failure?: ApiFailure;
}

/** Whose doing a change of running pods is, and whether it is its turn. */
export type Turn =
  /** The user's, or drift, or no pod is touched. */
  | { readonly kind: "free" }
  /** This release of the operator's. */
  | { readonly kind: "taken"; readonly release: string }
  | { readonly kind: "waits"; readonly note: string };

/** What applying needs. */
export interface ApplierContext extends DecisionContext {
  /** What was there before the first child. */
  readonly foreign: Foreign;
  readonly cache: Cache;
  readonly writer: Writer;
  readonly memory: IntentMemory;
  /** Whether running pods may be touched now (ADR-0006). */
  readonly turnOf: (intent: Intent, live: KubeObject, differences: readonly FieldPath[]) => Turn;
}

/** Looks at one child and does what is needed; one call to the API server in the usual case, none in the usual day. */
export async function applyChild(
  intent: Intent,
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const live = liveOf(intent, context.cache);
  const foreign =
    isWorkload(intent.object) && context.foreign.conflicts.get(intent.object.metadata.name);
  if (foreign) return { intent, live, action: "conflict", note: foreign };
  const standIn = heldStandIn(intent, context);
  if (standIn !== undefined) return standFor(intent, standIn, context, signal);
  const fingerprint = fingerprintOf(intent, context);
  if (live !== undefined && context.memory.agrees(live, fingerprint)) return none(intent, live);
  const decision = decide(intent, live, context);
  if (decision.kind === "agrees" && live !== undefined && isApplied(live, intent)) {
    context.memory.remember(live, fingerprint);
  }
  const applied = await carryOut(intent, live, decision, context, signal);
  if (applied.failure?.kind !== "conflict" || decision.kind !== "create") return applied;
  return takeOver(intent, context, signal);
}

/** A workload of another kind that does our work for now; nothing else is made under its name. */
export function heldStandIn(
  intent: Intent,
  context: Pick<ApplierContext, "cache" | "owner" | "foreign" | "rolloutNow" | "heldApps" | "uses">,
): KubeObject | undefined {
  const found = standInOf(intent, context.cache, context.owner, context.foreign);
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return undefined;
  return holdOf(intent, found, context) === undefined ? undefined : found;
}

function standFor(
  intent: Intent,
  live: KubeObject,
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const decision = decide(intent, live, context);
  return carryOut(intent, live, decision, context, signal);
}

/** False for what was taken over and waits for a change of the spec. */
function isApplied(live: KubeObject, intent: Intent): boolean {
  if (intent.child.lifetime === "retained") return true;
  return live.metadata.annotations?.[INTENT_ANNOTATION] === intent.hash;
}

/** The child as the cache has it. */
export function liveOf(intent: Intent, cache: Cache): KubeObject | undefined {
  const resource = resourceOf(intent.object);
  const { namespace = "", name } = intent.object.metadata;
  return resource === undefined ? undefined : cache.read(resource, { namespace, name });
}

/** Something of that name is there without our label, or the cache is late: look at it itself. */
async function takeOver(
  intent: Intent,
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const resource = resourceOf(intent.object);
  const { namespace = "", name } = intent.object.metadata;
  if (resource === undefined) return { intent, action: "none", live: undefined };
  const found = await context.writer.fetch(resource, { namespace, name }, signal);
  if (!found.ok) return { intent, action: "none", live: undefined, failure: found.failure };
  const decision = decide(intent, found.value, context);
  return carryOut(intent, found.value, decision, context, signal);
}

async function carryOut(
  intent: Intent,
  live: KubeObject | undefined,
  decision: Decision,
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  switch (decision.kind) {
    case "agrees":
      return none(intent, live);
    case "deleting":
      return { intent, live, action: "waiting", note: "is being deleted" };
    case "conflict":
      return { intent, live, action: "conflict", note: decision.reason };
    case "create":
      return written(intent, live, "created", await create(intent, context, signal), context);
    case "adopt":
      return live === undefined
        ? none(intent, live)
        : adopt(intent, live, decision, context, signal);
    case "recreate":
      return live === undefined
        ? none(intent, live)
        : remove(intent, live, decision, context, signal);
    case "update":
      return live === undefined
        ? none(intent, live)
        : update(intent, live, decision, context, signal);
  }
}

function create(
  intent: Intent,
  { writer }: ApplierContext,
  signal: AbortSignal,
): Promise<ApiResult<KubeObject>> {
  return writer.apply(intent.object, { createOnly: true }, signal);
}

async function update(
  intent: Intent,
  live: KubeObject,
  { keepReplicas, differences }: Decision & { kind: "update" },
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const { writer } = context;
  const turn = context.turnOf(intent, live, differences);
  if (turn.kind === "waits") return { intent, live, action: "waiting", note: turn.note };
  if (keepReplicas !== undefined) {
    const held = await writer.holdReplicas(live, keepReplicas, signal);
    if (!held.ok) return { intent, live, action: "none", failure: held.failure };
  }
  const wanted = fitted(intent, live, context.heldApps);
  const object = turn.kind === "taken" ? rolledBy(turn.release, wanted) : wanted;
  const answer = await writer.apply(object, { createOnly: false }, signal);
  return written(intent, live, "updated", answer, context);
}

/** The claim template waits until every volume has its new size; everything else need not. */
async function updateMeanwhile(
  intent: Intent,
  live: KubeObject,
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const object = withClaimTemplates(intent.object, live);
  const decision = decide({ ...intent, object }, live, context);
  if (decision.kind !== "update") return { intent, live, action: "waiting" };
  // Without its fingerprint nothing is remembered: the whole intent has still to come.
  const partly = { ...intent, object, fingerprint: "" };
  const applied = await update(partly, live, decision, context, signal);
  return { ...applied, intent };
}

function withClaimTemplates(object: KubeObject, live: KubeObject): KubeObject {
  const spec = object["spec"];
  const liveSpec = live["spec"];
  if (typeof spec !== "object" || typeof liveSpec !== "object" || liveSpec === null) return object;
  const { volumeClaimTemplates } = { volumeClaimTemplates: undefined, ...liveSpec };
  return { ...object, spec: { ...spec, volumeClaimTemplates } };
}

/** A status holds a sentence. */
const NAMED_OBSTACLES = 3;

async function adopt(
  intent: Intent,
  live: KubeObject,
  { isTaken, differences, obstacles }: Decision & { kind: "adopt" },
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  const until = obstacles.length > 0 ? "" : "its part of the spec changes or ";
  const why = obstacles.length > 0 ? ` (${obstacles.slice(0, NAMED_OBSTACLES).join("; ")})` : "";
  const note = `is as it was found, differs at ${describeDifferences(differences)}, until ${until}prism.io/rollout: now${why}`;
  if (isTaken) return { intent, live, action: "none", note };
  // A stand-in is of another kind.
  const { apiVersion, kind } = live;
  const { metadata } = intent.object;
  const { [INTENT_ANNOTATION]: _, ...annotations } = metadata.annotations ?? {};
  const adopted = {
    ...annotations,
    [ADOPTED_ANNOTATION]: String(context.owner.metadata.generation ?? 0),
    [ADOPTED_INTENT_ANNOTATION]: intent.hash,
  };
  const object = { apiVersion, kind, metadata: { ...metadata, annotations: adopted } };
  const answer = await context.writer.apply(object, { createOnly: false }, signal);
  if (!answer.ok) return { intent, live, action: "none", failure: answer.failure };
  return { intent, live: answer.value, action: "adopted", note };
}

/** The pods stay and are taken over by what is created next, once the volumes have the size it asks for. */
async function remove(
  intent: Intent,
  live: KubeObject,
  { keepsPods }: Decision & { kind: "recreate" },
  context: ApplierContext,
  signal: AbortSignal,
): Promise<Applied> {
  if (isGrowing(context.cache, intent.object))
    return updateMeanwhile(intent, live, context, signal);
  // What is made anew rolls, too, where its template is another.
  const turn = context.turnOf(intent, live, differencesOf(live, intent.object));
  if (turn.kind === "waits") return { intent, live, action: "waiting", note: turn.note };
  const answer = await context.writer.remove(live, keepsPods ? "Orphan" : "Foreground", signal);
  if (!answer.ok) return { intent, live, action: "none", failure: answer.failure };
  return { intent, live: undefined, action: "recreating" };
}

function none(intent: Intent, live: KubeObject | undefined): Applied {
  return { intent, live, action: "none" };
}

function written(
  intent: Intent,
  before: KubeObject | undefined,
  action: "created" | "updated",
  answer: ApiResult<KubeObject>,
  context: ApplierContext,
): Applied {
  if (!answer.ok) return { intent, live: before, action: "none", failure: answer.failure };
  context.memory.remember(answer.value, fingerprintOf(intent, context));
  const same = before?.metadata.resourceVersion === answer.value.metadata.resourceVersion;
  return { intent, live: answer.value, action: same ? "none" : action };
}
