/** The end of a federation: first its routing, then its members by the policy, then the finalizer. */
import { rotationPolicyOf } from "../../domain/prism-federation/policy.ts";
import type { MemberView } from "../../domain/prism-federation/status/observation.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { isForced, isOrphaning } from "../annotations.ts";
import { hasFinalizer, removeFinalizer } from "../finalizer.ts";
import type { FederationContext } from "./federation-context.ts";
import { failed, fieldsOf, viewsOf } from "./federation-pass.ts";
import { reportFederation } from "./federation-report.ts";
import { memberTasks } from "./member-looks.ts";
import { unpublishRouting } from "./routing-objects.ts";

/** REC-12: after this time what is left on members is left to people. */
const CLEANUP_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;

/** One step; every look at a member leads to the next. */
export async function farewell(context: FederationContext, signal: AbortSignal): Promise<Outcome> {
  const { object, passes } = context;
  if (!hasFinalizer(object)) return { kind: "settled" };
  if (isForced(object) || isOrphaning(object)) return finish(context, [], signal);
  const wrote = (action: "created" | "updated" | "deleted", child: typeof object): void =>
    passes.wrote(action, child);
  const failure = await unpublishRouting(object, { ...context, wrote }, signal);
  if (failure !== undefined) return failed(context, failure);
  return letGo(context, signal);
}

async function letGo(context: FederationContext, signal: AbortSignal): Promise<Outcome> {
  const tasks = memberTasks(context);
  const members = viewsOf(context, tasks);
  const waiting = members.filter((view) => !isGivenUp(context, view));
  if (waiting.length === 0 || isOverdue(context)) return finish(context, members, signal);
  for (const { name } of waiting) if (!isLookedAt(context, name)) context.wakeMember(name);
  const message = `letting go of ${waiting.map(({ name }) => name).join(", ")}`;
  const told = await reportFederation(context, { kind: "deleting", message, members }, signal);
  if (told !== undefined && told.kind !== "not-found") return failed(context, told);
  return { kind: "again", afterMs: LOOK_AGAIN_MS };
}

/** Since it was deleted, which counts as a change of its generation. */
function isLookedAt({ state, object }: FederationContext, member: string): boolean {
  const { look, generation } = state.members.get(member) ?? {};
  return look !== undefined && generation === object.metadata.generation;
}

/** A member that cannot be reached, or refuses, must not hold the federation for ever. */
function isGivenUp(context: FederationContext, { name, look }: MemberView): boolean {
  const { verdict, state } = context;
  if (look === undefined || !isLookedAt(context, name)) return false;
  if (look.kind === "seen") {
    return look.trouble !== undefined && look.trouble.reason !== "Deleting";
  }
  const routing = verdict.kind === "valid" ? verdict.object.spec.routing : undefined;
  const failures = state.members.get(name)?.tally.failures ?? 0;
  return !look.isSilent || failures >= rotationPolicyOf(routing).failureThreshold;
}

async function finish(
  context: FederationContext,
  members: readonly MemberView[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { object, writer, events, log } = context;
  // Without credentials nothing was ever made there.
  const left = members.filter(({ applied, credentials }) => applied ?? credentials);
  const answer = await removeFinalizer(object, writer, signal);
  if (!answer.ok && answer.failure.kind !== "not-found") return failed(context, answer.failure);
  const parts = left.map(({ name, look }) => {
    const why =
      look?.kind === "unknown" ? look.message : (look?.trouble?.message ?? "not looked at");
    return `${name} (${why})`;
  });
  if (parts.length > 0) {
    const note = `PrismClusters may be left on ${parts.join(", ")}`;
    events(object, { type: "Warning", reason: "CleanupTimedOut", action: "Delete", note });
    log.warn({ ...fieldsOf(context), members: left.map(({ name }) => name) }, note);
  } else {
    const note = "every member was let go of";
    events(object, { type: "Normal", reason: "Deleting", action: "Delete", note });
  }
  log.info(fieldsOf(context), `Deleted ${object.kind}`);
  return { kind: "settled" };
}

function isOverdue({ object, wallClock }: FederationContext): boolean {
  const since = Date.parse(object.metadata.deletionTimestamp ?? "");
  return wallClock().getTime() - since > CLEANUP_MS;
}
