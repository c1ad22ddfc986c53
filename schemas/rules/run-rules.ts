/**
 * Runs the rules of a tree over an object and, on an update, its old state
 * (apiextensions-apiserver pkg/apiserver/schema/cel/validation.go).
 */
import type { Correlation } from "../correlation.ts";
import type { FieldPath } from "../field-path.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../json.ts";
import { createMapList } from "../map-list.ts";
import { duplicate, forbidden, invalid, OMITTED, type Problem, required } from "../problem.ts";
import type { ReadyRule, RuleNode, UnevaluableRule } from "./compile-rules.ts";
import { RuleTrail } from "./rule-trail.ts";

/** What a rule's value was before, for transition rules and for ratcheting. */
interface Before {
  /** The old value that `oldSelf` shows; null and undefined are none. */
  readonly value: JsonValue | undefined;
  readonly current: Correlation | undefined;
  /** The nearest node above that has an old value. */
  readonly parent: Correlation | undefined;
}

const NOTHING: Before = { value: undefined, current: undefined, parent: undefined };

/** What the rules say of one object. `unevaluated` are the rules that would have had a say and could not be run. */
export interface RuleFindings {
  readonly problems: Problem[];
  readonly unevaluated: Set<UnevaluableRule>;
  /** What the rules of this object may still cost; negative once no further rule is run. */
  budget: number;
}

/** One run: what it found, and where it stands. */
interface RuleRun extends RuleFindings {
  readonly trail: RuleTrail;
}

/** k8s.io/apiserver/pkg/apis/cel RuntimeCELCostBudget: the most that all rules of one object may cost. */
const COST_BUDGET = 10_000_000;
const OUT_OF_BUDGET =
  "validation failed due to running out of cost budget, no further validation rules will be run";

/** Runs all rules. `correlation` is that of the whole object, on an update. */
export function runRules(
  root: RuleNode,
  object: JsonObject,
  correlation: Correlation | undefined,
): RuleFindings {
  const run: RuleRun = {
    problems: [],
    unevaluated: new Set(),
    budget: COST_BUDGET,
    trail: new RuleTrail(),
  };
  const before: Before =
    correlation === undefined
      ? NOTHING
      : { value: correlation.old, current: correlation, parent: undefined };
  runNode(root, object, before, run);
  return run;
}

function runNode(node: RuleNode, value: JsonValue, before: Before, run: RuleRun): void {
  if (value === null || run.budget < 0) {
    return;
  }
  for (const rule of node.rules()) {
    runRule(rule, node, value, before, run);
  }
  for (const branch of node.allOf) {
    runNode(branch, value, { ...before, current: undefined }, run);
  }
  if (Array.isArray(value)) {
    runItems(node, value, before, run);
  } else if (isObject(value)) {
    runKeys(node, value, before, run);
  }
}

function runItems(node: RuleNode, value: readonly JsonValue[], before: Before, run: RuleRun): void {
  const { items } = node;
  if (items === undefined) {
    return;
  }
  const oldItem = Array.isArray(before.value)
    ? createMapList(node.schema, before.value)
    : undefined;
  value.forEach((item, at) => {
    const below: Before =
      before === NOTHING
        ? NOTHING
        : { value: oldItem?.(item), ...step(before, (current) => current.index(at)) };
    run.trail.index(at);
    runNode(items, item, below, run);
    run.trail.back();
  });
}

function runKeys(node: RuleNode, value: JsonObject, before: Before, run: RuleRun): void {
  if (node.properties.size === 0 && node.other === undefined) {
    return;
  }
  for (const key of Object.keys(value)) {
    const property = node.properties.get(key);
    const child = property ?? node.other;
    if (child === undefined) continue;
    run.trail.member(key, property !== undefined);
    runNode(child, value[key] ?? null, keyBefore(before, key), run);
    run.trail.back();
  }
}

function keyBefore(before: Before, key: string): Before {
  if (before === NOTHING) return NOTHING;
  const value = isObject(before.value) ? getKey(before.value, key) : undefined;
  const isRoot = before.current !== undefined && before.parent === undefined;
  // A change of apiVersion or kind is not visible: both objects have been converted to one version.
  return isRoot && (key === "apiVersion" || key === "kind")
    ? { value, current: undefined, parent: undefined }
    : { value, ...step(before, (current) => current.key(key)) };
}

function step(
  before: Before,
  next: (current: Correlation) => Correlation | undefined,
): Pick<Before, "current" | "parent"> {
  const { current, parent } = before;
  return current === undefined ? { current, parent } : { current: next(current), parent: current };
}

function runRule(
  ready: ReadyRule,
  node: RuleNode,
  value: JsonValue,
  before: Before,
  run: RuleRun,
): void {
  if (run.budget < 0) {
    return;
  }
  if (ready.kind === "unevaluable") {
    run.unevaluated.add(ready);
    return;
  }
  const { rule, program } = ready;
  const hasOld = before.value !== undefined && before.value !== null;
  if (program.usesOldSelf && !hasOld && !rule.optionalOldSelf) {
    return;
  }
  const outcome = program.evaluate(
    value,
    hasOld ? { kind: "present", value: before.value } : ABSENT,
  );
  run.budget -= program.cost();
  if (outcome.kind !== "holds" || run.budget < 0) {
    report(ready, outcome, node, value, before, run);
  }
}

const ABSENT = { kind: "absent" } as const;

type Ready = Extract<ReadyRule, { kind: "ready" }>;
type Outcome = ReturnType<Ready["program"]["evaluate"]>;

function report(
  ready: Ready,
  outcome: Outcome,
  node: RuleNode,
  value: JsonValue,
  before: Before,
  run: RuleRun,
): void {
  const path = run.trail.path();
  const problem = problemOf(ready, outcome, node, value, before, path, run.budget < 0);
  if (problem !== undefined) {
    run.problems.push(problem);
  }
  if (outcome.kind === "failed" && outcome.endsAll) {
    run.budget = -1;
  }
}

function problemOf(
  ready: Ready,
  outcome: Outcome,
  node: RuleNode,
  value: JsonValue,
  before: Before,
  path: FieldPath,
  isOutOfBudget: boolean,
): Problem | undefined {
  if (isOutOfBudget) {
    return invalid(path.where(), node.schema.type, OUT_OF_BUDGET);
  }
  if (outcome.kind === "failed") {
    return invalid(path.where(), node.schema.type, outcome.message);
  }
  return outcome.kind === "violated" && (ready.program.usesOldSelf || !isUnchanged(before))
    ? violation(ready, node, value, outcome.message, path)
    : undefined;
}

/** Whether the value, or the nearest one above that has an old value, equals its old one. */
function isUnchanged({ current, parent }: Before): boolean {
  return (current ?? parent)?.isUnchanged() ?? false;
}

function violation(
  { rule, fieldPath }: Ready,
  node: RuleNode,
  value: JsonValue,
  message: string,
  path: FieldPath,
): Problem {
  const at = fieldPath === undefined ? path : path.suffix(fieldPath.text, fieldPath.segments);
  const isStructured = node.schema.type === "object" || node.schema.type === "array";
  const shown = isStructured ? OMITTED : value;
  if (rule.reason === "FieldValueForbidden") return forbidden(at.where(), message);
  if (rule.reason === "FieldValueRequired") return required(at.where(), message);
  if (rule.reason === "FieldValueDuplicate") return duplicate(at.where(), shown);
  return invalid(at.where(), shown, message);
}
