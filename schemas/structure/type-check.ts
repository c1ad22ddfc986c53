/** `type` and `nullable` (kube-openapi pkg/validation/validate/type.go). */
import type { JsonValue } from "../json.ts";
import { typeInvalid } from "../problem.ts";
import { asFloat, isJsonInteger, isNumber, type JsonType, jsonTypeOf } from "./json-type.ts";
import type { Check, Run } from "./run.ts";

/** The format that kube-openapi derives from Go's type of a number. */
const NATIVE_FORMATS: { readonly [T in JsonType]?: string } = {
  integer: "int64",
  number: "float64",
};

/** What a schema says about a value's type. `format` is empty where the API server strips it. */
export interface TypeRule {
  readonly types: readonly string[];
  readonly format: string;
  readonly nullable: boolean;
}

/** The check for every value but null. */
export function compileTypeCheck(rule: TypeRule): Check {
  const allowed = new Set(rule.types);
  const isNumeric = allowed.has("number") || allowed.has("integer");
  return (value, run) => {
    const type = jsonTypeOf(value);
    return allowed.has(type) || isCompatible(value, type, allowed)
      ? 1
      : failMismatch(rule, isNumeric, type, run);
  };
}

/** With a format that is no number's, strings and arrays pass, and the fault of others names the format: so does the API server. */
function failMismatch(rule: TypeRule, isNumeric: boolean, type: JsonType, run: Run): number {
  const isText = type === "string" || type === "array";
  if (rule.format !== "" && isText && !isNumeric) {
    return 1;
  }
  const native = NATIVE_FORMATS[type] ?? "";
  return rule.format === "" || isText || native === rule.format
    ? failType(run, rule.types.join(","), type)
    : failType(run, rule.format, native);
}

/** The check for null. */
export function compileNullCheck(rule: TypeRule): Check {
  const expected = rule.types.join(",");
  return rule.types.length === 0 || rule.nullable
    ? () => 1
    : (_value, run) => failType(run, expected, "null");
}

function isCompatible(value: JsonValue, type: JsonType, allowed: ReadonlySet<string>): boolean {
  if (type === "integer") {
    return allowed.has("number");
  }
  return (
    type === "number" && allowed.has("integer") && isNumber(value) && isJsonInteger(asFloat(value))
  );
}

function failType(run: Run, expected: string, actual: string): number {
  run.fail((spot) => {
    const text = `${spot.name} in body must be of type ${expected}: "${actual}"`;
    return { text, problem: typeInvalid(spot, actual, text) };
  });
  return 0;
}
