/**
 * Finds the item of an old list that has the same keys as a new one, for `x-kubernetes-list-type: map`
 * (k8s.io/apiserver/pkg/cel/common/maplist.go).
 */
import { goFixed, goQuote } from "./go-text.ts";
import { FloatLiteral, getKey, isObject, type JsonObject, type JsonValue } from "./json.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A lookup by list-map keys; undefined where nothing correlates. */
export type MapList = (item: JsonValue) => JsonObject | undefined;

const EMPTY: MapList = () => undefined;

/** The lookup over `items`; of items with equal keys the first one counts. A list that is no list-map finds nothing. */
export function createMapList(schema: StructuralSchema, items: readonly JsonValue[]): MapList {
  const keys = schema.listMapKeys;
  if (schema.type !== "array" || schema.listType !== "map" || keys.length === 0) {
    return EMPTY;
  }
  let index: Map<string, JsonObject> | undefined;
  return (item) => {
    index ??= indexOf(items, keys);
    const key = isObject(item) ? compositeKey(item, keys) : undefined;
    return key === undefined ? undefined : index.get(key);
  };
}

function indexOf(items: readonly JsonValue[], keys: readonly string[]): Map<string, JsonObject> {
  const index = new Map<string, JsonObject>();
  for (const item of items) {
    const key = isObject(item) ? compositeKey(item, keys) : undefined;
    if (isObject(item) && key !== undefined && !index.has(key)) {
      index.set(key, item);
    }
  }
  return index;
}

/** All key values in one text, or undefined when one is missing or no scalar. */
function compositeKey(item: JsonObject, keys: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const key of keys) {
    const part = keyPart(getKey(item, key));
    if (part === undefined) {
      return undefined;
    }
    parts.push(part);
  }
  return parts.join("\u0000");
}

function keyPart(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") {
    return goQuote(value);
  }
  if (value instanceof FloatLiteral) {
    return `f${goFixed(value.value)}`;
  }
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
