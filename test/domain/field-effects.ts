/** Every field of a CRD's spec with two values that it may have, for tests that each field has an effect. */
import { equal } from "node:assert/strict";
import type { Schema } from "./prism-cluster/crd.ts";

/** A field: its path of steps into the schema, each a property, `[]` for the items of a list, `{}` for the values of a map. */
export interface Leaf {
  readonly path: readonly string[];
  readonly schema: Schema;
}

/** The surroundings that give a field its meaning, and values where the schema alone does not say which are valid. */
export interface Setting {
  /** Fields, as `spec.list.[].field`. */
  readonly of: RegExp;
  readonly base: object;
  /** Of maps on the way. */
  readonly key?: string;
  readonly values?: readonly [unknown, unknown];
  /** Two whole specs, where the field cannot change alone. */
  readonly specs?: readonly [object, object];
}

/** Every field of the spec that holds a value. */
export function leavesOf(schema: Schema, path: readonly string[] = []): readonly Leaf[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, next]) => leavesOf(next, [...path, key]));
  }
  if (items !== undefined) return leavesOf(items, [...path, "[]"]);
  if (additionalProperties !== undefined) return leavesOf(additionalProperties, [...path, "{}"]);
  return [{ path, schema }];
}

/** Two specs that differ in one field, in the first setting that is for it; the last of them should be for all. */
export function specsWith(
  spec: Schema,
  { path, schema }: Leaf,
  settings: readonly Setting[],
): readonly [unknown, unknown] {
  const name = path.join(".");
  const setting = settings.find(({ of }) => of.test(name));
  if (setting === undefined) throw new Error(`no setting for ${name}`);
  const { base, key = "alpha", values = valuesOf(schema), specs } = setting;
  const [one, other] = values;
  return specs ?? [place(base, spec, path, one, key), place(base, spec, path, other, key)];
}

const TEXTS = [
  ["alpha", "beta", "1Gi", "2Gi", "10s", "20s", "KindA", "KindB", "8080", "9090"],
  ["a.example.com", "b.example.com", "https://a.example.com", "https://b.example.com"],
].flat();

/** Two different values that a field may have. */
function valuesOf(schema: Schema): readonly [unknown, unknown] {
  const found = [...candidates(schema)].slice(0, 2);
  equal(found.length, 2, `no two values for ${JSON.stringify(schema)}`);
  return [found[0], found[1]];
}

function candidates(schema: Schema): readonly unknown[] {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.type === "boolean") return [true, false];
  if (schema.type === "object") return [{ alpha: 1 }, { alpha: 2 }];
  if (schema.type === "integer") {
    const least = Number(schema["minimum"] ?? 1);
    return [least + 3, least + 4];
  }
  const pattern = new RegExp(schema.pattern ?? "", "u");
  return TEXTS.filter((text) => pattern.test(text));
}

/** A smallest value of a schema: what is required, and nothing else. */
function least(schema: Schema): unknown {
  const required = schema.required ?? [];
  const { properties } = schema;
  if (properties !== undefined) {
    return Object.fromEntries(required.map((key) => [key, least(properties[key] ?? {})]));
  }
  if (schema.items !== undefined)
    return schema["minItems"] === undefined ? [] : [least(schema.items)];
  return schema.additionalProperties === undefined ? valuesOf(schema)[0] : {};
}

/** The value as an object with its own properties; empty for what is none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** A copy of `current` with the value at a path; what the way there requires is made. */
function place(
  current: unknown,
  schema: Schema,
  path: readonly string[],
  value: unknown,
  key: string,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step === "[]") {
    const items = schema.items ?? {};
    const [first = least(items), ...others]: unknown[] = Array.isArray(current) ? current : [];
    return [place(first, items, rest, value, key), ...others];
  }
  const name = step === "{}" ? key : step;
  const next = (step === "{}" ? schema.additionalProperties : schema.properties?.[step]) ?? {};
  const object = record(current ?? least(schema));
  return { ...object, [name]: place(object[name] ?? start(next, rest), next, rest, value, key) };
}

/** Nothing to start from where the value itself comes next. */
function start(schema: Schema, rest: readonly string[]): unknown {
  return rest.length === 0 ? undefined : least(schema);
}
