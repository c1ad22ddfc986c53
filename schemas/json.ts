/**
 * JSON values as the API server sees them: an integer and a float of the same value are two things.
 *
 * sigs.k8s.io/json reads a number as int64 where its text is an integer that fits, and as float64 otherwise. So `1`,
 * `1.0` and `1e3` differ for CEL, for sets and for bounds. JavaScript has one number type, hence this representation:
 *
 * | in the text                           | here                                   |
 * | ------------------------------------- | -------------------------------------- |
 * | integer within ±(2^53-1)              | number                                 |
 * | integer within int64                  | bigint                                 |
 * | integer beyond int64                  | number (no int64 has that value)       |
 * | fraction                              | number                                 |
 * | float with an integral value (`1.0`)  | FloatLiteral                           |
 *
 * Plain `JSON.parse` output is a valid input as well: an integral number within int64 counts as an integer.
 */

/** A float64 whose value is integral and whose text was that of a float (`1.0`, `1e3`); without it `1.0` would become `1`. */
export class FloatLiteral {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** Go prints a float64 in JSON as its shortest decimal form: `1.0` is answered as `1`. */
  toJSON(): number {
    return this.value;
  }
}

/** A JSON object. Keys come from users: read with `Object.hasOwn`, write with `setKey`. */
export type JsonObject = { [key: string]: JsonValue };

/** Any JSON value in the representation above. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | FloatLiteral
  | JsonValue[]
  | JsonObject;

/** -2^63 as a double; the first value below int64 is the next double down. */
const INT64_MIN = -(2 ** 63);
/** 2^63 as a double: already outside int64. */
const INT64_END = 2 ** 63;

/** True for a JSON object: no array, no null, no FloatLiteral. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof FloatLiteral)
  );
}

/** The number kind Go would hold for this value (`int64` or `float64`); undefined when it is no number. */
export function numberKind(value: unknown): "int64" | "float64" | undefined {
  if (typeof value === "number") {
    return Number.isInteger(value) && value >= INT64_MIN && value < INT64_END ? "int64" : "float64";
  }
  if (typeof value === "bigint") {
    return "int64";
  }
  return value instanceof FloatLiteral ? "float64" : undefined;
}

/** The value of an own key, or undefined; safe for `__proto__` and `constructor`. */
export function getKey(object: JsonObject, key: string): JsonValue | undefined {
  const value = object[key];
  // Only functions and `__proto__` are inherited, and JSON has no functions: one look is enough for all else.
  const mayBeInherited = typeof value === "function" || key === "__proto__";
  return mayBeInherited && !Object.hasOwn(object, key) ? undefined : value;
}

/** Sets an own key; safe for `__proto__`, which plain assignment would turn into the prototype. */
export function setKey(object: JsonObject, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return;
  }
  object[key] = value;
}
