/** What a PrismNamespace's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismNamespaceStatus } from "../../api/prism-namespace-v1alpha2.ts";
import { isRecord } from "../json-object.ts";
import { textAt } from "../json-read.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import {
  type ComponentState,
  componentStates,
  componentStatus,
} from "../prism-cluster/status/components.ts";
import { pausedFindings, progressFindings, tally } from "../prism-cluster/status/findings.ts";
import { dependence, memberDeadlineMs } from "../prism-cluster/status/member.ts";
import { phaseOf } from "../prism-cluster/status/phase.ts";
import { previousStatus } from "../prism-cluster/status/previous.ts";
import { isPrismNamespace, quotaOf } from "../prism-cluster/tenants/tenant.ts";
import {
  conditionsOf,
  deletingFindings,
  type FindingSet,
  invalidFindings,
  pausedFinding,
  settled,
} from "../standing.ts";

/** Every condition of a PrismNamespace; all are there from the first pass on. */
const CONDITION_TYPES = [
  "Ready",
  "Accepted",
  "ClusterReady",
  "Isolated",
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
): PrismNamespaceStatus {
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

/** When runners that do not get ready have had their time; milliseconds since 1970. */
export function nextDeadlineMs(status: PrismNamespaceStatus): number | undefined {
  return memberDeadlineMs(status);
}

function paused(
  object: KubeObject,
  previous: PrismNamespaceStatus,
  seen: Reconciled | undefined,
  nowIso: string,
): PrismNamespaceStatus {
  const { observedGeneration } = previous;
  const states = seen === undefined ? [] : componentStates(seen);
  const found =
    seen === undefined
      ? {}
      : { ...dependence(seen, states), ...seen.remarks, ...pausedFindings(states) };
  const findings = { ...found, Paused: pausedFinding(object) };
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, observedGeneration, nowIso);
  const phase = seen === undefined ? (previous.phase ?? phaseOf(conditions)) : phaseOf(conditions);
  const parts = seen === undefined ? {} : shown(object, states);
  return { ...previous, conditions, phase, ...parts };
}

/** A status with new findings and everything else as it was. */
function next(
  object: KubeObject,
  previous: PrismNamespaceStatus,
  findings: FindingSet,
  nowIso: string,
): PrismNamespaceStatus {
  const { generation } = object.metadata;
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const status = { ...previous, conditions, phase: phaseOf(conditions), ...observed(generation) };
  return settled(status, previous, false, nowIso);
}

function observed(
  generation: number | undefined,
): Pick<PrismNamespaceStatus, "observedGeneration"> {
  return generation === undefined ? {} : { observedGeneration: generation };
}

function reconciled(
  object: KubeObject,
  pass: Reconciled,
  previous: PrismNamespaceStatus,
  nowIso: string,
): PrismNamespaceStatus {
  const { generation } = object.metadata;
  const states = componentStates(pass);
  const around = { ...dependence(pass, states), ...pass.remarks };
  const soFar = conditionsOf(CONDITION_TYPES, previous, around, generation, nowIso);
  const isOld = previous.observedGeneration === generation;
  const deadline = isOld ? memberDeadlineMs({ conditions: soFar }) : undefined;
  const isLate = deadline !== undefined && Date.parse(nowIso) >= deadline;
  const overdue = isLate ? "runners" : undefined;
  const findings = { ...around, ...progressFindings({ states, generation, overdue }, previous) };
  const conditions = conditionsOf(CONDITION_TYPES, previous, findings, generation, nowIso);
  const base = { conditions, phase: phaseOf(conditions), ...observed(generation) };
  const status = { ...base, ...shown(object, states) };
  return settled(status, previous, pass.changed ?? false, nowIso);
}

/** The tenant's runners and quota, as people read them. */
function shown(
  object: KubeObject,
  states: readonly ComponentState[],
): Partial<PrismNamespaceStatus> {
  if (!isPrismNamespace(object)) return {};
  const { cluster, clusterNamespace } = object.spec;
  const quota = quotaOf(object.spec);
  const { ready, count } = tally(states);
  const runners = states.filter(({ component }) => component.kind === "pattern");
  const isElsewhere =
    clusterNamespace !== undefined && clusterNamespace !== object.metadata.namespace;
  return {
    cluster: isElsewhere ? `${clusterNamespace}/${cluster}` : cluster,
    readyPatterns: `${ready}/${count}`,
    patternStatus: runners.map(componentStatus),
    ...(Object.keys(quota).length === 0 ? {} : { quota }),
  };
}

/** The status that an object carries, as far as it is one. */
function previousOf(object: KubeObject): PrismNamespaceStatus {
  const { backendStatus: _, readyComponents: __, ...shared } = previousStatus(object);
  const { status } = object;
  if (!isRecord(status)) return shared;
  const { quota } = status;
  const texts = ["cluster", "readyPatterns"].flatMap((key) => {
    const text = textAt(status, key);
    return text === undefined ? [] : [[key, text]];
  });
  return { ...shared, ...Object.fromEntries(texts), ...(isRecord(quota) ? { quota } : {}) };
}
