/** Equality of JSON values as Go's reflect.DeepEqual has it: `1` and `1.0` differ, the order of keys does not matter. */
import { FloatLiteral, getKey, isObject, type JsonObject, type JsonValue } from "./json.ts";

/** Deep equality; an integer never equals a float. */
export function isEqual(left: JsonValue, right: JsonValue): boolean {
  if (left === right) {
    return true;
  }
  if (typeof left !== "object" || typeof right !== "object") {
    return isSameLargeInteger(left, right);
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && isEqualArray(left, right);
  }
  if (left instanceof FloatLiteral || right instanceof FloatLiteral) {
    return (
      left instanceof FloatLiteral && right instanceof FloatLiteral && left.value === right.value
    );
  }
  return isObject(left) && isObject(right) && isEqualObject(left, right);
}

/** A bigint of our own parser against the same integer in plain JSON.parse output. */
function isSameLargeInteger(left: JsonValue, right: JsonValue): boolean {
  return (
    (typeof left === "bigint" && typeof right === "number" && left === toInteger(right)) ||
    (typeof right === "bigint" && typeof left === "number" && right === toInteger(left))
  );
}

function toInteger(value: number): bigint | undefined {
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

function isEqualArray(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  return left.length === right.length && left.every((item, at) => isEqual(item, right[at] ?? null));
}

function isEqualObject(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => {
      const other = getKey(right, key);
      return other !== undefined && isEqual(left[key] ?? null, other);
    })
  );
}
