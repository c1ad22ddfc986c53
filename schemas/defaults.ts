/**
 * Nulls and defaults, in the API server's two steps
 * (apiextensions-apiserver pkg/apiserver/schema/defaulting). Objects are changed in place.
 */
import { cloneJson } from "./clone-json.ts";
import { schemaOfKey } from "./correlation.ts";
import { isObject, type JsonObject, type JsonValue, setKey } from "./json.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** Removes keys whose value is null where null is neither allowed nor replaced by a default. Nulls in arrays stay. */
export function dropNulls(value: JsonValue, schema: StructuralSchema | undefined): void {
  if (schema === undefined) {
    return;
  }
  if (isObject(value)) {
    for (const key of Object.keys(value)) {
      dropNull(value, key, schemaOfKey(schema, key));
    }
  } else if (Array.isArray(value)) {
    for (const item of value) {
      dropNulls(item, schema.items);
    }
  }
}

function dropNull(object: JsonObject, key: string, child: StructuralSchema | undefined): void {
  const content = object[key] ?? null;
  if (content !== null) {
    dropNulls(content, child);
  } else if (child !== undefined && !child.nullable && child.default === undefined) {
    delete object[key];
  }
}

/** Fills in defaults: for missing properties, and for nulls where null is not allowed, also in maps and lists. */
export function applyDefaults(value: JsonValue, schema: StructuralSchema | undefined): void {
  if (schema === undefined) {
    return;
  }
  if (isObject(value)) {
    fillProperties(value, schema);
    for (const key of Object.keys(value)) {
      defaultKey(value, key, schema);
    }
  } else if (Array.isArray(value)) {
    defaultItems(value, schema.items);
  }
}

function fillProperties(object: JsonObject, schema: StructuralSchema): void {
  for (const [key, property] of schema.properties) {
    const fallback = property.default;
    if (fallback === undefined) {
      continue;
    }
    const isMissing = !Object.hasOwn(object, key);
    if (isMissing || (object[key] === null && !property.nullable)) {
      setKey(object, key, cloneJson(fallback.value));
    }
  }
}

function defaultKey(object: JsonObject, key: string, schema: StructuralSchema): void {
  const child = schemaOfKey(schema, key);
  if (child === undefined) {
    return;
  }
  if (object[key] === null && !child.nullable && !schema.properties.has(key)) {
    setKey(object, key, cloneJson(child.default?.value ?? null));
  }
  applyDefaults(object[key] ?? null, child);
}

function defaultItems(items: JsonValue[], schema: StructuralSchema | undefined): void {
  if (schema === undefined) {
    return;
  }
  for (let at = 0; at < items.length; at++) {
    if (items[at] === null && !schema.nullable) {
      items[at] = cloneJson(schema.default?.value ?? null);
    }
    applyDefaults(items[at] ?? null, schema);
  }
}
