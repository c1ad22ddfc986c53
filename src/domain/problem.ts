import type { FieldPath } from "./field-path.ts";

/** Reasons of a field error, as in meta/v1 CauseType. */
export type ProblemReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueNotFound"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

/**
 * One fault of an object. `message` is in the words of apimachinery's `field.Error` without the path
 * (`Invalid value: 3: must be odd`); `rule` is a stable id for metrics and audit, never a value.
 */
export interface Problem {
  readonly path: FieldPath;
  readonly reason: ProblemReason;
  readonly message: string;
  readonly rule: string;
}

/** A warning for the user: at most 120 characters, no newline (VAL-13). `path` is in the hub version. */
export interface Warning {
  readonly path: FieldPath;
  readonly message: string;
}
