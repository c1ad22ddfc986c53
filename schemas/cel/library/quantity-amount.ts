/**
 * The number behind a quantity: k8s.io/apimachinery/pkg/api/resource. It has two forms there, an int64 with a decimal
 * scale and a big decimal; which one a text becomes decides whether it counts as an integer.
 */
import { INT64_MAX, INT64_MIN } from "../values/integer.ts";

/** unscaled * 10^scale; small while resource.Quantity would hold it as int64Amount. */
export interface Amount {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly isSmall: boolean;
}

const FORMAT_WRONG =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC_WRONG = "unable to parse numeric part of quantity";
const SUFFIX_WRONG = "unable to parse quantity's suffix";

const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eEinumkKMGTP]*[-+]?\d*)?)$/;
const NANO = -9;
/** Decimal digits that always fit int64. */
const MAX_INT64_DIGITS = 18;
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const BINARY: ReadonlyMap<string, number> = new Map([
  ["Ki", 10],
  ["Mi", 20],
  ["Gi", 30],
  ["Ti", 40],
  ["Pi", 50],
  ["Ei", 60],
]);
/** An exponent beyond this could not be printed either; Go keeps 32 bits. */
const MAX_EXPONENT = 10_000;

/** The amount a text stands for, or resource.ParseQuantity's error text. */
export function parseAmount(text: string): Amount | string {
  const match = PARTS.exec(text);
  if (match === null || text === "") {
    return FORMAT_WRONG;
  }
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  const power = powerOf(suffix);
  if (power === undefined) {
    return SUFFIX_WRONG;
  }
  const digits = whole.replace(/^0+/, "");
  const magnitude =
    power.base === 10
      ? decimalAmount(digits, fraction, power.exponent)
      : binaryAmount(digits, fraction, power.exponent);
  // `Mi` is zero, but where the number is read as a big decimal it must have digits
  if (!magnitude.isSmall && whole + fraction === "") {
    return NUMERIC_WRONG;
  }
  return sign === "-" ? { ...magnitude, unscaled: -magnitude.unscaled } : magnitude;
}

function powerOf(suffix: string): { readonly base: 2 | 10; readonly exponent: number } | undefined {
  const decimal = DECIMAL.get(suffix);
  if (decimal !== undefined) {
    return { base: 10, exponent: decimal };
  }
  const binary = BINARY.get(suffix);
  if (binary !== undefined) {
    return { base: 2, exponent: binary };
  }
  const exponent = /^[eE][+-]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : Number.NaN;
  return Math.abs(exponent) <= MAX_EXPONENT ? { base: 10, exponent } : undefined;
}

function decimalAmount(digits: string, fraction: string, exponent: number): Amount {
  const unscaled = BigInt(digits + fraction || "0");
  const scale = exponent - fraction.length;
  const isSmall = (digits || "0").length + fraction.length <= MAX_INT64_DIGITS && scale >= NANO;
  return isSmall ? { unscaled, scale, isSmall } : roundUp(unscaled, scale);
}

function binaryAmount(digits: string, fraction: string, exponent: number): Amount {
  const unscaled = BigInt(digits + fraction || "0") << BigInt(exponent);
  const length = (digits || "0").length;
  const precision = 15 - length - Math.trunc((exponent * 3) / 10) - 1;
  if (fraction === "" && precision >= 0) {
    return { unscaled, scale: 0, isSmall: true };
  }
  const big = roundUp(unscaled, -fraction.length);
  const limit: Amount = { unscaled: INT64_MAX, scale: 0, isSmall: false };
  return compareAmounts(big, limit) > 0 ? limit : big;
}

/** Nothing is kept below a nano: the rest is rounded away from zero. */
function roundUp(unscaled: bigint, scale: number): Amount {
  if (scale >= NANO) {
    return { unscaled, scale, isSmall: false };
  }
  const divisor = 10n ** BigInt(NANO - scale);
  const up = unscaled % divisor === 0n ? 0n : 1n;
  return { unscaled: unscaled / divisor + up, scale: NANO, isSmall: false };
}

/** -1, 0 or 1 */
export function compareAmounts(left: Amount, right: Amount): number {
  const scale = Math.min(left.scale, right.scale);
  const a = rescale(left, scale);
  const b = rescale(right, scale);
  return a < b ? -1 : a > b ? 1 : 0;
}

function rescale({ unscaled, scale }: Amount, target: number): bigint {
  return unscaled * 10n ** BigInt(scale - target);
}

/** The sum; it stays small while it fits int64 at the finer of the two scales. */
export function addAmounts(left: Amount, right: Amount): Amount {
  if (right.unscaled === 0n || left.unscaled === 0n) {
    const kept = right.unscaled === 0n ? left : right;
    return { ...kept, isSmall: left.isSmall && right.isSmall };
  }
  const scale = Math.min(left.scale, right.scale);
  const parts = [rescale(left, scale), rescale(right, scale)];
  const unscaled = parts.reduce((a, b) => a + b);
  const isSmall = left.isSmall && right.isSmall && [...parts, unscaled].every(fitsInt64);
  return { unscaled, scale, isSmall };
}

function fitsInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

/** The value as an int64 where resource.Quantity's AsInt64 gives one: never for a negative scale or a big decimal. */
export function integerOf(amount: Amount): bigint | undefined {
  if (!amount.isSmall || amount.scale < 0) {
    return undefined;
  }
  const value = rescale(amount, 0);
  return fitsInt64(value) ? value : undefined;
}

/** resource.Quantity's AsApproximateFloat64, with its rounding: the unscaled value times a power of ten. */
export function approximateFloat({ unscaled, scale }: Amount): number {
  return scale === 0 ? Number(unscaled) : Number(unscaled) * Number(`1e${scale}`);
}
