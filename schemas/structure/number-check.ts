/**
 * Bounds, `multipleOf` and the range of a number's format (kube-openapi pkg/validation/validate/values.go).
 * For integers the bounds of a schema, which are float64, are truncated to int64.
 */
import { goFixed, goFloat } from "../go-text.ts";
import { FloatLiteral, type JsonValue, numberKind } from "../json.ts";
import { invalid } from "../problem.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { asFloat, isJsonInteger, isNumber } from "./json-type.ts";
import type { Check, Run } from "./run.ts";

type NumberSchema = Pick<
  StructuralSchema,
  "maximum" | "exclusiveMaximum" | "minimum" | "exclusiveMinimum" | "multipleOf"
>;

/** The type and format whose range a number has to keep; both empty where the schema allows more than one type. */
export interface NumberRange {
  readonly type: string;
  readonly format: string;
}

const INT32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n };
const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
/** What a number holds exactly. */
const SAFE = { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER };
/** Values from here on round to infinity as float32. */
const FLOAT32_END = 2 ** 128 - 2 ** 103;

/** The check of a number; it adds one match, as kube-openapi's does. */
export function compileNumberCheck(schema: NumberSchema, range: NumberRange): Check {
  const isInRange = compileRange(range);
  const checks = [
    compileMultiple(schema.multipleOf, range),
    compileBound(schema.minimum, schema.exclusiveMinimum, MINIMUM, range),
    compileBound(schema.maximum, schema.exclusiveMaximum, MAXIMUM, range),
  ].filter((check) => check !== undefined);
  return (value, run) => {
    if (!isNumber(value)) {
      return 0;
    }
    if (!isInRange(value)) {
      failRange(run, "Checked", range);
    }
    for (const check of checks) {
      check(value, run);
    }
    return 1;
  };
}

/** The least and the most that a small integer may be; undefined where that does not say it all. */
export function integerBounds(
  schema: NumberSchema,
  range: NumberRange,
): { readonly least: number; readonly most: number } | undefined {
  const { minimum, maximum, multipleOf } = schema;
  const limits = [minimum, maximum].filter((limit) => limit !== undefined);
  const isInRange = compileRange(range);
  const areSmall = limits.every((limit) => Number.isSafeInteger(limit) && isInRange(limit));
  if (multipleOf !== undefined || !areSmall) {
    return undefined;
  }
  const isInt32 = range.type === "integer" && range.format === "int32";
  const { least, most } = isInt32 ? INT32 : SAFE;
  const lower = minimum === undefined ? -Infinity : minimum + (schema.exclusiveMinimum ? 1 : 0);
  const upper = maximum === undefined ? Infinity : maximum - (schema.exclusiveMaximum ? 1 : 0);
  return { least: Math.max(lower, Number(least)), most: Math.min(upper, Number(most)) };
}

type NumberCheck = (value: number | bigint | FloatLiteral, run: Run) => void;

interface Bound {
  readonly title: string;
  readonly word: string;
  readonly breaks: (value: number | bigint, bound: number | bigint) => boolean;
}

const MINIMUM: Bound = {
  title: "Minimum boundary",
  word: "greater",
  breaks: (value, bound) => value < bound,
};
const MAXIMUM: Bound = {
  title: "Maximum boundary",
  word: "less",
  breaks: (value, bound) => value > bound,
};

interface NativeChecks {
  readonly title: string;
  readonly onInteger: (value: number | bigint, run: Run) => void;
  readonly onFloat: (value: number, run: Run) => void;
}

/** Compares int64 with int64 and all else as float64; a limit outside the type's range is a fault of its own. */
function compileNative(limit: number, range: NumberRange, checks: NativeChecks): NumberCheck {
  const isLimitInRange = compileRange(range)(new FloatLiteral(limit));
  return (value, run) => {
    if (!isLimitInRange) {
      failRange(run, checks.title, range);
    }
    if (isLimitInRange && !(value instanceof FloatLiteral) && numberKind(value) === "int64") {
      checks.onInteger(value, run);
    } else {
      checks.onFloat(asFloat(value), run);
    }
  };
}

