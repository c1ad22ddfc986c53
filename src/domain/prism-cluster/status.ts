/** What a PrismCluster's status says: a pure function of what a pass found, the status before and the time. */
import type { ComponentStatus, PrismClusterStatus } from "../../api/prism-cluster-v1alpha2.ts";
import { findCondition } from "../condition.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import {
  conditionsOf,
  deletingFindings,
  type FindingSet,
  invalidFindings,
  isTrue,
  NOT_PAUSED,
  pausedConditions,
  pausedFinding,
  settled,
} from "../standing.ts";
import { type ComponentState, componentStates, componentStatus } from "./status/components.ts";
import { deadlineOf } from "./status/deadline.ts";
import {
  availability,
  CONDITION_TYPES,
  healthFinding,
  pausedFindings,
  progressFindings,
  tally,
} from "./status/findings.ts";
import { phaseOf } from "./status/phase.ts";
import { previousStatus, was } from "./status/previous.ts";

/** The next status of an object. Equal findings give an equal status: `lastReconciled` moves only with something else. */
export function statusOf(
  object: KubeObject,
  observation: Observation,
  nowIso: string,
): PrismClusterStatus {
  const previous = previousStatus(object);
  switch (observation.kind) {
    case "paused":
      return settled(pausedStatus(object, observation.seen, nowIso), previous, false, nowIso);
    case "invalid":
      return next(object, previous, invalidFindings(observation.problems), nowIso);
    case "deleting":
      return next(object, previous, deletingFindings(observation.message), nowIso);
    case "reconciled":
      return reconciledStatus(object, observation, previous, nowIso);
  }
}

/** Time of the next change that only the clock brings: a stage's deadline. Milliseconds since 1970. */
export function nextDeadlineMs(status: PrismClusterStatus): number | undefined {
  const isWaiting = findCondition(status.conditions, "Reconciling")?.status === "True";
  return isWaiting ? deadlineOf(status.conditions ?? [])?.atMs : undefined;
}

/** A paused object keeps its observedGeneration (REC-13); what can be seen of its components is told nevertheless. */
function pausedStatus(
  object: KubeObject,
  seen: Reconciled | undefined,
  nowIso: string,
): PrismClusterStatus {
  const previous = previousStatus(object);
  const Paused = pausedFinding(object);
  if (seen === undefined) {
    const conditions = pausedConditions(CONDITION_TYPES, previous, { Paused }, object, nowIso);
    return { ...previous, conditions, phase: previous.phase ?? phaseOf(conditions) };
  }
  const states = componentStates(seen);
  const findings = { ...healthFindings(states), ...pausedFindings(states), Paused };
  const conditions = pausedConditions(CONDITION_TYPES, previous, findings, object, nowIso);
  return { ...previous, conditions, phase: phaseOf(conditions), ...shown(states) };
}

/** A status with new findings and everything else as it was. */
function next(
  object: KubeObject,
  previous: PrismClusterStatus,
  findings: FindingSet,
  nowIso: string,
): PrismClusterStatus {
  const { generation } = object.metadata;
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const status = { ...previous, conditions, phase: phaseOf(conditions), ...observed(generation) };
  return settled(status, previous, false, nowIso);
}

function observed(generation: number | undefined): Pick<PrismClusterStatus, "observedGeneration"> {
  return generation === undefined ? {} : { observedGeneration: generation };
}

function reconciledStatus(
  object: KubeObject,
  pass: Reconciled,
  previous: PrismClusterStatus,
  nowIso: string,
): PrismClusterStatus {
  const { generation } = object.metadata;
  const states = componentStates(pass);
  const health = healthFindings(states);
  const overdue = overdueStage(
    previous,
    { ...health, Ready: healthFinding(states) },
    generation,
    nowIso,
  );
  const progress = progressFindings({ states, generation, overdue }, previous);
  const conditions = conditionsOf(
    CONDITION_TYPES,
    previous,
    { ...health, ...progress },
    generation,
    nowIso,
  );
  const phase = phaseOf(conditions);
  const status = { conditions, phase, ...observed(generation), ...shown(states) };
  return settled(status, previous, pass.changed ?? false, nowIso);
}

/** The stage that has waited too long. Reconciling counts from the conditions before: being stalled must not restart it. */
function overdueStage(
  previous: PrismClusterStatus,
  health: FindingSet,
  generation: number | undefined,
  nowIso: string,
): string | undefined {
  const isNew = previous.observedGeneration !== generation || was(previous, "Paused", "True");
  const began: FindingSet = isNew ? { Reconciling: isTrue("RollingOut", "") } : {};
  const deadline = deadlineOf(
    conditionsOf(CONDITION_TYPES, previous, { ...health, ...began }, generation, nowIso),
  );
  return deadline !== undefined && Date.parse(nowIso) >= deadline.atMs ? deadline.stage : undefined;
}

function healthFindings(states: readonly ComponentState[]): FindingSet {
  const of = (kind: string) => states.filter(({ component }) => component.kind === kind);
  return {
    Available: availability(states),
    ConfigValid: isTrue("Valid", ""),
    BackendsHealthy: healthFinding(of("backend")),
    AdminHealthy: healthFinding(of("admin")),
    ProxyHealthy: healthFinding(of("proxy")),
    PatternsHealthy: healthFinding(of("pattern")),
    Paused: NOT_PAUSED,
  };
}

/** Longest list of components (CRD). */
const LISTED = 256;

/** A list that is too long keeps what needs a look: those that are not ready. All are counted. */
function firstOf(all: readonly ComponentStatus[]): readonly ComponentStatus[] {
  if (all.length <= LISTED) return all;
  return all.toSorted((a, b) => Number(a.ready) - Number(b.ready)).slice(0, LISTED);
}

/** The status' lists and its count: admin, proxy, backends and runners. */
function shown(states: readonly ComponentState[]): Partial<PrismClusterStatus> {
  const of = (kind: string) =>
    states.filter(({ component }) => component.kind === kind).map(componentStatus);
  const [admin] = of("admin");
  const [proxy] = of("proxy");
  const patternStatus = firstOf(of("pattern"));
  const backendStatus = of("backend");
  const { ready, count } = tally(states);
  return {
    readyComponents: `${ready}/${count}`,
    ...(admin === undefined ? {} : { adminStatus: admin }),
    ...(proxy === undefined ? {} : { proxyStatus: proxy }),
    patternStatus,
    backendStatus,
  };
}
