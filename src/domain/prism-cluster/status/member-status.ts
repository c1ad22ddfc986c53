/** The status of an object that belongs to a cluster: what a pass found, the status before and the time; pure. */
import { textAt } from "../../json-read.ts";
import type { KubeObject } from "../../kube-object.ts";
import type { Observation, Reconciled } from "../../observation.ts";
import type { Status } from "../../rendered-kind.ts";
import {
  conditionsOf,
  deletingFindings,
  type FindingSet,
  invalidFindings,
  pausedConditions,
  pausedFinding,
  settled,
} from "../../standing.ts";
import { type ComponentState, componentStates } from "./components.ts";
import { pausedFindings, progressFindings } from "./findings.ts";
import { memberDeadlineMs } from "./member.ts";
import { phaseOf } from "./phase.ts";
import { previousStatus } from "./previous.ts";

/** What the status of every member has. */
export interface MemberStatus extends Status {
  readonly phase?: ReturnType<typeof phaseOf>;
  readonly lastReconciled?: string;
}

/** What tells the members of one kind from those of another. */
export interface MemberStatusKind<Shown extends object> {
  /** Every condition; all are there from the first pass on. */
  readonly conditionTypes: readonly string[];
  /** What the object needs of others, and what it gives. */
  outside(pass: Reconciled, states: readonly ComponentState[]): FindingSet;
  /** The fields that only this kind has. */
  shown(object: KubeObject, pass: Reconciled, states: readonly ComponentState[]): Shown;
  /** The same fields as the object carries them. */
  shownBefore(object: KubeObject): Shown;
}

type Next<Shown extends object> = MemberStatus & Shown;

/** One member of a kind with the status that it carries. */
interface Member<Shown extends object> {
  readonly kind: MemberStatusKind<Shown>;
  readonly object: KubeObject;
  readonly previous: Next<Shown>;
  readonly nowIso: string;
}

/** The next status of an object. Equal findings give an equal status: `lastReconciled` moves only with something else. */
export function memberStatusOf<Shown extends object>(
  kind: MemberStatusKind<Shown>,
  object: KubeObject,
  observation: Observation,
  nowIso: string,
): Next<Shown> {
  const previous = { ...frameOf(object), ...kind.shownBefore(object) };
  const member = { kind, object, previous, nowIso };
  switch (observation.kind) {
    case "paused":
      return settled(paused(member, observation.seen), previous, false, nowIso);
    case "invalid":
      return told(member, invalidFindings(observation.problems));
    case "deleting":
      return told(member, deletingFindings(observation.message));
    case "reconciled":
      return reconciled(member, observation);
  }
}

function paused<Shown extends object>(
  { kind, object, previous, nowIso }: Member<Shown>,
  seen: Reconciled | undefined,
): Next<Shown> {
  const states = seen === undefined ? [] : componentStates(seen);
  const found =
    seen === undefined ? {} : { ...kind.outside(seen, states), ...pausedFindings(states) };
  const findings = { ...found, Paused: pausedFinding(object) };
  const conditions = pausedConditions(kind.conditionTypes, previous, findings, object, nowIso);
  const isUnknown = seen === undefined && previous.phase !== undefined;
  const phase = isUnknown ? previous.phase : phaseOf(conditions);
  const shown = seen === undefined ? {} : kind.shown(object, seen, states);
  return { ...previous, conditions, phase, ...shown };
}

/** A status with new findings and everything else as it was. */
function told<Shown extends object>(
  { kind, object, previous, nowIso }: Member<Shown>,
  findings: FindingSet,
): Next<Shown> {
  const { generation } = object.metadata;
  const conditions = conditionsOf(kind.conditionTypes, previous, findings, generation, nowIso);
  const next = { conditions, phase: phaseOf(conditions), ...observed(generation) };
  const status: Next<Shown> = { ...previous, ...next };
  return settled(status, previous, false, nowIso);
}

function reconciled<Shown extends object>(
  { kind, object, previous, nowIso }: Member<Shown>,
  pass: Reconciled,
): Next<Shown> {
  const { generation } = object.metadata;
  const states = componentStates(pass);
  const around = kind.outside(pass, states);
  const soFar = conditionsOf(kind.conditionTypes, previous, around, generation, nowIso);
  const isOld = previous.observedGeneration === generation;
  const deadline = isOld ? memberDeadlineMs({ conditions: soFar }) : undefined;
  const isLate = deadline !== undefined && Date.parse(nowIso) >= deadline;
  const overdue = isLate ? "runners" : undefined;
  const findings = { ...around, ...progressFindings({ states, generation, overdue }, previous) };
  const conditions = conditionsOf(kind.conditionTypes, previous, findings, generation, nowIso);
  const base = { conditions, phase: phaseOf(conditions), ...observed(generation) };
  const status: Next<Shown> = { ...base, ...kind.shown(object, pass, states) };
  return settled(status, previous, pass.changed ?? false, nowIso);
}

function observed(generation: number | undefined): Pick<MemberStatus, "observedGeneration"> {
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** What an object carries of what every member has. */
function frameOf(object: KubeObject): MemberStatus {
  const { conditions, phase, observedGeneration, lastReconciled } = previousStatus(object);
  return {
    ...(conditions === undefined ? {} : { conditions }),
    ...(phase === undefined ? {} : { phase }),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(lastReconciled === undefined ? {} : { lastReconciled }),
  };
}

/** Texts of a status, as far as they are texts. */
export function textsOf(
  status: object,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const texts = names.flatMap((name): [string, string][] => {
    const text = textAt(status, name);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(texts);
}