function compileBound(
  limit: number | undefined,
  exclusive: boolean,
  bound: Bound,
  range: NumberRange,
): NumberCheck | undefined {
  if (limit === undefined) {
    return undefined;
  }
  const rule = `should be ${bound.word} ${exclusive ? "than" : "than or equal to"}`;
  const isBroken = (value: number | bigint, against: number | bigint) =>
    // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint of one value are the same bound.
    bound.breaks(value, against) || (exclusive && value == against);
  const integerLimit = toInt64(limit);
  return compileNative(limit, range, {
    title: bound.title,
    onInteger: (value, run) => {
      if (isBroken(value, integerLimit)) {
        failNumber(run, value, `${rule} ${integerLimit}`);
      }
    },
    onFloat: (value, run) => {
      if (isBroken(value, limit)) {
        failNumber(run, new FloatLiteral(value), `${rule} ${goFloat(limit)}`);
      }
    },
  });
}

function compileMultiple(factor: number | undefined, range: NumberRange): NumberCheck | undefined {
  if (factor === undefined) {
    return undefined;
  }
  const integerFactor = toInt64(factor);
  return compileNative(factor, range, {
    title: "MultipleOf",
    onInteger: (value, run) => {
      if (integerFactor <= 0n) {
        failFactor(run, integerFactor);
      } else if (BigInt(value) % integerFactor !== 0n) {
        failNumber(run, value, `should be a multiple of ${integerFactor}`);
      }
    },
    onFloat: (value, run) => {
      if (factor <= 0) {
        failFactor(run, new FloatLiteral(factor));
      } else if (!isFloatMultiple(value, factor)) {
        failNumber(run, new FloatLiteral(value), `should be a multiple of ${goFloat(factor)}`);
      }
    },
  });
}

function failFactor(run: Run, factor: bigint | FloatLiteral): void {
  run.fail((spot) => {
    const shown = factor instanceof FloatLiteral ? goFloat(factor.value) : String(factor);
    const text = `factor MultipleOf declared for ${spot.name} must be positive: ${shown}`;
    return { text, problem: invalid(spot, factor, text) };
  });
}

function isFloatMultiple(value: number, factor: number): boolean {
  return isJsonInteger(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Go's conversion of a float64 to int64, which gives the least int64 for what does not fit (amd64). */
function toInt64(value: number): bigint {
  const integer = BigInt(Math.trunc(value));
  return integer < INT64.least || integer > INT64.most ? INT64.least : integer;
}

function compileRange({ type, format }: NumberRange): (value: JsonValue) => boolean {
  if (type === "integer") {
    const { least, most } = format === "int32" ? INT32 : INT64;
    return (value) => isIntegerWithin(value, least, most);
  }
  if (type === "number" && format === "float") {
    return (value) => isNumber(value) && Math.abs(asFloat(value)) < FLOAT32_END;
  }
  return () => true;
}

function isIntegerWithin(value: JsonValue, least: bigint, most: bigint): boolean {
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    return value >= least && value <= most;
  }
  if (!isNumber(value)) {
    return false;
  }
  if (typeof value !== "bigint" && !Number.isInteger(asFloat(value))) {
    return false;
  }
  const integer = typeof value === "bigint" ? value : BigInt(goFixed(asFloat(value)));
  return integer >= least && integer <= most;
}

function failRange(run: Run, what: string, { type, format }: NumberRange): void {
  const form = format === "" ? "(default format)" : `with format ${format}`;
  run.failNowhere((name) => `${what} value must be of type ${type} ${form} in ${name}`);
}

function failNumber(run: Run, value: JsonValue, rule: string): void {
  run.fail((spot) => {
    const text = `${spot.name} in body ${rule}`;
    return { text, problem: invalid(spot, value, text) };
  });
}
