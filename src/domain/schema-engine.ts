import type { FieldPath } from "./field-path.ts";
import type { JsonRecord } from "./json-object.ts";
import type { ProblemReason } from "./problem.ts";

/** A fault that the schema or a CEL rule finds; `path` is empty where it is about the whole object. */
export interface SchemaProblem {
  readonly path: FieldPath;
  readonly reason: ProblemReason;
  readonly message: string;
}

/** The CRD of one kind and version, as `schemas/` compiles it; gives the answers of kube-apiserver. */
export interface SchemaEngine {
  prune(object: JsonRecord): void;
  applyDefaults(object: JsonRecord): void;
  /** The object with its defaults, not changed itself; what is complete is shared with it. */
  defaulted(object: JsonRecord): JsonRecord;
  /** Faults of a defaulted object; with `old` as an update, with transition rules and ratcheting. */
  validate(object: JsonRecord, old?: JsonRecord): { readonly problems: readonly SchemaProblem[] };
}
