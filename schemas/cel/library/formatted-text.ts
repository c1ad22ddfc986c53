/** `%s`: values as text, and within lists and maps as they would be written in CEL. */
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
import { fixedText } from "./decimal-text.ts";

const INVALID_UTF8 =
  'could not convert argument "invalid UTF-8 in bytes, cannot convert to string" to string';
const PRECISION = 6;

/** A value as `%s` prints it; an error for types that it does not take. */
export function textOf(value: CelValue): string | CelError {
  if (value instanceof CelList) {
    return listText(value);
  }
  if (value instanceof CelMap) {
    return mapText(value);
  }
  return (
    scalarText(value) ??
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
    return decodeUtf8(value) ?? new CelError(INVALID_UTF8);
  }
  if (value instanceof CelUint) {
    return String(value.value);
  }
  return value instanceof CelType ? value.name : timeText(value);
}

function timeText(value: CelValue): string | undefined {
  if (value instanceof CelTimestamp) {
    return timestampText(value);
  }
  return value instanceof CelDuration ? durationText(value) : undefined;
}

function listText(list: CelList): string | CelError {
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

function mapText(map: CelMap): string | CelError {
  const entries: [string, string][] = [];
  for (const key of map.keys()) {
    const entry = entryText(key, map.find(key) ?? null);
    if (entry instanceof CelError) {
      return entry;
    }
    entries.push(entry);
  }
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(", ")}}`;
}

function entryText(key: CelValue, value: CelValue): [string, string] | CelError {
  if (!isMapKey(key)) {
    return new CelError(`no formatting function for map key of type ${typeName(key)}`);
  }
  const name = memberText(key);
  const text = memberText(value);
  if (name instanceof CelError) {
    return name;
  }
  return text instanceof CelError ? text : [name, text];
}

function isMapKey(key: CelValue): boolean {
  return (
    typeof key === "string" || typeof key === "boolean" || isInt(key) || key instanceof CelUint
  );
}

/** A value within a list or map. */
function memberText(value: CelValue): string | CelError {
  if (typeof value === "string") {
    return goQuote(value);
  }
  if (value instanceof CelList || value instanceof CelMap) {
    return textOf(value);
  }
  return (
    literalText(value) ??
    scalarText(value) ??
    new CelError(`no formatting function for ${typeName(value)}`)
  );
}

function literalText(value: CelValue): string | undefined {
  if (value instanceof CelDouble) {
    const text = fixedText(value.value, PRECISION);
    return Number.isFinite(value.value) ? text : goQuote(text);
  }
  if (value instanceof CelTimestamp) {
    return `timestamp(${goQuote(timestampText(value))})`;
  }
  if (value instanceof CelDuration) {
    return `duration(${goQuote(durationText(value))})`;
  }
  return value instanceof Uint8Array ? `b${goQuote(decodeUtf8(value) ?? "")}` : undefined;
}
