import { isObject, type JsonObject, type JsonValue, setKey } from "./json.ts";

/** A deep copy; scalars, FloatLiteral among them, are shared. */
export function cloneJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(cloneJson);
  }
  return isObject(value) ? cloneObject(value) : value;
}

/** A deep copy of an object. Keys that hold `undefined`, which JSON does not know, are left out. */
export function cloneObject(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined) {
      setKey(copy, key, typeof value === "object" ? cloneJson(value) : value);
    }
  }
  return copy;
}
