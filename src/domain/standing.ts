/** What the status of every kind is made of: findings become conditions, and times move only with what they are about. */
import { type Condition, conditionOf, type Finding, findCondition } from "./condition.ts";
import { printPath } from "./field-path.ts";
import type { KubeObject } from "./kube-object.ts";
import { describePause, pauseOf } from "./pause.ts";
import type { Problem, ProblemReason } from "./problem.ts";
import type { Status } from "./rendered-kind.ts";
import { sameJson } from "./same-json.ts";

/** What is to be said now, by type of condition; a type that is absent keeps what it said. */
export type FindingSet = Readonly<Partial<Record<string, Finding>>>;

/** A finding that holds. */
export function isTrue(reason: string, message: string): Finding {
  return { status: "True", reason, message };
}

/** A finding that does not hold. */
export function isFalse(reason: string, message: string): Finding {
  return { status: "False", reason, message };
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

/** An invalid spec. Paths and reasons only: values may be secrets, and messages of rules may quote them. */
export function invalidFindings(problems: readonly Problem[]): FindingSet {
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

/** What an object says of itself on its way out. */
export function deletingFindings(message: string): FindingSet {
  return {
    Ready: isFalse("Deleting", message),
    Reconciling: isTrue("Deleting", message),
    Stalled: isFalse("Deleting", ""),
    Paused: NOT_PAUSED,
  };
}

/** Nobody asked for a pause. */
export const NOT_PAUSED: Finding = isFalse("NotRequested", "");

/** A pause, in the words of who asked for it. */
export function pausedFinding(object: KubeObject): Finding {
  const pause = pauseOf(object);
  return isTrue("Requested", pause === undefined ? "" : describePause(pause));
}

const UNKNOWN: Finding = { status: "Unknown", reason: "NotKnownYet", message: "" };

/** All conditions of a kind: new findings, and for the others what was there. A new generation begins a new reconciliation. */
export function conditionsOf(
  types: readonly string[],
  previous: Status,
  findings: FindingSet,
  generation: number | undefined,
  nowIso: string,
): readonly Condition[] {
  const isNew = previous.observedGeneration !== generation;
  return types.map((type) => {
    const before = findCondition(previous.conditions, type);
    const finding = findings[type];
    if (finding === undefined && before !== undefined) return before;
    const since = type === "Reconciling" && isNew ? undefined : before;
    return conditionOf(type, finding ?? UNKNOWN, since, { generation, nowIso });
  });
}

/**
 * The conditions of a paused object: they speak of the generation that was seen (REC-13), but the pause is of now, and `kubectl wait`
 * believes no condition that is older than the spec.
 */
export function pausedConditions(
  types: readonly string[],
  previous: Status,
  findings: FindingSet,
  { metadata: { generation } }: KubeObject,
  nowIso: string,
): readonly Condition[] {
  const conditions = conditionsOf(types, previous, findings, previous.observedGeneration, nowIso);
  if (generation === undefined) return conditions;
  return conditions.map((one) =>
    one.type === "Paused" ? { ...one, observedGeneration: generation } : one,
  );
}

/** `lastReconciled` is the last pass that changed a child or anything else of the status. */
export function settled<S extends { readonly lastReconciled?: string }>(
  status: S,
  previous: S,
  changed: boolean,
  nowIso: string,
): S {
  const { lastReconciled: _, ...rest } = status;
  const { lastReconciled = nowIso, ...before } = previous;
  const isSame = !changed && sameJson(rest, before);
  return { ...status, lastReconciled: isSame ? lastReconciled : nowIso };
}
