/** What a PrismPattern's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismPatternStatus } from "../../api/prism-pattern-v1beta1.ts";
import type { Finding } from "../condition.ts";
import { isRecord } from "../json-object.ts";
import { textAt } from "../json-read.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import {
  type ComponentState,
  componentStates,
  componentStatus,
} from "../prism-cluster/status/components.ts";
import { pausedFindings, progressFindings } from "../prism-cluster/status/findings.ts";
import { dependence, memberDeadlineMs } from "../prism-cluster/status/member.ts";
import { phaseOf } from "../prism-cluster/status/phase.ts";
import { isComponent, previousStatus } from "../prism-cluster/status/previous.ts";
import {
  conditionsOf,
  deletingFindings,
  type FindingSet,
  invalidFindings,
  isFalse,
  isTrue,
  pausedFinding,
  settled,
} from "../standing.ts";

/** Every condition of a PrismPattern; all are there from the first pass on. */
const CONDITION_TYPES = [
  "Ready",
  "Accepted",
  "ClusterReady",
  "Available",
  "Reconciling",
  "Stalled",
  "ConfigValid",
  "Paused",
];

/** The next status of an object. Equal findings give an equal status: `lastReconciled` moves only with something else. */
export function statusOf(
  object: KubeObject,
  observation: Observation,
  nowIso: string,
): PrismPatternStatus {
  const previous = previousOf(object);
  switch (observation.kind) {
    case "paused":
      return settled(paused(object, previous, observation.seen, nowIso), previous, false, nowIso);
    case "invalid":
      return next(object, previous, invalidFindings(observation.problems), nowIso);
    case "deleting":
      return next(object, previous, deletingFindings(observation.message), nowIso);
    case "reconciled":
      return reconciled(object, observation, previous, nowIso);
  }
}

/** When a runner that does not get ready has had its time; milliseconds since 1970. */
export function nextDeadlineMs(status: PrismPatternStatus): number | undefined {
  return memberDeadlineMs(status);
}

function paused(
  object: KubeObject,
  previous: PrismPatternStatus,
  seen: Reconciled | undefined,
  nowIso: string,
): PrismPatternStatus {
  const Paused = pausedFinding(object);
  const { observedGeneration } = previous;
  const states = seen === undefined ? [] : componentStates(seen);
  const found = seen === undefined ? {} : { ...outside(seen, states), ...pausedFindings(states) };
  const findings = { ...found, Paused };
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, observedGeneration, nowIso);
  const isUnknown = seen === undefined && previous.phase !== undefined;
  const phase = isUnknown ? previous.phase : phaseOf(conditions);
  return { ...previous, conditions, phase, ...shown(object, seen, states) };
}

/** A status with new findings and everything else as it was. */
function next(
  object: KubeObject,
  previous: PrismPatternStatus,
  findings: FindingSet,
  nowIso: string,
): PrismPatternStatus {
  const { generation } = object.metadata;
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const status = { ...previous, conditions, phase: phaseOf(conditions), ...observed(generation) };
  return settled(status, previous, false, nowIso);
}

function observed(generation: number | undefined): Pick<PrismPatternStatus, "observedGeneration"> {
  return generation === undefined ? {} : { observedGeneration: generation };
}

function reconciled(
  object: KubeObject,
  pass: Reconciled,
  previous: PrismPatternStatus,
  nowIso: string,
): PrismPatternStatus {
  const { generation } = object.metadata;
  const states = componentStates(pass);
  const around = outside(pass, states);
  const soFar = conditionsOf(CONDITION_TYPES, previous, around, generation, nowIso);
  const isOld = previous.observedGeneration === generation;
  const deadline = isOld ? memberDeadlineMs({ conditions: soFar }) : undefined;
  const isLate = deadline !== undefined && Date.parse(nowIso) >= deadline;
  const overdue = isLate ? "runners" : undefined;
  const progress = progressFindings({ states, generation, overdue }, previous);
  const findings = { ...around, ...progress };
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const base = { conditions, phase: phaseOf(conditions), ...observed(generation) };
  const status = { ...base, ...shown(object, pass, states) };
  return settled(status, previous, pass.changed ?? false, nowIso);
}

/** What a runner needs of others, and what it gives. */
function outside(pass: Reconciled, states: readonly ComponentState[]): FindingSet {
  return { ...dependence(pass, states), Available: availability(states) };
}

function availability(states: readonly ComponentState[]): Finding {
  const [runner] = states;
  const { desired = 0, available = 0 } = runner?.workload ?? {};
  const serves = runner !== undefined && (available > 0 || (desired === 0 && runner.ready));
  return serves ? isTrue("Serving", "") : isFalse("NotServing", "no pod is available");
}

/** The runner as an inline pattern is shown; without children there is none to show. */
function shown(
  object: KubeObject,
  pass: Reconciled | undefined,
  [state]: readonly ComponentState[],
): Partial<PrismPatternStatus> {
  const first = pass?.children[0]?.child.object.metadata;
  if (state === undefined || first === undefined) return {};
  const runner = componentStatus(state);
  const cluster = first.labels?.["prism.io/cluster"];
  return {
    runner,
    readyPods: `${runner.availableReplicas ?? 0}/${runner.replicas ?? 0}`,
    selector: `app=${object.metadata.name}-runner`,
    ...(cluster === undefined ? {} : { cluster }),
  };
}

/** The status that an object carries, as far as it is one. */
function previousOf(object: KubeObject): PrismPatternStatus {
  const {
    patternStatus: _,
    backendStatus: __,
    readyComponents: ___,
    ...shared
  } = previousStatus(object);
  const { status } = object;
  if (!isRecord(status)) return shared;
  const { runner } = status;
  const texts = ["cluster", "readyPods", "selector"].flatMap((key) => {
    const text = textAt(status, key);
    return text === undefined ? [] : [[key, text]];
  });
  return { ...shared, ...Object.fromEntries(texts), ...(isComponent(runner) ? { runner } : {}) };
}
