import { FloatLiteral, isObject, type JsonObject, type JsonValue, setKey } from "./json.ts";

/** An object as it is read back from its JSON text: a float with an integral value has become an integer, `-0.0` has become 0. */
export function storedForm(object: JsonObject): JsonObject {
  const stored: JsonObject = {};
  for (const key of Object.keys(object)) {
    setKey(stored, key, storedValue(object[key] ?? null));
  }
  return stored;
}

function storedValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(storedValue);
  }
  if (isObject(value)) {
    return storedForm(value);
  }
  const scalar = value instanceof FloatLiteral ? value.value : value;
  return scalar === 0 ? 0 : scalar;
}
