/** A refusal with every fault at once, exactly as apimachinery's `errors.NewInvalid` would word it (VAL-2). */
import { type FieldPath, printPath } from "../src/domain/field-path.ts";
import type { Problem } from "../src/domain/problem.ts";
import type { DenialStatus } from "./admission-answer.ts";

/** Longer lists help nobody, and the API server keeps the whole text in its audit log. */
const MAX_PROBLEMS = 50;
/** How apimachinery prints the field of a fault that has none. */
const WHOLE_OBJECT = "<nil>";
const UNPROCESSABLE = 422;

/** Who is refused. */
export interface RefusedObject {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * The Status for a list of problems; their paths are in the version that the user wrote. Sorted by path, at most 50, then
 * "and N more".
 */
export function invalidStatus(object: RefusedObject, problems: readonly Problem[]): DenialStatus {
  const sorted = [...problems].sort((a, b) => comparePaths(a.path, b.path));
  const causes = sorted.slice(0, MAX_PROBLEMS).map(({ path, reason, message }) => ({
    reason,
    message,
    field: path.length === 0 ? WHOLE_OBJECT : printPath(path),
  }));
  const more = sorted.length - causes.length;
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  if (more > 0) {
    lines.push(`and ${more} more`);
    causes.push({ reason: "FieldValueTooMany", message: `and ${more} more`, field: "spec" });
  }
  const list = lines.length === 1 ? lines.join() : `[${lines.join(", ")}]`;
  const { group, kind, name } = object;
  return {
    code: UNPROCESSABLE,
    reason: "Invalid",
    message: `${kind}.${group} ${JSON.stringify(name)} is invalid: ${list}`,
    details: { name, group, kind, causes },
  };
}

/** Orders paths step by step: indices by number, keys by code unit, a parent before its children. */
export function comparePaths(a: FieldPath, b: FieldPath): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareSteps(a[i] ?? "", b[i] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSteps(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
