/** CEL equality: cel-go's `types.Equal` and the `Equal` of each type. */
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  CelOpaque,
  CelOptional,
  CelType,
  CelUint,
  type CelValue,
} from "./cel-value.ts";
import { isInt } from "./integer.ts";
import { CelDuration, CelTimestamp } from "./time.ts";

/** `==` of two values that are no errors: null equals null only; an error where the left type has no answer. */
export function celEqual(left: CelValue, right: CelValue): CelValue {
  if (left === null || right === null) {
    return left === right;
  }
  return valueEqual(left, right);
}

/** `left.Equal(right)`: as `==`, without the rule for null. */
export function valueEqual(left: CelValue, right: CelValue): CelValue {
  if (typeof left === "string" || typeof left === "boolean" || left === null) {
    return left === right;
  }
  if (typeof left === "number" || typeof left === "bigint") {
    return left === right || (typeof right === "object" && numberEqual(left, right));
  }
  return objectEqual(left, right);
}

function objectEqual(
  left: Exclude<CelValue, null | string | boolean | number | bigint>,
  right: CelValue,
): CelValue {
  if (left instanceof CelList || left instanceof CelMap || left instanceof CelOpaque) {
    return left.equal(right);
  }
  if (left instanceof CelDouble || left instanceof CelUint) {
    return numberEqual(left, right);
  }
  if (left instanceof CelOptional) {
    return optionalEqual(left, right);
  }
  return left instanceof CelError ? left : scalarEqual(left, right);
}

function scalarEqual(
  left: Uint8Array | CelTimestamp | CelDuration | CelType,
  right: CelValue,
): boolean {
  if (left instanceof Uint8Array) {
    return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  }
  if (left instanceof CelTimestamp) {
    return right instanceof CelTimestamp && left.nanos === right.nanos;
  }
  if (left instanceof CelDuration) {
    return right instanceof CelDuration && left.nanos === right.nanos;
  }
  return right instanceof CelType && left.name === right.name;
}

function optionalEqual(left: CelOptional, right: CelValue): CelValue {
  if (!(right instanceof CelOptional)) {
    return false;
  }
  if (left.value === undefined || right.value === undefined) {
    return left.value === right.value;
  }
  return valueEqual(left.value, right.value);
}

function numberEqual(left: CelValue, right: CelValue): boolean {
  return compareNumbers(left, right) === 0;
}

/** -1, 0 or 1 for two numbers of any types; undefined when one is NaN or no number. An int and a double compare as doubles. */
export function compareNumbers(left: CelValue, right: CelValue): number | undefined {
  const exactLeft = exactNumber(left);
  const exactRight = exactNumber(right);
  if (exactLeft !== undefined && exactRight !== undefined) {
    return orderOf(exactLeft, exactRight);
  }
  const a = asDouble(left, exactLeft);
  const b = asDouble(right, exactRight);
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : orderOf(a, b);
}

/** -1, 0 or 1 by JavaScript's own order. */
export function orderOf(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : Number(left > right);
}

function exactNumber(value: CelValue): number | bigint | undefined {
  if (isInt(value)) {
    return value;
  }
  return value instanceof CelUint ? value.value : undefined;
}

/** NaN for what is no number. */
function asDouble(value: CelValue, exact: number | bigint | undefined): number {
  if (exact !== undefined) {
    return Number(exact);
  }
  return value instanceof CelDouble ? value.value : Number.NaN;
}
