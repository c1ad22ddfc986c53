/** What the API server and kubectl make of a patch, written anew here: the other side of the comparison. */
import { isDeepStrictEqual } from "node:util";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import type { Schema } from "../../domain/prism-cluster/crd.ts";

/** The JSON merge patch (RFC 7386) from one value to another; undefined where nothing differs. */
export function mergePatchOf(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) {
    return isDeepStrictEqual(before, after) ? undefined : after;
  }
  const removed = Object.keys(before)
    .filter((key) => !Object.hasOwn(after, key))
    .map((key): [string, unknown] => [key, null]);
  const changed = Object.entries(after)
    .map(([key, value]): [string, unknown] => {
      return [key, Object.hasOwn(before, key) ? mergePatchOf(before[key], value) : value];
    })
    .filter(([, patch]) => patch !== undefined);
  const patch = [...removed, ...changed];
  return patch.length === 0 ? undefined : Object.fromEntries(patch);
}

/** RFC 7386, section 2. */
export function withMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: JsonRecord = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = withMergePatch(merged[key], value);
  }
  return merged;
}

/** kubectl's three-way merge for custom resources: additions and changes against what lives, deletions against the last file. */
export function threeWayPatch(lastFile: unknown, file: unknown, live: unknown): unknown {
  const changes = onlyOf(mergePatchOf(live, file) ?? {}, (value) => value !== null);
  const deletions = onlyOf(mergePatchOf(lastFile, file) ?? {}, (value) => value === null);
  return withPatches(changes, deletions);
}

/** The leaves of a patch that are wanted. */
function onlyOf(patch: unknown, isWanted: (value: unknown) => boolean): unknown {
  if (!isRecord(patch)) return isWanted(patch) ? patch : undefined;
  const kept = Object.entries(patch)
    .map(([key, value]): [string, unknown] => [key, onlyOf(value, isWanted)])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept);
}

function withPatches(one: unknown, other: unknown): unknown {
  if (!isRecord(one) || !isRecord(other)) return other ?? one;
  const merged: JsonRecord = { ...one };
  for (const [key, value] of Object.entries(other)) {
    merged[key] = Object.hasOwn(merged, key) ? withPatches(merged[key], value) : value;
  }
  return merged;
}

/** JSON patch operations (RFC 6902) from one spec to another, one a field of the spec. */
export function jsonPatchOf(before: JsonRecord, after: JsonRecord): readonly object[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) => {
    const path = `/spec/${field}`;
    if (!Object.hasOwn(after, field)) return [{ op: "remove", path }];
    const isSame = isDeepStrictEqual(before[field], after[field]);
    return isSame ? [] : [{ op: "add", path, value: after[field] }];
  });
}

/** Server-side apply of something new or changed: maps and keyed lists are merged, sets united, all else replaced. */
export function applied(schema: Schema, live: unknown, config: unknown): unknown {
  if (Array.isArray(config) && Array.isArray(live)) return appliedList(schema, live, config);
  if (!isRecord(config) || !isRecord(live)) return config;
  if (schema["x-kubernetes-map-type"] === "atomic") return config;
  const merged: JsonRecord = { ...live };
  for (const [key, value] of Object.entries(config)) {
    const below = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    merged[key] = Object.hasOwn(merged, key) ? applied(below, merged[key], value) : value;
  }
  return merged;
}

function appliedList(
  schema: Schema,
  live: readonly unknown[],
  config: readonly unknown[],
): readonly unknown[] {
  const type = schema["x-kubernetes-list-type"];
  if (type !== "map" && type !== "set") return config;
  const byKey = new Map(live.map((item) => [identityOf(schema, item), item]));
  for (const item of config) {
    const key = identityOf(schema, item);
    byKey.set(key, byKey.has(key) ? applied(schema.items ?? {}, byKey.get(key), item) : item);
  }
  return [...byKey.values()];
}

function identityOf(schema: Schema, item: unknown): string {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!Array.isArray(keys) || !isRecord(item)) return JSON.stringify(item);
  return JSON.stringify(keys.map((key) => item[String(key)]));
}

/** The same with sets and keyed lists in the order of their keys: server-side apply has an order of its own. */
export function inOrder(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => inOrder(schema.items ?? {}, item));
    const type = schema["x-kubernetes-list-type"];
    if (type !== "map" && type !== "set") return items;
    const text = (item: unknown): string => identityOf(schema, item);
    return items.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]): [string, unknown] => {
        return [key, inOrder(schema.properties?.[key] ?? schema.additionalProperties ?? {}, one)];
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The least configuration whose apply makes `after` of `before`, but for what is gone; undefined where nothing is new. */
export function fragmentOf(schema: Schema, before: unknown, after: unknown): unknown {
  if (isDeepStrictEqual(before, after)) return undefined;
  if (Array.isArray(before) && Array.isArray(after)) return listFragment(schema, before, after);
  if (!isRecord(before) || !isRecord(after) || schema["x-kubernetes-map-type"] === "atomic") {
    return after;
  }
  const fields = Object.entries(after).flatMap(([key, value]): (readonly [string, unknown])[] => {
    const below = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    const part = Object.hasOwn(before, key) ? fragmentOf(below, before[key], value) : value;
    return part === undefined ? [] : [[key, part]];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function listFragment(
  schema: Schema,
  before: readonly unknown[],
  after: readonly unknown[],
): unknown {
  const type = schema["x-kubernetes-list-type"];
  if (type !== "map" && type !== "set") return after;
  const old = new Map(before.map((item) => [identityOf(schema, item), item]));
  const keys = schema["x-kubernetes-list-map-keys"];
  const items = after.flatMap((item) => {
    const identity = identityOf(schema, item);
    if (!old.has(identity)) return [item];
    const part = fragmentOf(schema.items ?? {}, old.get(identity), item);
    if (!isRecord(part) || !isRecord(item) || !Array.isArray(keys)) return [];
    return [{ ...Object.fromEntries(keys.map((key) => [key, item[String(key)]])), ...part }];
  });
  return items.length === 0 ? undefined : items;
}
