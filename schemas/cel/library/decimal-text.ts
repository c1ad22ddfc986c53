/** Floating-point numbers with a fixed number of digits, rounded half to even on their exact value, as Go does. */

/** Digits beyond which a precision adds only zeros: a double has at most 1074 after the point. */
const MAX_FRACTION = 1074;

/** Wider than a message may be. */
const MAX_WIDTH = 10_000;

/** A finite double as an exact fraction of powers of two. */
function exactOf(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  let scaled = Math.abs(value);
  let shift = 0n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return { numerator: BigInt(scaled), denominator: 1n << shift };
}

function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** Go's `%.<precision>f`. */
export function fixedText(value: number, precision: number): string {
  if (!Number.isFinite(value)) {
    return nonFinite(value);
  }
  const digits = Math.min(precision, MAX_FRACTION);
  const { numerator, denominator } = exactOf(value);
  const units = roundHalfEven(numerator * 10n ** BigInt(digits), denominator);
  const text = String(units).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).padEnd(Math.min(precision, MAX_WIDTH), "0");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + (precision === 0 ? whole : `${whole}.${fraction}`);
}

/** `%f` of x/text in en_US: the whole part in groups of three. */
export function groupedText(value: number, precision: number): string {
  if (!Number.isFinite(value)) {
    return localNonFinite(value);
  }
  // x/text knows no negative zero
  const [whole = "", ...fraction] = fixedText(value === 0 ? 0 : value, precision).split(".");
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".");
}

function localNonFinite(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
}

const SUPERSCRIPTS = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];

const SCIENTIFIC_PRECISION = 6;

/** `%e` of x/text in en_US: `1.052033×10⁰³`. cel-go passes the precision on as a width, so there are always six digits. */
export function scientificText(value: number, width: number): string {
  const text = Number.isFinite(value)
    ? raisedText(value, SCIENTIFIC_PRECISION)
    : localNonFinite(value);
  return " ".repeat(Math.max(0, Math.min(width, MAX_WIDTH) - Array.from(text).length)) + text;
}

function raisedText(value: number, precision: number): string {
  const { mantissa, exponent } = scientificParts(value, precision);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  const raised = [...power].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `${value < 0 ? "-" : ""}${mantissa}×10${exponent < 0 ? "⁻" : ""}${raised}`;
}

function scientificParts(value: number, precision: number): { mantissa: string; exponent: number } {
  if (value === 0) {
    return { mantissa: fixedText(0, precision), exponent: 0 };
  }
  const { numerator, denominator } = exactOf(value);
  let exponent = Number(value.toExponential().split("e")[1]);
  const shift = Math.min(precision, MAX_FRACTION) - exponent;
  let digits =
    shift >= 0
      ? roundHalfEven(numerator * 10n ** BigInt(shift), denominator)
      : roundHalfEven(numerator, denominator * 10n ** BigInt(-shift));
  if (String(digits).length > Math.min(precision, MAX_FRACTION) + 1) {
    digits /= 10n;
    exponent++;
  }
  const text = String(digits).padEnd(precision + 1, "0");
  return {
    mantissa: precision === 0 ? text : `${text.slice(0, 1)}.${text.slice(1)}`,
    exponent,
  };
}
