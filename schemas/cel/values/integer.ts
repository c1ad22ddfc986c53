/** int64 arithmetic on the representation of cel-value.ts: numbers while they are exact, bigint beyond, errors on overflow. */
import { CelError, CelUint } from "./cel-value.ts";

/** Any CEL int: a number within ±(2^53-1), a bigint beyond. */
export type Int = number | bigint;

export const INT64_MIN: bigint = -(2n ** 63n);
export const INT64_MAX: bigint = 2n ** 63n - 1n;
export const UINT64_MAX: bigint = 2n ** 64n - 1n;

const overflow = new CelError("integer overflow");
const uintOverflow = new CelError("unsigned integer overflow");
const divisionByZero = new CelError("division by zero");
const modulusByZero = new CelError("modulus by zero");

/** True for a CEL int. */
export function isInt(value: unknown): value is Int {
  return typeof value === "number" || typeof value === "bigint";
}

/** The int of a bigint; an overflow error outside int64. */
export function toInt(value: bigint): Int | CelError {
  if (value >= -9007199254740991n && value <= 9007199254740991n) {
    return Number(value);
  }
  return value < INT64_MIN || value > INT64_MAX ? overflow : value;
}

/** The uint of a bigint; an overflow error outside uint64. */
export function toUint(value: bigint): CelUint | CelError {
  return value < 0n || value > UINT64_MAX ? uintOverflow : new CelUint(value);
}

/** a + b */
export function addInt(a: Int, b: Int): Int | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return toInt(BigInt(a) + BigInt(b));
}

/** a - b */
export function subtractInt(a: Int, b: Int): Int | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) {
      return difference;
    }
  }
  return toInt(BigInt(a) - BigInt(b));
}

/** a * b */
export function multiplyInt(a: Int, b: Int): Int | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (Number.isSafeInteger(product)) {
      return product + 0;
    }
  }
  return toInt(BigInt(a) * BigInt(b));
}

/** a / b, truncated as in Go; an error for b = 0 and for -2^63 / -1. */
export function divideInt(a: Int, b: Int): Int | CelError {
  if (b === 0) {
    return divisionByZero;
  }
  if (typeof a === "number" && typeof b === "number") {
    return Math.trunc(a / b) + 0;
  }
  return toInt(BigInt(a) / BigInt(b));
}

/** a % b with the sign of a, as in Go; an error for b = 0 and for -2^63 % -1. */
export function moduloInt(a: Int, b: Int): Int | CelError {
  if (b === 0) {
    return modulusByZero;
  }
  if (typeof a === "number" && typeof b === "number") {
    return (a % b) + 0;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  return left === INT64_MIN && right === -1n ? overflow : toInt(left % right);
}

/** -a; an error for -2^63. */
export function negateInt(a: Int): Int | CelError {
  return typeof a === "number" ? 0 - a : toInt(-a);
}

/** uint64 arithmetic; an error on overflow and for a zero divisor. */
export function calculateUint(operator: string, a: CelUint, b: CelUint): CelUint | CelError {
  switch (operator) {
    case "+":
      return toUint(a.value + b.value);
    case "-":
      return toUint(a.value - b.value);
    case "*":
      return toUint(a.value * b.value);
    case "/":
      return b.value === 0n ? divisionByZero : toUint(a.value / b.value);
    default:
      return b.value === 0n ? modulusByZero : toUint(a.value % b.value);
  }
}
