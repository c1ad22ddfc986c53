/** The clauses of `format`: how each verb prints a value. Go's x/text prints %f and %e, in en_US. */
import { goFloat, goQuote } from "../../go-text.ts";
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  CelType,
  CelUint,
  type CelValue,
} from "../values/cel-value.ts";
import { isInt } from "../values/integer.ts";
import { elementsOf } from "../values/list-value.ts";
import { compareStrings } from "../values/ordering.ts";
import { CelDuration, CelTimestamp, durationText, timestampText } from "../values/time.ts";
import { typeName } from "../values/value-text.ts";
import { decodeUtf8 } from "./bytes-text.ts";
import { fixedText, groupedText, scientificText } from "./decimal-text.ts";

/** Prints one value, or says why it cannot. */
export type Clause = (value: CelValue) => string | CelError;

const DEFAULT_PRECISION = 6;

/** The clause of a verb; undefined for an unknown one. */
export function clauseFor(verb: string, precision: number | undefined): Clause | undefined {
  switch (verb) {
    case "s":
      return formatAny;
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

function formatAny(value: CelValue): string | CelError {
  if (value instanceof CelList) {
    return formatList(value);
  }
  if (value instanceof CelMap) {
    return formatMap(value);
  }
  const text = scalarText(value);
  return (
    text ??
    new CelError(
      `string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeName(value)}`,
    )
  );
}

function scalarText(value: CelValue): string | CelError | undefined {
  if (value === null || typeof value !== "object") {
    return String(value);
  }
  if (value instanceof CelDouble) {
    return goFloat(value.value);
  }
  if (value instanceof Uint8Array) {
    return (
      decodeUtf8(value) ??
      new CelError(
        'could not convert argument "invalid UTF-8 in bytes, cannot convert to string" to string',
      )
    );
  }
  if (value instanceof CelDuration || value instanceof CelTimestamp) {
    return value instanceof CelDuration ? durationText(value) : timestampText(value);
  }
  if (value instanceof CelUint) {
    return String(value.value);
  }
  return value instanceof CelType ? value.name : undefined;
}

function formatList(list: CelList): string | CelError {
  const parts: string[] = [];
  for (const element of elementsOf(list)) {
    const part = memberText(element);
    if (part instanceof CelError) {
      return part;
    }
    parts.push(part);
  }
  return `[${parts.join(", ")}]`;
}

function formatMap(map: CelMap): string | CelError {
  const entries: [string, string][] = [];
  for (const key of map.keys()) {
    if (
      typeof key !== "string" &&
      typeof key !== "boolean" &&
      !isInt(key) &&
      !(key instanceof CelUint)
    ) {
      return new CelError(`no formatting function for map key of type ${typeName(key)}`);
    }
    const value = memberText(map.find(key) ?? null);
    const name = memberText(key);
    if (value instanceof CelError || name instanceof CelError) {
      return value instanceof CelError ? value : new CelError("no such key");
    }
    entries.push([name, value]);
  }
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(", ")}}`;
}

/** A value within a list or map: as it would be written in CEL. */
function memberText(value: CelValue): string | CelError {
  if (typeof value === "string") {
    return goQuote(value);
  }
  if (value instanceof CelDouble) {
    const text = fixedText(value.value, DEFAULT_PRECISION);
    return Number.isFinite(value.value) ? text : goQuote(text);
  }
  if (value instanceof CelTimestamp) {
    return `timestamp(${goQuote(timestampText(value))})`;
  }
  if (value instanceof CelDuration) {
    return `duration(${goQuote(durationText(value))})`;
  }
  if (value instanceof Uint8Array) {
    return `b${goQuote(decodeUtf8(value) ?? "")}`;
  }
  if (value instanceof CelList || value instanceof CelMap) {
    return formatAny(value);
  }
  return scalarText(value) ?? new CelError(`no formatting function for ${typeName(value)}`);
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
