import fc from "fast-check";
import { isRecord, setOwn } from "../../../src/domain/json-object.ts";
import type { Schema } from "./crd.ts";

/** Keys that are traps for JavaScript, beside those of the schema. */
const ODD_KEYS = ["__proto__", "constructor", "toString", "0", "", "größe", "size", "name", "type"];
const MAP_KEYS = ["redis", "nats", "kafka", "sessions", "enabled", ...ODD_KEYS];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, "", 9007199254740991, 9007199254740993n, -1.5),
  fc.constantFrom("redis", "keyvalue", "1Gi", "sessions", "Deployment", "\u2028x"),
);

/** A small value of any type. */
const anyJson = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...MAP_KEYS), scalar, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  },
);

/**
 * Objects as wild as JSON allows, but near the schema: known fields of any type, unknown ones, names that only another
 * version knows, null, empty, repeated list items, integers beyond 2^53. `extra` are names to mix in everywhere.
 */
export function anyObject(schema: Schema, extra: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: near(schema, extra) }, { weight: 1, arbitrary: anyJson });
}

function near(schema: Schema, extra: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.properties !== undefined) return recordOf(schema.properties, extra);
  const { items, additionalProperties } = schema;
  if (items !== undefined) return fc.array(anyObject(items, extra), { maxLength: 4 });
  if (additionalProperties !== undefined) {
    const entry = fc.tuple(fc.constantFrom(...MAP_KEYS), anyObject(additionalProperties, extra));
    return fc.array(entry, { maxLength: 4 }).map(record);
  }
  if (schema.type === "string") return fc.constantFrom("keyvalue", "consumer", "redis", "2Gi", "");
  return scalar;
}

function recordOf(
  properties: Readonly<Record<string, Schema>>,
  extra: readonly string[],
): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).map(([key, schema]) =>
    fc.option(
      anyObject(schema, extra).map((value): [string, unknown] => [key, value]),
      { nil: undefined },
    ),
  );
  const odd = fc.array(fc.tuple(fc.constantFrom(...ODD_KEYS, ...extra), anyJson), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...known), odd)
    .map(([fields, others]) =>
      record([...others, ...fields.filter((field) => field !== undefined)]),
    );
}

function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries) setOwn(made, key, value);
  return made;
}

/** The same schema with everything cut off below `depth` levels: deep parts go over as they are. */
export function shallow(schema: Schema, depth: number): Schema {
  if (depth === 0) return {};
  const { properties, items, additionalProperties } = schema;
  return {
    ...(schema.type === undefined ? {} : { type: schema.type }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, shallow(value, depth - 1)]),
      ),
    }),
    ...(items && { items: shallow(items, depth) }),
    ...(additionalProperties && { additionalProperties: shallow(additionalProperties, depth) }),
  };
}

/** Every name of a property anywhere in a schema. */
export function propertyNames(schema: Schema, names = new Set<string>()): ReadonlySet<string> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    names.add(key);
    propertyNames(value, names);
  }
  if (schema.items) propertyNames(schema.items, names);
  if (isRecord(schema.additionalProperties)) propertyNames(schema.additionalProperties, names);
  return names;
}
