/**
 * Defaults without a copy: what is complete already is shared with the object that came in. The API server defaults before
 * it asks a webhook, so nearly every object is.
 */
import { cloneJson } from "./clone-json.ts";
import { getKey, isObject, type JsonObject, type JsonValue, setKey } from "./json.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** The object with its defaults, as `applyDefaults` fills them in; neither object may be changed afterwards. */
export type Defaulted = (object: JsonObject) => JsonObject;

/** Finds the places of defaults once, when a CRD is compiled. */
export function compileDefaulted(schema: StructuralSchema): Defaulted {
  const place = placeOf(schema);
  return place === undefined ? (object) => object : (object) => fillObject(object, place);
}

/** A schema node with defaults below it, and where they are. */
interface Place {
  readonly schema: StructuralSchema;
  /** Properties with a default of their own. */
  readonly own: readonly (readonly [key: string, schema: StructuralSchema])[];
  /** Properties with defaults below them. */
  readonly below: readonly (readonly [key: string, place: Place])[];
  /** Values of other keys, and items. */
  readonly others: Values | undefined;
  readonly items: Values | undefined;
}

/** Values of a map or a list; a null is replaced by their default where null is not allowed. */
interface Values {
  readonly schema: StructuralSchema;
  readonly place: Place | undefined;
}

function placeOf(schema: StructuralSchema): Place | undefined {
  const { items, additionalProperties: other } = schema;
  const properties = [...schema.properties];
  const place: Place = {
    schema,
    own: properties.filter(([, property]) => property.default !== undefined),
    below: properties.flatMap(([key, property]) => {
      const below = placeOf(property);
      return below === undefined ? [] : [[key, below] as const];
    }),
    others: typeof other === "object" ? valuesOf(other) : undefined,
    items: items === undefined ? undefined : valuesOf(items),
  };
  const isEmpty = place.own.length + place.below.length === 0;
  return isEmpty && place.others === undefined && place.items === undefined ? undefined : place;
}

function valuesOf(schema: StructuralSchema): Values | undefined {
  const place = placeOf(schema);
  return place === undefined && schema.default === undefined ? undefined : { schema, place };
}

function fillObject(object: JsonObject, place: Place): JsonObject {
  const { own, below, others } = place;
  const complete = own.length === 0 ? object : fillOwn(object, own);
  const filled = below.length === 0 ? complete : fillBelow(complete, object, below);
  return others === undefined ? filled : fillOthers(filled, object, place, others);
}

function fillOwn(object: JsonObject, own: Place["own"]): JsonObject {
  let result = object;
  for (const [key, property] of own) {
    const isMissing = !Object.hasOwn(object, key);
    if (isMissing || (object[key] === null && !property.nullable)) {
      result = withKey(result, object, key, cloneJson(property.default?.value ?? null));
    }
  }
  return result;
}

function fillBelow(start: JsonObject, object: JsonObject, below: Place["below"]): JsonObject {
  let result = start;
  for (const [key, place] of below) {
    const value = getKey(result, key);
    const filled = value === undefined ? value : fill(value, place);
    if (filled !== undefined && filled !== value) {
      result = withKey(result, object, key, filled);
    }
  }
  return result;
}

function fillOthers(
  start: JsonObject,
  object: JsonObject,
  { schema: { properties } }: Place,
  others: Values,
): JsonObject {
  let result = start;
  for (const key of Object.keys(start)) {
    if (!properties.has(key)) {
      const value = result[key] ?? null;
      const filled = fillValue(value, others);
      result = filled === value ? result : withKey(result, object, key, filled);
    }
  }
  return result;
}

/** Sets a key of `result`, which is copied while it is still `object` itself. */
function withKey(
  result: JsonObject,
  object: JsonObject,
  key: string,
  value: JsonValue,
): JsonObject {
  const copy = result === object ? { ...object } : result;
  setKey(copy, key, value);
  return copy;
}

function fill(value: JsonValue, place: Place): JsonValue {
  if (isObject(value)) {
    return fillObject(value, place);
  }
  return Array.isArray(value) && place.items !== undefined ? fillItems(value, place.items) : value;
}

function fillValue(value: JsonValue, { schema, place }: Values): JsonValue {
  const isReplaced = value === null && !schema.nullable && schema.default !== undefined;
  const content = isReplaced ? cloneJson(schema.default?.value ?? null) : value;
  return place === undefined ? content : fill(content, place);
}

function fillItems(items: JsonValue[], values: Values): JsonValue[] {
  let result = items;
  for (let at = 0; at < items.length; at++) {
    const value = items[at] ?? null;
    const filled = fillValue(value, values);
    if (filled !== value) {
      result = result === items ? items.slice() : result;
      result[at] = filled;
    }
  }
  return result;
}
