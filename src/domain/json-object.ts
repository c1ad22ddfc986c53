/** JSON objects with untrusted keys: `__proto__` and `constructor` are keys like any other. */
export type JsonRecord = Record<string, unknown>;

/** True for a plain JSON object: no array, no null, no instance of a class. */
export function isRecord(value: unknown): value is JsonRecord {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The value of an own key, or undefined. */
export function ownValue(record: JsonRecord, key: string): unknown {
  const value = record[key];
  // Only functions and `__proto__` are inherited, and JSON has no functions: one look is enough for all else.
  const mayBeInherited = typeof value === "function" || key === "__proto__";
  return mayBeInherited && !Object.hasOwn(record, key) ? undefined : value;
}

/** Sets an own key; plain assignment of `__proto__` would change the prototype. */
export function setOwn(record: JsonRecord, key: string, value: unknown): void {
  if (key !== "__proto__") {
    record[key] = value;
    return;
  }
  Object.defineProperty(record, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** The value at the end of `path`, by own keys and indices; undefined where the way ends early. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof step === "number") value = Array.isArray(value) ? value[step] : undefined;
    else value = isRecord(value) ? ownValue(value, step) : undefined;
  }
  return value;
}
