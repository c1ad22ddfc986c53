/**
 * One fault of an object, in the API server's own words
 * (k8s.io/apimachinery/pkg/util/validation/field/errors.go).
 */
import { goFloat, goJson, goQuote } from "./go-text.ts";
import { FloatLiteral, type JsonValue, numberKind } from "./json.ts";

/** Keys and indices from the root of the object. */
export type PathSegments = readonly (string | number)[];

/** The API server's names for kinds of fault, as they stand in `details.causes[].reason`. */
export type Reason =
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueRequired"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

/** A fault. `path` is the structural form of `field`; both are empty or `<nil>` where the server names no field. */
export interface Problem {
  readonly path: PathSegments;
  readonly field: string;
  readonly reason: Reason;
  readonly message: string;
}

/** What `details.causes` of a refusal holds. */
export interface Cause {
  readonly field: string;
  readonly reason: Reason;
  readonly message: string;
}

/** Where a fault is: the segments, and the text that the API server shows for them. */
export interface Where {
  readonly path: PathSegments;
  readonly field: string;
}

/** The server's field for a fault of the whole object. */
export const NOWHERE: Where = { path: [], field: "<nil>" };

/** Stands for a value that the message leaves out (field.OmitValueType). */
export const OMITTED = Symbol("omitted value");

type Shown = JsonValue | typeof OMITTED;

/** `Invalid value: <value>: <detail>` */
export function invalid(where: Where, value: Shown, detail: string): Problem {
  return problem(where, "FieldValueInvalid", body("Invalid value", value, detail));
}

/** As `invalid`, where the value's text is not that of its JSON. */
export function invalidText(where: Where, shown: string, detail: string): Problem {
  return problem(where, "FieldValueInvalid", `Invalid value: ${shown}: ${detail}`);
}

/** `Invalid value: <value>: <detail>`, for a value whose type is not the schema's. */
export function typeInvalid(where: Where, value: Shown, detail: string): Problem {
  return problem(where, "FieldValueTypeInvalid", body("Invalid value", value, detail));
}

/** `Required value[: <detail>]` */
export function required(where: Where, detail = ""): Problem {
  return problem(where, "FieldValueRequired", withDetail("Required value", detail));
}

/** `Forbidden[: <detail>]` */
export function forbidden(where: Where, detail: string): Problem {
  return problem(where, "FieldValueForbidden", withDetail("Forbidden", detail));
}

/** `Duplicate value: <value>` */
export function duplicate(where: Where, value: Shown): Problem {
  return problem(where, "FieldValueDuplicate", body("Duplicate value", value, ""));
}

/** `Unsupported value: <value>: supported values: "a", "b"`; values that are no strings are shown as JSON. */
export function notSupported(where: Where, value: Shown, supported: readonly JsonValue[]): Problem {
  const names = supported.map((one) => goQuote(typeof one === "string" ? one : goJson(one)));
  const detail = names.length === 0 ? "" : `supported values: ${names.join(", ")}`;
  return problem(where, "FieldValueNotSupported", body("Unsupported value", value, detail));
}

/** `Too long: may not be more than <max> bytes`: the server counts code points and says bytes. */
export function tooLong(where: Where, max: number): Problem {
  const unit = max === 1 ? "byte" : "bytes";
  return problem(where, "FieldValueTooLong", `Too long: may not be more than ${max} ${unit}`);
}

/** `Too many: <actual>: must have at most <max> items` */
export function tooMany(where: Where, actual: number, max: number): Problem {
  const unit = max === 1 ? "item" : "items";
  return problem(
    where,
    "FieldValueTooMany",
    `Too many: ${actual}: must have at most ${max} ${unit}`,
  );
}

/** The part of a problem that a refusal shows. */
export function toCause(problem: Problem): Cause {
  return { field: problem.field, reason: problem.reason, message: problem.message };
}

function problem(where: Where, reason: Reason, message: string): Problem {
  return { path: where.path, field: where.field, reason, message };
}

function body(title: string, value: Shown, detail: string): string {
  return withDetail(value === OMITTED ? title : `${title}: ${show(value)}`, detail);
}

function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}

function show(value: JsonValue): string {
  if (typeof value === "string") {
    return goQuote(value);
  }
  if (numberKind(value) === "float64") {
    return goFloat(value instanceof FloatLiteral ? value.value : Number(value));
  }
  return goJson(value);
}
