import type { JsonRecord } from "./json-object.ts";
import type { Problem, Warning } from "./problem.ts";

/**
 * Judges an object of one of our kinds that stands within an object of another kind, as admission would judge it by
 * itself: fields that its version does not have are faults too. Paths are those of the version that it is written in.
 */
export type EmbeddedJudge = (
  object: JsonRecord,
  old: JsonRecord | undefined,
) => { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] };
