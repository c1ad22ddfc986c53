/** Names of JSON types as kube-openapi's messages use them. */
import { FloatLiteral, type JsonValue, numberKind } from "../json.ts";

/** The JSON type of a value; numbers tell integers of int64 from floats. */
export type JsonType = "null" | "boolean" | "string" | "integer" | "number" | "array" | "object";

/** The type of a value, by Go's representation: `1.0` is a number. */
export function jsonTypeOf(value: JsonValue): JsonType {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  if (typeof value === "string" || typeof value === "boolean") {
    return typeof value === "string" ? "string" : "boolean";
  }
  const kind = numberKind(value);
  if (kind !== undefined) {
    return kind === "int64" ? "integer" : "number";
  }
  return "object";
}

/** A number as float64. */
export function asFloat(value: number | bigint | FloatLiteral): number {
  return value instanceof FloatLiteral ? value.value : Number(value);
}

/** True for a number in any of its representations. */
export function isNumber(value: JsonValue): value is number | bigint | FloatLiteral {
  return typeof value === "number" || typeof value === "bigint" || value instanceof FloatLiteral;
}

/** Largest integer below which float64 has them all; swag's limit for a float that counts as an integer. */
const MAX_JSON_INTEGER = 2 ** 53 - 1;
const EPSILON = 1e-9;

/** Whether a float counts as an integer (go-openapi/swag IsFloat64AJSONInteger, with its tolerance of 1e-9). */
export function isJsonInteger(value: number): boolean {
  if (!(Math.abs(value) <= MAX_JSON_INTEGER)) {
    return false;
  }
  const rounded = Math.round(value);
  return value === rounded || Math.abs(value - rounded) < EPSILON * Math.abs(rounded);
}
