/** What a PrismCluster's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismClusterStatus } from "../../api/prism-cluster-v1alpha2.ts";
import { type Condition, conditionOf, type Finding, findCondition } from "../condition.ts";
import { printPath } from "../field-path.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import { describePause, pauseOf } from "../pause.ts";
import type { Problem, ProblemReason } from "../problem.ts";
import { sameJson } from "../same-json.ts";
import { type ComponentState, componentStates, componentStatus } from "./status/components.ts";
import { deadlineOf } from "./status/deadline.ts";
import {
  availability,
  CONDITION_TYPES,
  type Findings,
  healthFinding,
  isFalse,
  isTrue,
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
      return settle(pausedStatus(object, observation.seen, nowIso), previous, false, nowIso);
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
  const pause = pauseOf(object);
  const Paused = isTrue("Requested", pause === undefined ? "" : describePause(pause));
  const { observedGeneration } = previous;
  if (seen === undefined) {
    const conditions = merge(previous, { Paused }, observedGeneration, nowIso);
    return { ...previous, conditions, phase: previous.phase ?? phaseOf(conditions) };
  }
  const states = componentStates(seen);
  const findings = { ...healthFindings(states), ...pausedFindings(states), Paused };
  const conditions = merge(previous, findings, observedGeneration, nowIso);
  return { ...previous, conditions, phase: phaseOf(conditions), ...shown(states) };
}

/** Longest list of faults in a message. */
const NAMED = 10;

/** Kubernetes' own words for the reasons of a field error (apimachinery, field.ErrorType). */
const WORDS: Readonly<Record<ProblemReason, string>> = {
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueForbidden: "Forbidden",
  FieldValueNotFound: "Not found",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid type",
  InternalError: "Internal error",
};

/** Paths and reasons only: values may be secrets, and messages of rules may quote them. */
function invalidFindings(problems: readonly Problem[]): Findings {
  const faults = [
    ...new Set(problems.map(({ path, reason }) => `${printPath(path)}: ${WORDS[reason]}`)),
  ];
  const more = faults.length > NAMED ? ` and ${faults.length - NAMED} more` : "";
  const message = `${faults.slice(0, NAMED).join("; ")}${more}`;
  return {
    ConfigValid: isFalse("Invalid", message),
    Ready: isFalse("InvalidConfig", `the spec is not valid: ${message}`),
    Reconciling: isFalse("InvalidConfig", ""),
    Stalled: isTrue("InvalidConfig", `no child is changed until the spec is valid: ${message}`),
    Paused: NOT_PAUSED,
  };
}

function deletingFindings(message: string): Findings {
  return {
    Ready: isFalse("Deleting", message),
    Reconciling: isTrue("Deleting", message),
    Stalled: isFalse("Deleting", ""),
    Paused: NOT_PAUSED,
  };
}

const NOT_PAUSED: Finding = isFalse("NotRequested", "");

/** A status with new findings and everything else as it was. */
function next(
  object: KubeObject,
  previous: PrismClusterStatus,
  findings: Findings,
  nowIso: string,
): PrismClusterStatus {
  const { generation } = object.metadata;
  const conditions = merge(previous, findings, generation, nowIso);
  const status = { ...previous, conditions, phase: phaseOf(conditions), ...observed(generation) };
  return settle(status, previous, false, nowIso);
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
  const conditions = merge(previous, { ...health, ...progress }, generation, nowIso);
  const phase = phaseOf(conditions);
  const status = { conditions, phase, ...observed(generation), ...shown(states) };
  return settle(status, previous, pass.changed ?? false, nowIso);
}

/** The stage that has waited too long. Reconciling counts from the conditions before: being stalled must not restart it. */
function overdueStage(
  previous: PrismClusterStatus,
  health: Findings,
  generation: number | undefined,
  nowIso: string,
): string | undefined {
  const isNew = previous.observedGeneration !== generation || was(previous, "Paused", "True");
  const began: Findings = isNew ? { Reconciling: isTrue("RollingOut", "") } : {};
  const deadline = deadlineOf(merge(previous, { ...health, ...began }, generation, nowIso));
  return deadline !== undefined && Date.parse(nowIso) >= deadline.atMs ? deadline.stage : undefined;
}

function healthFindings(states: readonly ComponentState[]): Findings {
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

/** The status' lists and its count: admin, proxy, backends and runners. */
function shown(states: readonly ComponentState[]): Partial<PrismClusterStatus> {
  const of = (kind: string) =>
    states.filter(({ component }) => component.kind === kind).map(componentStatus);
  const [admin] = of("admin");
  const [proxy] = of("proxy");
  const patternStatus = of("pattern");
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

const UNKNOWN: Finding = { status: "Unknown", reason: "NotKnownYet", message: "" };

/** All conditions: new findings, and for the others what was there. A new generation begins a new reconciliation. */
function merge(
  previous: PrismClusterStatus,
  findings: Findings,
  generation: number | undefined,
  nowIso: string,
): readonly Condition[] {
  const isNew = previous.observedGeneration !== generation;
  return CONDITION_TYPES.map((type) => {
    const before = findCondition(previous.conditions, type);
    const finding = findings[type];
    if (finding === undefined && before !== undefined) return before;
    const since = type === "Reconciling" && isNew ? undefined : before;
    return conditionOf(type, finding ?? UNKNOWN, since, { generation, nowIso });
  });
}

/** `lastReconciled` is the last pass that changed a child or anything else of the status. */
function settle(
  status: PrismClusterStatus,
  previous: PrismClusterStatus,
  changed: boolean,
  nowIso: string,
): PrismClusterStatus {
  const { lastReconciled: _, ...rest } = status;
  const { lastReconciled = nowIso, ...before } = previous;
  return { ...rest, lastReconciled: !changed && sameJson(rest, before) ? lastReconciled : nowIso };
}
