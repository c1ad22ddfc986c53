/** What a PrismFederation's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismFederationStatus } from "../../api/prism-federation-v1alpha3.ts";
import { type Condition, findCondition } from "../condition.ts";
import type { KubeObject } from "../kube-object.ts";
import {
  conditionsOf,
  deletingFindings,
  type FindingSet,
  invalidFindings,
  isFalse,
  isTrue,
  NOT_PAUSED,
  pausedConditions,
  pausedFinding,
  settled,
} from "../standing.ts";
import {
  CONDITION_TYPES,
  isReady,
  memberFindings,
  progressFindings,
  routingFinding,
} from "./status/findings.ts";
import { memberStatus } from "./status/member-status.ts";
import type { FederationObservation, MemberView } from "./status/observation.ts";
import { previousStatus } from "./status/previous.ts";

type Observed = Extract<FederationObservation, { kind: "observed" }>;

/** The next status of an object. Equal findings give an equal status: `lastReconciled` moves only with something else. */
export function statusOf(
  object: KubeObject,
  observation: FederationObservation,
  nowIso: string,
): PrismFederationStatus {
  const previous = previousStatus(object);
  const at: Moment = { previous, generation: object.metadata.generation, nowIso };
  switch (observation.kind) {
    case "invalid":
      return next(at, {}, invalidFindings(observation.problems));
    case "paused":
      return pausedStatus(at, object, observation.members);
    case "deleting":
      return next(at, shown(observation.members, previous), deletingFindings(observation.message));
    case "observed":
      return observedStatus(at, observation);
  }
}

interface Moment {
  readonly previous: PrismFederationStatus;
  readonly generation: number | undefined;
  readonly nowIso: string;
}

/** A paused object keeps its observedGeneration (REC-13); its members are still looked at. */
function pausedStatus(
  { previous, nowIso }: Moment,
  object: KubeObject,
  views: readonly MemberView[],
): PrismFederationStatus {
  const parts = shown(views, previous);
  const unready = (parts.members ?? []).filter((member) => !isReady(member));
  const waits = "nothing is changed while paused";
  const progress: FindingSet =
    unready.length === 0
      ? {
          Ready: isTrue("AllReady", ""),
          Reconciling: isFalse("AllReady", ""),
          Stalled: isFalse("AllReady", ""),
        }
      : {
          Ready: isFalse("Paused", waits),
          Reconciling: isFalse("Paused", ""),
          Stalled: isTrue("Paused", waits),
        };
  const findings = { ...progress, Paused: pausedFinding(object) };
  const conditions = pausedConditions(CONDITION_TYPES, previous, findings, object, nowIso);
  const status = { ...previous, ...parts, conditions, phase: phaseOf(conditions) };
  return settled(status, previous, false, nowIso);
}

function observedStatus(at: Moment, observation: Observed): PrismFederationStatus {
  const { previous, generation, nowIso } = at;
  const { routing, hasTemplate } = observation;
  const parts = shown(observation.members, previous);
  const { members = [] } = parts;
  const nowMs = Date.parse(nowIso);
  const findings: FindingSet = {
    ConfigValid: isTrue("Valid", ""),
    Paused: NOT_PAUSED,
    RoutingPublished: routingFinding(routing),
    ...memberFindings(members, hasTemplate),
    ...progressFindings({ members, routing, generation, nowMs }, previous),
  };
  const { hostname } = routing;
  return next(at, { ...parts, ...(hostname === undefined ? {} : { hostname }) }, findings);
}

type Parts = Pick<
  PrismFederationStatus,
  "members" | "readyMembers" | "servingMembers" | "hostname"
>;

function shown(views: readonly MemberView[], previous: PrismFederationStatus): Parts {
  const before = new Map((previous.members ?? []).map((member) => [member.name, member]));
  const members = views.map((view) => memberStatus(view, before.get(view.name)));
  const there = members.filter(({ phase }) => phase !== "Leaving");
  const serving = there.filter(({ rotation }) => rotation === "In");
  return {
    members,
    readyMembers: `${there.filter(isReady).length}/${there.length}`,
    servingMembers: `${serving.length}/${there.length}`,
  };
}

/** The status with new findings; what neither they nor `parts` say stays. */
function next(at: Moment, parts: Parts, findings: FindingSet): PrismFederationStatus {
  const { previous, generation, nowIso } = at;
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const status: PrismFederationStatus = {
    ...previous,
    ...parts,
    conditions,
    phase: phaseOf(conditions),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return settled(status, previous, false, nowIso);
}

/** Computed from the conditions and nothing else. */
function phaseOf(conditions: readonly Condition[]): NonNullable<PrismFederationStatus["phase"]> {
  const is = (type: string) => findCondition(conditions, type)?.status;
  const broken = is("Available") === "False" ? "Failed" : "Degraded";
  if (is("ConfigValid") === "False") return is("Available") === "True" ? "Degraded" : "Failed";
  if (is("Ready") === "True") return "Running";
  if (is("Stalled") === "True") return broken;
  const recovers = findCondition(conditions, "Reconciling")?.reason === "Recovering";
  return recovers ? "Degraded" : "Pending";
}
