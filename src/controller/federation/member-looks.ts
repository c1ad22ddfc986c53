/** A look at one member, from its credentials to what is remembered of it. */

import { isFinalReason, type MemberLook } from "../../domain/prism-federation/member-look.ts";
import {
  lookPolicyOf,
  nextLookMs,
  rotationPolicyOf,
} from "../../domain/prism-federation/policy.ts";
import { previousStatus } from "../../domain/prism-federation/status/previous.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { credentialsOf } from "./credentials.ts";
import { type FederationContext, isPausedNow } from "./federation-context.ts";
import { type MemberState, memberState, remember } from "./member-memory.ts";
import { type MemberResult, memberPass } from "./member-pass.ts";
import { farewellsOf, type MemberTask, tasksOf } from "./member-task.ts";

/** What waits for a person is looked at so many times less often. */
const PATIENCE = 6;
/** While a PrismCluster is being deleted. */
const DELETING_MS = 2_000;
/** Members that failed together do not return together. */
const SPREAD = 0.1;

/** What is to be done about the members of a federation now. */
export function memberTasks(context: FederationContext): readonly MemberTask[] {
  const { object, verdict, state, digest } = context;
  const finished = new Set(
    [...state.members].filter(([, member]) => member.isFinished).map(([name]) => name),
  );
  if (object.metadata.deletionTimestamp !== undefined) return farewellsOf(object, finished);
  if (verdict.kind === "invalid") return [];
  return tasksOf(verdict.object, object, { digest, finished, isPaused: isPausedNow(context) });
}

/** Looks at a member once, remembers what it saw and says when to look again. */
export async function lookAtMember(
  context: FederationContext,
  name: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const task = memberTasks(context).find((one) => one.name === name);
  if (task === undefined) return { kind: "settled" };
  const { object, state, clock, observer, wallClock } = context;
  const stored = previousStatus(object).members?.find((one) => one.name === name);
  const member = memberState(state, name, stored, wallClock().getTime());
  const began = clock.now();
  const result = await look(context, task, member, signal);
  if (signal.aborted) return { kind: "settled" };
  observer.looked(result.look.kind, (clock.now() - began) / 1_000);
  remember(member, result.look, wallClock().getTime());
  member.applied = result.applied;
  member.isFinished = result.isFinished;
  member.generation = object.metadata.generation;
  return { kind: "again", afterMs: waitMs(context, result, member) };
}

async function look(
  context: FederationContext,
  task: MemberTask,
  member: MemberState,
  signal: AbortSignal,
): Promise<MemberResult> {
  const { object, cache, decode, connector, key } = context;
  const credentials = await credentialsOf(task, object, cache, decode);
  member.secretVersion = credentials.version;
  if (credentials.kind === "none") {
    return { look: credentials.look, applied: member.applied, isFinished: false };
  }
  const { timeoutMs } = lookPolicyOf(routingOf(context));
  const connection = connector.connect(`${key}/${task.name}`, credentials.access, timeoutMs);
  const readsAddresses = routingOf(context)?.dns !== undefined && isAddressAsked(task);
  const { applied } = member;
  return memberPass(task, { federation: object, connection, applied, readsAddresses }, signal);
}

function isAddressAsked({ plan }: MemberTask): boolean {
  return plan !== undefined && plan.addresses === undefined;
}

function waitMs(context: FederationContext, result: MemberResult, member: MemberState): number {
  const routing = routingOf(context);
  const policy = lookPolicyOf(routing);
  if (reasonOf(result.look) === "Deleting") return DELETING_MS;
  const { failureThreshold } = rotationPolicyOf(routing);
  const wait = isFinalReason(reasonOf(result.look))
    ? policy.periodMs * PATIENCE
    : nextLookMs(policy, member.tally.failures, failureThreshold);
  return wait * (1 - SPREAD + 2 * SPREAD * context.random());
}

function reasonOf(look: MemberLook): string | undefined {
  return look.kind === "unknown" ? look.reason : look.trouble?.reason;
}

function routingOf({ verdict }: FederationContext) {
  return verdict.kind === "valid" ? verdict.object.spec.routing : undefined;
}
