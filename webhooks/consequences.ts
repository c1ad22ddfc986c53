/** A value of the wrong type is one fault, whatever else follows from it. */
import type { FieldPath } from "../src/domain/field-path.ts";
import type { Problem } from "../src/domain/problem.ts";

/**
 * Leaves out what follows from a value of the wrong type: what else is said at its place (that it is not in the enum
 * either), and anything below it, which conversion could not carry over.
 */
export function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const mistyped = problems.filter(
    ({ reason, path }) => reason === "FieldValueTypeInvalid" && path.length > 0,
  );
  if (mistyped.length === 0) return problems;
  return problems.filter((problem) => !mistyped.some((cause) => explains(cause, problem)));
}

function explains(cause: Problem, problem: Problem): boolean {
  return cause !== problem && isAtOrBelow(cause.path, problem.path);
}

function isAtOrBelow(parent: FieldPath, path: FieldPath): boolean {
  return parent.every((step, depth) => path[depth] === step);
}
