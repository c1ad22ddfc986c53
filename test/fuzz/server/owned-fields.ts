/** Field sets as managedFields hold them (structured-merge-diff, FieldsV1), and which fields a write may come to own by it. */
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import type { Schema } from "../../domain/prism-cluster/crd.ts";

/** A path as one text: steps such as `f:spec` and `k:{"name":"a"}`, with ` ` between them. */
export type FieldSet = ReadonlySet<string>;

/** What an entry of managedFields owns, with containers that it owns as such. */
export function ownedFields(fieldsV1: unknown, path = ""): FieldSet {
  const owned = new Set<string>();
  if (!isRecord(fieldsV1)) return owned;
  const steps = Object.keys(fieldsV1);
  if (steps.length === 0) owned.add(path);
  for (const step of steps) {
    if (step === ".") owned.add(path);
    else for (const one of ownedFields(fieldsV1[step], `${path} ${step}`)) owned.add(one);
  }
  return owned;
}

/** Every field of an object and every container on the way there, with a text of what is there. */
export function fieldsIn(schema: Schema, value: unknown, path = ""): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const children = childrenOf(schema, value);
  fields.set(path, children === undefined ? textOf(value) : "");
  for (const [step, below, one] of children ?? []) {
    for (const [key, text] of fieldsIn(below, one, `${path} ${step}`)) fields.set(key, text);
  }
  return fields;
}

/** The same for the same value, in whatever order its keys stand. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isRecord(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** The fields that a write changed or added, with all containers on the way. */
export function changedFields(schema: Schema, before: unknown, after: unknown): FieldSet {
  const old = fieldsIn(schema, before);
  const changed = [...fieldsIn(schema, after)].filter(([path, text]) => old.get(path) !== text);
  return new Set(changed.map(([path]) => path));
}

type Child = readonly [step: string, schema: Schema, value: unknown];

/** Undefined for what is owned as a whole. */
function childrenOf(schema: Schema, value: unknown): readonly Child[] | undefined {
  if (Array.isArray(value)) return itemsOf(schema, value);
  if (!isRecord(value) || schema["x-kubernetes-map-type"] === "atomic") return undefined;
  return Object.entries(value).map(([key, one]): Child => {
    return [`f:${key}`, schema.properties?.[key] ?? schema.additionalProperties ?? {}, one];
  });
}

function itemsOf(schema: Schema, items: readonly unknown[]): readonly Child[] | undefined {
  const type = schema["x-kubernetes-list-type"];
  if (type === "set") return items.map((item): Child => [`v:${JSON.stringify(item)}`, {}, item]);
  if (type !== "map") return undefined;
  const below = schema.items ?? {};
  return items.map((item): Child => [`k:${keyOf(schema, item)}`, below, item]);
}

function keyOf(schema: Schema, item: unknown): string {
  const keys = schema["x-kubernetes-list-map-keys"];
  const names = Array.isArray(keys) ? keys.map(String).toSorted() : [];
  const values: JsonRecord = isRecord(item) ? item : {};
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name]])));
}
