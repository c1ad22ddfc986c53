/** Prints values the way Go's fmt does inside cel-go's messages. */
import { goFloat } from "../../go-text.ts";
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
import { CelDuration, CelTimestamp, durationText, timestampText } from "./time.ts";

/** The name of a value's type, as `type(x)` and error messages show it. */
export function typeName(value: CelValue): string {
  if (typeof value === "string") {
    return "string";
  }
  if (typeof value === "boolean") {
    return "bool";
  }
  if (typeof value === "number" || typeof value === "bigint") {
    return "int";
  }
  return value === null ? "null_type" : objectTypeName(value);
}

type CelObject = Exclude<CelValue, null | boolean | number | bigint | string>;

const NAMES: readonly (readonly [abstract new (...args: never[]) => unknown, string])[] = [
  [CelList, "list"],
  [CelMap, "map"],
  [CelDouble, "double"],
  [CelUint, "uint"],
  [Uint8Array, "bytes"],
  [CelTimestamp, "google.protobuf.Timestamp"],
  [CelDuration, "google.protobuf.Duration"],
  [CelType, "type"],
  [CelOptional, "optional_type"],
];

function objectTypeName(value: CelObject): string {
  if (value instanceof CelOpaque) {
    return value.typeName;
  }
  return NAMES.find(([kind]) => value instanceof kind)?.[1] ?? "error";
}

/** A value as Go's %v prints it. */
export function goText(value: CelValue): string {
  if (value === null) {
    return "NULL_VALUE";
  }
  return typeof value === "object" ? goObjectText(value) : String(value);
}

function goObjectText(value: CelObject): string {
  if (value instanceof CelDouble) {
    return goFloat(value.value);
  }
  if (value instanceof CelUint) {
    return String(value.value);
  }
  if (value instanceof CelDuration) {
    return durationText(value);
  }
  if (value instanceof CelTimestamp) {
    return timestampText(value);
  }
  if (value instanceof CelList) {
    return `[${Array.from({ length: value.size }, (_, index) => goText(value.get(index))).join(", ")}]`;
  }
  return value instanceof CelError ? value.message : containerText(value);
}

function containerText(value: Exclude<CelObject, CelError>): string {
  if (value instanceof CelOptional) {
    return value.value === undefined ? "optional.none()" : `optional(${goText(value.value)})`;
  }
  if (value instanceof CelMap) {
    const entries = value.keys().map((key) => `${goText(key)}: ${goText(value.find(key) ?? null)}`);
    return `{${entries.join(", ")}}`;
  }
  return value instanceof CelType ? value.name : typeName(value);
}

const GO_TYPES: ReadonlyMap<string, string> = new Map([
  ["int", "types.Int"],
  ["uint", "types.Uint"],
  ["double", "types.Double"],
  ["bool", "types.Bool"],
  ["string", "types.String"],
  ["bytes", "types.Bytes"],
  ["null_type", "types.Null"],
  ["type", "*types.Type"],
  ["optional_type", "*types.Optional"],
  ["google.protobuf.Timestamp", "types.Timestamp"],
  ["google.protobuf.Duration", "types.Duration"],
]);

/** A value's Go type in cel-go (%T). */
export function goTypeOf(value: CelValue): string {
  if (value instanceof CelList || value instanceof CelMap || value instanceof CelOpaque) {
    return value.goType;
  }
  const name = typeName(value);
  return GO_TYPES.get(name) ?? name;
}
