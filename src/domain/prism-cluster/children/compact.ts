import type { Json, JsonObject } from "../../kube-object.ts";

/** A copy without members that are undefined or empty lists: the API server stores neither, so asking for them would differ for ever. */
export function compact(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      value === undefined || (Array.isArray(value) && value.length === 0)
        ? []
        : [[key, copy(value)]],
    ),
  );
}

function copy(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(copy) : compact(value);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
