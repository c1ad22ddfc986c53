/** Faults that two schemas find in one object, each reported once. */
import type { FieldPath } from "../src/domain/field-path.ts";
import type { Problem } from "../src/domain/problem.ts";

/**
 * `own`, the faults by the schema of the user's version, and those of `mapped` (the hub's, at the user's paths) that they
 * do not cover: the same fault at the same place, or anything at, above or below a value of the wrong type, which
 * conversion could not carry over.
 */
export function joinProblems(
  own: readonly Problem[],
  mapped: readonly Problem[],
): readonly Problem[] {
  if (own.length === 0) return mapped;
  return [...own, ...mapped.filter((problem) => !own.some((known) => covers(known, problem)))];
}

function covers(known: Problem, problem: Problem): boolean {
  const shared = sharedSteps(known.path, problem.path);
  const isSamePlace = shared === known.path.length && shared === problem.path.length;
  if (isSamePlace && isSameFault(known, problem)) return true;
  if (known.reason !== "FieldValueTypeInvalid" || known.path.length === 0) return false;
  return shared === known.path.length || shared === problem.path.length;
}

function isSameFault(known: Problem, problem: Problem): boolean {
  if (known.message === problem.message) return true;
  return known.rule === problem.rule && known.reason === problem.reason;
}

function sharedSteps(a: FieldPath, b: FieldPath): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}
