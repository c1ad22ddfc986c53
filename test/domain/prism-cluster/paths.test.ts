import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ObjectTable, Table } from "../../../src/domain/conversion/field-table.ts";
import { mapPath } from "../../../src/domain/conversion/mapped-path.ts";
import { planDown, planUp } from "../../../src/domain/conversion/plan.ts";
import { type FieldPath, printPath } from "../../../src/domain/field-path.ts";
import { PRISM_CLUSTER_FIELDS } from "../../../src/domain/prism-cluster/paths.ts";
import { type Schema, schemaOf } from "./crd.ts";

const hub = schemaOf("v1alpha2");
const older = schemaOf("v1alpha1");
const down = planDown(PRISM_CLUSTER_FIELDS);
const up = planUp(PRISM_CLUSTER_FIELDS);

/** Names of backends that stand for all of a map: one that both versions have, and one of the hub alone. */
const MAP_KEYS = ["redis", "other"];

type Placed = readonly [path: FieldPath, schema: Schema];

/** Every field of a schema with its path; list items stand at index 0. */
function fieldsOf(schema: Schema, path: FieldPath = []): readonly Placed[] {
  const below = [
    ...Object.entries(schema.properties ?? {}).map(
      ([key, child]): Placed => [[...path, key], child],
    ),
    ...(schema.items ? [[[...path, 0], schema.items] as const] : []),
    ...(schema.additionalProperties
      ? MAP_KEYS.map((key): Placed => [[...path, key], schema.additionalProperties ?? {}])
      : []),
  ];
  return below.flatMap(([at, child]) => [[at, child] as const, ...fieldsOf(child, at)]);
}

function at(schema: Schema, path: FieldPath): Schema | undefined {
  return path.reduce<Schema | undefined>((found, step) => {
    if (typeof step === "number") return found?.items;
    const properties = found?.properties;
    if (properties && Object.hasOwn(properties, step)) return properties[step];
    return found?.additionalProperties;
  }, schema);
}

/** What must agree where a value goes over as it is. */
const KEYWORDS = [
  "type",
  "format",
  "pattern",
  "enum",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "maxProperties",
  "x-kubernetes-int-or-string",
] as const;

/** Wrapped values and the five backends are of another shape on purpose. */
const RESHAPED = /^spec\.(backends(\.redis)?(\.storage)?|patterns\[0\]\.backends(\[0\])?)$/;

describe("every field of the hub has a decision for v1alpha1", () => {
  const fields = fieldsOf(hub);
  it("there are fields", () => assert.ok(fields.length > 500));

  for (const [path, schema] of fields) {
    const mapped = mapPath(down, path);
    if (mapped.kind === "hubOnly") continue;
    it(`${printPath(path)} is there as ${printPath(mapped.path)}`, () => {
      const other = at(older, mapped.path);
      assert.ok(other, "name the field in src/domain/prism-cluster/paths.ts");
      if (RESHAPED.test(printPath(path))) return;
      for (const keyword of KEYWORDS) assert.deepEqual(other[keyword], schema[keyword], keyword);
      const required = new Set(schema.required);
      assert.ok(
        (other.required ?? []).every((name) => required.has(name)),
        "v1alpha1 asks for more",
      );
    });
  }

  it("what only the hub has is not at the same place in v1alpha1 with the same meaning", () => {
    const hubOnly = fields.filter(([path]) => mapPath(down, path).kind === "hubOnly");
    const both = hubOnly.filter(
      ([path]) => at(older, path) !== undefined && mapPath(up, path).kind === "hubOnly",
    );
    assert.deepEqual(
      both.map(([path]) => printPath(path)),
      [],
    );
    assert.ok(hubOnly.length > 300);
  });
});

describe("every field of v1alpha1 has a place in the hub", () => {
  const fields = fieldsOf(older);
  it("there are fields", () => assert.ok(fields.length > 50));

  for (const [path] of fields) {
    it(`${printPath(path)} goes up and comes back to its place`, () => {
      const mapped = mapPath(up, path);
      assert.equal(mapped.kind, "mapped");
      assert.ok(at(hub, mapped.path), `${printPath(mapped.path)} is no field of v1alpha2`);
      if (RESHAPED.test(printPath(path))) return;
      assert.deepEqual(mapPath(down, mapped.path), { kind: "mapped", path });
    });
  }
});

describe("the table names only fields that exist", () => {
  checkTable(PRISM_CLUSTER_FIELDS, hub, "");

  function checkTable(table: Table, schema: Schema | undefined, path: string): void {
    if (table.type === "list") checkTable(table.item, schema?.items, `${path}[]`);
    else if (table.type === "wrapped") exists(schema, table.key, path);
    else checkObject(table, schema, path);
  }

  function checkObject(table: ObjectTable, schema: Schema | undefined, path: string): void {
    for (const name of table.hubOnly ?? []) exists(schema, name, path);
    for (const [name, field] of Object.entries(table.fields)) {
      exists(schema, name, path);
      const child = schema?.properties?.[name] ?? schema?.additionalProperties;
      if (field.table) checkTable(field.table, child, `${path}.${name}`);
    }
  }

  function exists(schema: Schema | undefined, name: string, path: string): void {
    it(`${path}.${name}`, () => {
      assert.ok(schema?.properties?.[name] ?? schema?.additionalProperties);
    });
  }
});
