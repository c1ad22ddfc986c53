/**
 * `enum`, with Go's conversions before the comparison (kube-openapi, basicCommonValidator): an integer equals the
 * string of its code point, a float is truncated to an integer, and null equals nothing.
 */
import { FloatLiteral, type JsonValue } from "../json.ts";
import { isEqual } from "../json-equal.ts";
import { notSupported } from "../problem.ts";
import { asFloat, isNumber, jsonTypeOf } from "./json-type.ts";
import type { Check } from "./run.ts";

/** The check of a value against a list that is not empty. It adds no match. */
export function compileEnumCheck(values: readonly JsonValue[]): Check {
  const texts = new Set(values.filter((value) => typeof value === "string"));
  const shown = values.map(String).join(" ");
  return (value, run) => {
    if (typeof value === "string" ? texts.has(value) : values.some((one) => isSame(value, one))) {
      return 0;
    }
    run.fail((spot) => ({
      text: `${spot.name} in body should be one of [${shown}]`,
      problem: notSupported(spot, value, values),
    }));
    return 0;
  };
}

function isSame(value: JsonValue, allowed: JsonValue): boolean {
  if (value === null || allowed === null) {
    return false;
  }
  return isNumber(value) ? isSameNumber(value, allowed) : isEqual(value, allowed);
}

function isSameNumber(value: number | bigint | FloatLiteral, allowed: JsonValue): boolean {
  const isInteger = jsonTypeOf(value) === "integer";
  if (typeof allowed === "string") {
    return isInteger && !(value instanceof FloatLiteral) && runeOf(value) === allowed;
  }
  if (!isNumber(allowed)) {
    return false;
  }
  if (isInteger === (jsonTypeOf(allowed) === "integer")) {
    return asFloat(value) === asFloat(allowed) && (!isInteger || isEqual(value, allowed));
  }
  return isInteger
    ? asFloat(value) === asFloat(allowed)
    : Math.trunc(asFloat(value)) === asFloat(allowed);
}

/** Go's conversion of an integer to a string. */
function runeOf(value: number | bigint): string {
  const code = Number(value);
  const isRune = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isRune ? String.fromCodePoint(code) : "\ufffd";
}
