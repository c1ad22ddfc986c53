/**
 * The good path of the structural check: whether an object is without fault. It keeps no path, counts no matches and knows
 * no old value, so it costs a third of the check that has to explain a fault. Nearly every object is good.
 */
import { findFormat, formatOf } from "../formats/format.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { hasListKeyProblem, isKeyed } from "../list-keys.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { compileStructure, typesOf } from "./compile-structure.ts";
import { compileEnumCheck } from "./enum-check.ts";
import { compileFormatCheck } from "./format-check.ts";
import { compileJunctorCheck } from "./junctor-check.ts";
import { integerBounds } from "./number-check.ts";
import { type Check, Run } from "./run.ts";
import { compileStringCheck } from "./string-check.ts";

/** True only where the structural check and that of list keys find nothing; false says that they have to look. */
export type Accepts = (value: JsonValue) => boolean;

const ALWAYS: Accepts = () => true;

/** Compiles the acceptance of a schema node and of all below it. */
export function compileAcceptance(schema: StructuralSchema): Accepts {
  const content = compileContent(schema);
  const isEnum = schema.enum !== undefined && schema.enum.length > 0;
  const isNullAccepted = (schema.nullable || typesOf(schema).length === 0) && !isEnum;
  const others = [
    ...(isEnum ? [byCheck(compileEnumCheck(schema.enum))] : []),
    ...compileJunctors(schema),
  ];
  if (others.length === 0) {
    return (value) => (value === null ? isNullAccepted : content(value));
  }
  return (value) => {
    if (value === null) {
      return isNullAccepted;
    }
    if (!content(value)) {
      return false;
    }
    for (const isAccepted of others) {
      if (!isAccepted(value)) {
        return false;
      }
    }
    return true;
  };
}

/** Whether a check finds nothing. */
function byCheck(check: Check): Accepts {
  const run = new Run();
  run.quiet = 1;
  return (value) => {
    const before = run.failures;
    check(value, run, undefined);
    return run.failures === before;
  };
}

/** The full check of a node without its junctors, for what is rare. It knows nothing of lists with keys. */
function byFullCheck(schema: StructuralSchema): Accepts {
  if (isKeyed(schema)) {
    return () => false;
  }
  const { not: _, ...others } = schema;
  let accepts: Accepts | undefined;
  return (value) => {
    accepts ??= byCheck(compileStructure({ ...others, anyOf: [], oneOf: [], allOf: [] }));
    return accepts(value);
  };
}

function compileJunctors({ anyOf, oneOf, allOf, not }: StructuralSchema): readonly Accepts[] {
  const any = anyOf.map(compileAcceptance);
  const exact = {
    anyOf: [],
    allOf: [],
    oneOf: oneOf.map(compileStructure),
    not: not === undefined ? undefined : compileStructure(not),
  };
  const isExact = oneOf.length > 0 || not !== undefined;
  return [
    ...allOf.map(compileAcceptance),
    ...(any.length === 0 ? [] : [(value: JsonValue) => any.some((branch) => branch(value))]),
    ...(isExact ? [byCheck(compileJunctorCheck(exact))] : []),
  ];
}

function compileContent(schema: StructuralSchema): Accepts {
  const types = typesOf(schema);
  const [type = "any"] = types.length > 1 ? ["intOrString" as const] : types;
  const format = formatOf(schema, types);
  switch (type) {
    case "boolean":
      return (value) => typeof value === "boolean";
    case "string":
      return compileText(schema, format, () => false);
    case "integer":
      return compileInteger(schema, format);
    case "intOrString":
      return compileText(schema, format, compileInteger(schema, format));
    case "array":
      return compileArray(schema);
    case "object":
      return compileObject(schema);
    default:
      return byFullCheck(schema);
  }
}

/** Texts here, other values by `isOther`. */
function compileText(schema: StructuralSchema, format: string, isOther: Accepts): Accepts {
  const checks = [
    compileStringCheck(schema),
    findFormat(format) === undefined ? undefined : compileFormatCheck(format),
  ].filter((check) => check !== undefined);
  const accepts = checks.map(byCheck);
  const [only = ALWAYS] = accepts;
  const isAccepted =
    accepts.length > 1 ? (value: JsonValue) => accepts.every((one) => one(value)) : only;
  return (value) => (typeof value === "string" ? isAccepted(value) : isOther(value));
}

/** Small integers by comparison, all other numbers by the full check. */
function compileInteger(schema: StructuralSchema, format: string): Accepts {
  const byFull = byFullCheck(schema);
  const types = typesOf(schema);
  const [onlyType = ""] = types.length === 1 ? types : [];
  const bounds = integerBounds(schema, { type: onlyType, format });
  if (bounds === undefined) {
    return byFull;
  }
  const { least, most } = bounds;
  return (value) =>
    typeof value === "number" && Number.isSafeInteger(value)
      ? value >= least && value <= most
      : byFull(value);
}

function compileArray(schema: StructuralSchema): Accepts {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (schema.uniqueItems) {
    return byFullCheck(schema);
  }
  const isItemAccepted = items === undefined ? ALWAYS : compileAcceptance(items);
  const hasKeys = schema.listType === "set" || schema.listType === "map";
  return (value) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) {
      return false;
    }
    for (const item of value) {
      if (!isItemAccepted(item ?? null)) {
        return false;
      }
    }
    return !hasKeys || !hasListKeyProblem(value, schema);
  };
}

function compileObject(schema: StructuralSchema): Accepts {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, required } = schema;
  const isKeyAccepted = compileKeys(schema);
  return (value) => {
    if (!isObject(value)) {
      return false;
    }
    let size = 0;
    // JSON inherits nothing that is enumerable; this is the only walk over keys that makes no list of them.
    for (const key in value) {
      size++;
      if (!isKeyAccepted(key, value[key] ?? null)) {
        return false;
      }
    }
    return size >= minProperties && size <= maxProperties && hasAll(value, required);
  };
}

type AcceptsKey = (key: string, value: JsonValue) => boolean;

function hasAll(value: JsonObject, required: readonly string[]): boolean {
  for (const name of required) {
    if (!Object.hasOwn(value, name)) {
      return false;
    }
  }
  return true;
}

/** Compiles what is below a key when an object first has it: a CRD has hundreds of properties, an object meets dozens. */
function compileKeys(schema: StructuralSchema): AcceptsKey {
  const { properties, additionalProperties } = schema;
  const compiled = new Map<string, Accepts>();
  let other: Accepts | undefined;
  const compileOther = (): Accepts =>
    typeof additionalProperties === "object"
      ? compileAcceptance(additionalProperties)
      : () => additionalProperties !== false;
  const acceptsOf = (key: string): Accepts => {
    const property = properties.get(key);
    if (property === undefined) {
      other ??= compileOther();
      return other;
    }
    const accepts = compileAcceptance(property);
    compiled.set(key, accepts);
    return accepts;
  };
  return (key, value) => (compiled.get(key) ?? acceptsOf(key))(value);
}
