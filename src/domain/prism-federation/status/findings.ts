import type {
  MemberStatus,
  PrismFederationStatus,
} from "../../../api/prism-federation-v1alpha3.ts";
import { type Finding, findCondition } from "../../condition.ts";
import { type FindingSet, isFalse, isTrue } from "../../standing.ts";
import { isFinal } from "./member-status.ts";
import type { RoutingOutcome } from "./observation.ts";

/** Every condition of a PrismFederation; all are there from the first pass on. */
export const CONDITION_TYPES = [
  "Ready",
  "Available",
  "Reconciling",
  "Stalled",
  "ConfigValid",
  "MembersReachable",
  "TemplateApplied",
  "RoutingPublished",
  "Paused",
] as const;
/** Time that a change has before the federation counts as stalled; as a stage of a PrismCluster has. */
const DEADLINE_MS = 600_000;
/** Names at most this many members in a message. */
const NAMED = 3;

/** Members in one sentence, each with why. */
function sentenceOf(members: readonly MemberStatus[]): string {
  const parts = members.map(({ name, message, reason, phase }) => {
    return `${name}: ${message ?? reason ?? phase}`;
  });
  const more = parts.length > NAMED ? `; and ${parts.length - NAMED} more` : "";
  return parts.slice(0, NAMED).join("; ") + more;
}

/** True for a member that is as the federation says. */
export function isReady({ phase }: MemberStatus): boolean {
  return phase === "Running";
}

/** MembersReachable, TemplateApplied and Available. */
export function memberFindings(members: readonly MemberStatus[], hasTemplate: boolean): FindingSet {
  const unknown = members.filter(({ phase }) => phase === "Unknown");
  const there = members.filter(({ phase }) => phase !== "Leaving");
  const [first] = unknown;
  return {
    MembersReachable:
      first === undefined
        ? isTrue("AllAnswer", "")
        : isFalse(first.reason ?? "NoAnswer", sentenceOf(unknown)),
    TemplateApplied: templateFinding(there, hasTemplate),
    Available: availability(there),
  };
}

function templateFinding(members: readonly MemberStatus[], hasTemplate: boolean): Finding {
  if (!hasTemplate) return isTrue("NoTemplate", "the federation watches what is there");
  const missing = members.filter(({ appliedTemplate, reason }) => {
    return appliedTemplate === undefined || TROUBLES.has(reason ?? "");
  });
  const [first] = missing;
  if (first === undefined) return isTrue("Applied", "");
  return isFalse(first.reason ?? "Applying", sentenceOf(missing));
}

/** Reasons why a template that was applied once is not the one of now. */
const TROUBLES: ReadonlySet<string> = new Set([
  "Conflict",
  "Forbidden",
  "TemplateRefused",
  "NamespaceMissing",
  "OperatorMissing",
]);

/** Serving: somebody in rotation is known to serve, or was when it was last seen. */
function availability(members: readonly MemberStatus[]): Finding {
  const inRotation = members.filter(({ rotation }) => rotation === "In");
  const serving = inRotation.filter(({ phase }) => phase !== "Unknown" && phase !== "Failed");
  if (serving.length > 0) return isTrue("Serving", "");
  if (inRotation.length > 0) {
    return { status: "Unknown", reason: "NoAnswer", message: sentenceOf(inRotation) };
  }
  return isFalse("NotServing", "no member has been available yet");
}

/** RoutingPublished. */
export function routingFinding({ isPublished, reason, message }: RoutingOutcome): Finding {
  return isPublished ? isTrue(reason, message) : isFalse(reason, message);
}

/** What Ready, Reconciling and Stalled are decided by. */
export interface Progress {
  readonly members: readonly MemberStatus[];
  readonly routing: RoutingOutcome;
  readonly generation: number | undefined;
  readonly nowMs: number;
}

/** Ready, Reconciling and Stalled: exactly one of them holds, so that kstatus reads the same as people do (OBS-2). */
export function progressFindings(progress: Progress, previous: PrismFederationStatus): FindingSet {
  const { members, routing } = progress;
  const unready = members.filter((member) => !isReady(member));
  const isRouted = routing.isPublished || !routing.isAsked;
  if (unready.length === 0 && isRouted) {
    const message = `${members.length} of ${members.length} members are ready`;
    const Ready = isTrue("AllReady", message);
    return { Ready, Reconciling: isFalse("AllReady", ""), Stalled: isFalse("AllReady", "") };
  }
  const [first] = unready;
  const sentence = first === undefined ? routing.message : sentenceOf(unready);
  const Ready = isFalse(
    first?.reason ?? (first === undefined ? routing.reason : "NotReady"),
    sentence,
  );
  const stalled = stalledReason(progress, previous, unready);
  if (stalled !== undefined) {
    const why = stalled === routing.reason ? routing.message : sentence;
    return { Ready, Reconciling: isFalse("Stalled", ""), Stalled: isTrue(stalled, why) };
  }
  const isMoving = unready.every(({ phase }) => phase === "Pending" || phase === "Leaving");
  const Reconciling = isTrue(isMoving ? "RollingOut" : "Recovering", sentence);
  return { Ready, Reconciling, Stalled: isFalse("Progressing", "") };
}

function stalledReason(
  { routing, generation, nowMs }: Progress,
  previous: PrismFederationStatus,
  unready: readonly MemberStatus[],
): string | undefined {
  const final = unready.find(isFinal);
  if (final !== undefined) return final.reason ?? "NotReady";
  if (routing.isAsked && !routing.isPublished && routing.isFinal) return routing.reason;
  if (previous.observedGeneration !== generation) return undefined;
  const stalled = findCondition(previous.conditions, "Stalled");
  if (stalled?.status === "True" && stalled.reason === OVERDUE) return OVERDUE;
  const reconciling = findCondition(previous.conditions, "Reconciling");
  if (reconciling?.status !== "True") return undefined;
  return nowMs - Date.parse(reconciling.lastTransitionTime) >= DEADLINE_MS ? OVERDUE : undefined;
}

const OVERDUE = "ProgressDeadlineExceeded";
