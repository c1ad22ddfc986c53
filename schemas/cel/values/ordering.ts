/** CEL ordering: cel-go's `Compare` of each type that has one. */
import {
  CelDouble,
  CelError,
  CelUint,
  type CelValue,
  NO_SUCH_OVERLOAD,
  noSuchOverload,
} from "./cel-value.ts";
import { compareNumbers, orderOf } from "./equality.ts";
import { isInt } from "./integer.ts";
import { CelDuration, CelTimestamp } from "./time.ts";

const notOrdered = new CelError("NaN values cannot be ordered");

/** -1, 0 or 1; an error when the types do not compare with each other or one is NaN. */
export function compareValues(left: CelValue, right: CelValue): number | CelError {
  if (typeof left === "number" && typeof right === "number") {
    return orderOf(left, right);
  }
  if (typeof left === "string" && typeof right === "string") {
    return compareStrings(left, right);
  }
  if (isNumber(left) && isNumber(right)) {
    return compareNumbers(left, right) ?? notOrdered;
  }
  return left instanceof CelDouble && Number.isNaN(left.value)
    ? notOrdered
    : (compareScalars(left, right) ?? noSuchOverload(right));
}

function compareScalars(left: CelValue, right: CelValue): number | undefined {
  if (typeof left === "boolean" && typeof right === "boolean") {
    return orderOf(Number(left), Number(right));
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return Buffer.compare(left, right);
  }
  if (left instanceof CelTimestamp && right instanceof CelTimestamp) {
    return orderOf(left.nanos, right.nanos);
  }
  return left instanceof CelDuration && right instanceof CelDuration
    ? orderOf(left.nanos, right.nanos)
    : undefined;
}

/** True for values that have an order at all: what cel-go calls a Comparer. */
export function isComparable(value: CelValue): boolean {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    isNumber(value) ||
    value instanceof Uint8Array ||
    value instanceof CelTimestamp ||
    value instanceof CelDuration
  );
}

function isNumber(value: CelValue): boolean {
  return isInt(value) || value instanceof CelDouble || value instanceof CelUint;
}

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Orders by code point, as Go does by UTF-8 bytes: JavaScript's order puts surrogate pairs before U+E000. */
export function compareStrings(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) {
      return codePointRank(a) < codePointRank(b) ? -1 : 1;
    }
  }
  return left.length < right.length ? -1 : 1;
}

function codePointRank(unit: number): number {
  if (unit < FIRST_SURROGATE) {
    return unit;
  }
  return unit < AFTER_SURROGATES
    ? unit + AFTER_SURROGATES
    : unit - (AFTER_SURROGATES - FIRST_SURROGATE);
}

/** The text of an operator's missing overload for a left operand that lacks the operation: `no such overload: _+_`. */
export function missingOperator(name: string, left: CelValue): CelError {
  // strings, timestamps and durations are cel-go "receivers": they answer without the name
  const isReceiver =
    typeof left === "string" || left instanceof CelTimestamp || left instanceof CelDuration;
  return new CelError(isReceiver ? NO_SUCH_OVERLOAD : `${NO_SUCH_OVERLOAD}: ${name}`);
}
