/** Uniqueness in lists of type `set` and `map` (apiextensions-apiserver pkg/apiserver/schema/listtype). */
import { schemaOfKey } from "./correlation.ts";
import { FieldPath } from "./field-path.ts";
import { goJson } from "./go-text.ts";
import { FloatLiteral, getKey, isObject, type JsonObject, type JsonValue, setKey } from "./json.ts";
import { duplicate, invalid, type Problem } from "./problem.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** The schema nodes that are sets or list-maps, or have one below them; the others need no walk. */
export type KeyedNodes = ReadonlySet<StructuralSchema>;

/** Finds the nodes once, when a CRD is compiled. */
export function findKeyedNodes(schema: StructuralSchema): KeyedNodes {
  const nodes = new Set<StructuralSchema>();
  collect(schema, nodes);
  return nodes;
}

/** Whether a schema has a set or a list-map in it, or is one. */
export function isKeyed(schema: StructuralSchema): boolean {
  return findKeyedNodes(schema).has(schema);
}

function collect(schema: StructuralSchema, nodes: Set<StructuralSchema>): boolean {
  const { items, additionalProperties: other } = schema;
  const below = [
    ...schema.properties.values(),
    ...(items === undefined ? [] : [items]),
    ...(typeof other === "object" ? [other] : []),
  ].map((child) => collect(child, nodes));
  const isKeyed = schema.listType === "set" || schema.listType === "map" || below.includes(true);
  if (isKeyed) {
    nodes.add(schema);
  }
  return isKeyed;
}

/** The duplicates in an object's sets and list-maps; of equal items the second one is reported. */
export function listKeyProblems(
  object: JsonObject,
  schema: StructuralSchema,
  nodes: KeyedNodes,
): Problem[] {
  const problems: Problem[] = [];
  if (nodes.has(schema)) {
    walkObject(object, schema, FieldPath.root(), { nodes, problems });
  }
  return problems;
}

/** Whether one list has items that its set or its keys forbid; items and all below them are not looked at. */
export function hasListKeyProblem(items: readonly JsonValue[], schema: StructuralSchema): boolean {
  if (items.length < 2) {
    return false;
  }
  const [name, ...others] = schema.listMapKeys;
  const isPlain = schema.listType === "map" && name !== undefined && others.length === 0;
  return isPlain && areDistinct(items, name)
    ? false
    : arrayProblems(items, schema, FieldPath.root()).length > 0;
}

/** Whether all items are objects with a text of their own under a key: what nearly every list-map looks like. */
function areDistinct(items: readonly JsonValue[], name: string): boolean {
  const texts = new Set<JsonValue>();
  for (const item of items) {
    const text = isObject(item) ? getKey(item, name) : undefined;
    if (typeof text !== "string") {
      return false;
    }
    texts.add(text);
  }
  return texts.size === items.length;
}

interface Walk {
  readonly nodes: KeyedNodes;
  readonly problems: Problem[];
}

function walk(value: JsonValue, schema: StructuralSchema, path: FieldPath, state: Walk): void {
  if (isObject(value)) {
    walkObject(value, schema, path, state);
  } else if (Array.isArray(value)) {
    walkArray(value, schema, path, state);
  }
}

function walkArray(
  value: readonly JsonValue[],
  schema: StructuralSchema,
  path: FieldPath,
  state: Walk,
): void {
  state.problems.push(...arrayProblems(value, schema, path));
  const { items } = schema;
  if (items !== undefined && state.nodes.has(items)) {
    value.forEach((item, at) => {
      walk(item, items, path.index(at), state);
    });
  }
}

function walkObject(
  value: JsonObject,
  schema: StructuralSchema,
  path: FieldPath,
  state: Walk,
): void {
  for (const key of Object.keys(value)) {
    const child = schemaOfKey(schema, key);
    if (child !== undefined && state.nodes.has(child)) {
      walk(value[key] ?? null, child, path.member(schema, key), state);
    }
  }
}

/** Stands for the value of a key that an item lacks; no JSON value equals it. */
const UNSPECIFIED = new FloatLiteral(Number.NaN);

function arrayProblems(
  items: readonly JsonValue[],
  schema: StructuralSchema,
  path: FieldPath,
): Problem[] {
  if (schema.listType === "set") {
    return duplicateIndices(items).map((at) =>
      duplicate(path.index(at).where(), items[at] ?? null),
    );
  }
  return schema.listType === "map" ? mapProblems(items, schema.listMapKeys, path) : [];
}

function mapProblems(
  items: readonly JsonValue[],
  names: readonly string[],
  path: FieldPath,
): Problem[] {
  const misfit = items.findIndex((item) => item !== null && !isObject(item));
  if (misfit !== -1) {
    const detail = "must be an object for an array of list-type map";
    return [invalid(path.index(misfit).where(), items[misfit] ?? null, detail)];
  }
  const keys = items.map((item) => keysOf(item, names));
  const [name, ...others] = names;
  // With one key the API server compares the values themselves, and items without it with each other.
  const compared =
    name === undefined || others.length > 0
      ? keys
      : keys.map((key) => getKey(key, name) ?? UNSPECIFIED);
  return duplicateIndices(compared).map((at) => duplicate(path.index(at).where(), keys[at] ?? {}));
}

function keysOf(item: JsonValue, names: readonly string[]): JsonObject {
  const keys: JsonObject = {};
  for (const name of names) {
    const value = isObject(item) ? getKey(item, name) : undefined;
    if (value !== undefined) {
      setKey(keys, name, value);
    }
  }
  return keys;
}

/** The second appearance of each value that appears more than once. */
function duplicateIndices(values: readonly JsonValue[]): number[] {
  if (values.length < 2) {
    return [];
  }
  const seen = new Map<unknown, number>();
  const duplicates: number[] = [];
  values.forEach((value, at) => {
    const key = identityOf(value);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    if (times === 1) {
      duplicates.push(at);
    }
  });
  return duplicates;
}

/** Scalars by Go's type and value, so that 1 and 1.0 differ; objects and arrays by their JSON, where they do not. */
function identityOf(value: JsonValue): unknown {
  if (value instanceof FloatLiteral) {
    return `float ${value.value}`;
  }
  if (typeof value === "string") {
    return `text ${value}`;
  }
  return typeof value === "object" && value !== null ? `json ${goJson(value)}` : value;
}
