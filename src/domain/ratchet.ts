import type { FieldPath } from "./field-path.ts";
import type { JsonRecord } from "./json-object.ts";
import { ownValue, valueAt } from "./json-object.ts";
import type { Kind, RuleContext } from "./kind.ts";
import type { Problem, Warning } from "./problem.ts";
import { sameJson } from "./same-json.ts";

interface Found {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

interface Update {
  readonly object: JsonRecord;
  readonly old: JsonRecord;
  readonly context: RuleContext;
}

/** Every fault of the schema is reported by the engine, which ratchets by itself. */
const SCHEMA = "schema";

/**
 * Turns faults that the stored object has already into warnings (VAL-5): nobody should be kept from a change by a rule
 * that came later. Safety rules are not excused. A deletion, and an update that leaves the spec as it is, only have to
 * keep the safety rules.
 */
export function excuseOldProblems(kind: Kind, found: Found, update: Update): Found {
  const { object, old, context } = update;
  const excused = isSettled(object, old) ? () => true : oldFaults(kind, old, context, object);
  const problems: Problem[] = [];
  const warnings: Warning[] = [...found.warnings];
  for (const problem of found.problems) {
    const excusable = !kind.safetyRules.has(problem.rule);
    if (!excusable || !excused(problem)) problems.push(problem);
    else
      warnings.push({ path: problem.path, message: `is invalid, as before: ${problem.message}` });
  }
  return { problems, warnings };
}

function isSettled(object: JsonRecord, old: JsonRecord): boolean {
  const isDeleted = valueAt(object, ["metadata", "deletionTimestamp"]) !== undefined;
  return isDeleted || sameJson(ownValue(object, "spec"), ownValue(old, "spec"));
}

/** Tells whether a fault of a rule stood in the stored object, where an item of a list may have moved. */
function oldFaults(
  kind: Kind,
  old: JsonRecord,
  context: RuleContext,
  object: JsonRecord,
): (problem: Problem) => boolean {
  const { neighbours, version, judgeEmbedded } = context;
  const before = kind.rulesOf(old, { neighbours, version, judgeEmbedded });
  const known = new Set(before.problems.map((problem) => identity(problem, old)));
  return (problem) => problem.rule !== SCHEMA && known.has(identity(problem, object));
}

function identity({ rule, path, message }: Problem, root: JsonRecord): string {
  return JSON.stringify([rule, message, named(path, root)]);
}

/** The path with names of list items in place of their indices. */
function named(path: FieldPath, root: JsonRecord): readonly (string | number)[] {
  return path.map((step, i) => {
    if (typeof step === "string") return step;
    const name = valueAt(root, [...path.slice(0, i + 1), "name"]);
    return typeof name === "string" ? `name=${name}` : step;
  });
}
