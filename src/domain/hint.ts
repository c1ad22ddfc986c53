import { type JsonRecord, valueAt } from "./json-object.ts";
import type { Kind } from "./kind.ts";
import type { Problem } from "./problem.ts";

/** The rule of every fault that the CRD finds. */
const SCHEMA = "schema";

/**
 * Adds to faults of shape what the user probably meant; a rule says itself what to do. Paths and `object` are of the version that the user
 * wrote.
 */
export function withHints(
  kind: Kind,
  version: string,
  problems: readonly Problem[],
  object: JsonRecord,
): readonly Problem[] {
  return problems.map((problem) => {
    if (problem.rule !== SCHEMA) return problem;
    const hint = kind.hintFor(version, problem.path, valueAt(object, problem.path));
    return hint === undefined ? problem : { ...problem, message: `${problem.message}: ${hint}` };
  });
}
