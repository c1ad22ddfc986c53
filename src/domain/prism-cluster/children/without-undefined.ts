import type { Json, JsonObject } from "../../kube-object.ts";

/** A copy without members that are undefined, so that an optional field is either there or not. */
export function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, copy(value)]],
    ),
  );
}

function copy(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(copy) : withoutUndefined(value);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
