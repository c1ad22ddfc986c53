/** The clauses of `format`: how each verb prints a value. Go's x/text prints %f and %e, in en_US. */
import { CelDouble, CelError, CelUint, type CelValue } from "../values/cel-value.ts";
import { isInt } from "../values/integer.ts";
import { typeName } from "../values/value-text.ts";
import { groupedText, scientificText } from "./decimal-text.ts";
import { textOf } from "./formatted-text.ts";

/** Prints one value, or says why it cannot. */
export type Clause = (value: CelValue) => string | CelError;

const DEFAULT_PRECISION = 6;

/** The clause of a verb; undefined for an unknown one. */
export function clauseFor(verb: string, precision: number | undefined): Clause | undefined {
  switch (verb) {
    case "s":
      return textOf;
    case "d":
      return formatDecimal;
    case "f":
      return floatClause("fixed-point", precision, groupedText);
    case "e":
      return floatClause("scientific", precision, scientificText);
    case "b":
      return formatBinary;
    case "x":
      return formatHex;
    case "X":
      return upperHex;
    case "o":
      return formatOctal;
    default:
      return undefined;
  }
}

function formatDecimal(value: CelValue): string | CelError {
  const exact = exactValue(value);
  return exact === undefined
    ? new CelError(`decimal clause can only be used on integers, was given ${typeName(value)}`)
    : String(exact);
}

function exactValue(value: CelValue): bigint | undefined {
  if (isInt(value)) {
    return BigInt(value);
  }
  return value instanceof CelUint ? value.value : undefined;
}

const SPECIAL: ReadonlyMap<CelValue, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function floatClause(
  name: string,
  precision: number | undefined,
  print: (value: number, precision: number) => string,
): Clause {
  return (value) => {
    const number = value instanceof CelDouble ? value.value : SPECIAL.get(value);
    return number === undefined
      ? new CelError(`${name} clause can only be used on doubles, was given ${typeName(value)}`)
      : print(number, precision ?? DEFAULT_PRECISION);
  };
}

function formatBinary(value: CelValue): string | CelError {
  const exact = typeof value === "boolean" ? BigInt(value) : exactValue(value);
  return (
    exact?.toString(2) ??
    new CelError(`only integers and bools can be formatted as binary, was given ${typeName(value)}`)
  );
}

function formatHex(value: CelValue): string | CelError {
  if (typeof value === "string" || value instanceof Uint8Array) {
    return Buffer.from(value).toString("hex");
  }
  return (
    exactValue(value)?.toString(16) ??
    new CelError(
      `only integers, byte buffers, and strings can be formatted as hex, was given ${typeName(value)}`,
    )
  );
}

function upperHex(value: CelValue): string | CelError {
  const text = formatHex(value);
  return typeof text === "string" ? text.toUpperCase() : text;
}

function formatOctal(value: CelValue): string | CelError {
  return (
    exactValue(value)?.toString(8) ??
    new CelError(`octal clause can only be used on integers, was given ${typeName(value)}`)
  );
}
