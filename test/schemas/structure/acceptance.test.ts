import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FloatLiteral, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import { findKeyedNodes, listKeyProblems } from "../../../schemas/list-keys.ts";
import { readSchema } from "../../../schemas/schema-reader.ts";
import type { StructuralSchema } from "../../../schemas/structural-schema.ts";
import { compileAcceptance } from "../../../schemas/structure/acceptance.ts";
import { compileStructure } from "../../../schemas/structure/compile-structure.ts";
import { Run } from "../../../schemas/structure/run.ts";
import { objectArbitrary } from "../../flow/differential/object-arbitrary.ts";
import { readVersions } from "../crd-fixture.ts";

/** What the two checks find that acceptance stands for. */
function faultsOf(schema: StructuralSchema): (object: JsonObject) => number {
  const check = compileStructure(schema);
  const keyed = findKeyedNodes(schema);
  return (object) => {
    const run = new Run();
    check(object, run, undefined);
    return run.failures + listKeyProblems(object, schema, keyed).length;
  };
}

function schemaOf(json: JsonObject): StructuralSchema {
  const read = readSchema({ type: "object", properties: { x: json } });
  assert.ok(read.kind === "read");
  return read.schema;
}

describe("acceptance of generated objects", () => {
  const versions = [
    ...readVersions("crds/prism.io_prismclusters.yaml"),
    ...readVersions("test/fixtures/torture.crd.yaml"),
  ];
  for (const { kind, version, schema } of versions) {
    it(`${kind} ${version}: what is accepted has no fault, and little without a fault is not accepted`, () => {
      const accepts = compileAcceptance(schema);
      const faults = faultsOf(schema);
      const good: boolean[] = [];
      fc.assert(
        fc.property(objectArbitrary(schema), (object) => {
          const [isAccepted, isGood] = [accepts(object), faults(object) === 0];
          assert.ok(isGood || !isAccepted);
          if (isGood) good.push(isAccepted);
        }),
        { numRuns: 300 },
      );
      const missed = good.filter((isAccepted) => !isAccepted).length;
      assert.ok(missed <= good.length / 4, `${missed} of ${good.length} need the full check`);
    });
  }
});

describe("acceptance of one value", () => {
  const text = { type: "string" };
  const named = { type: "object", properties: { name: text } };
  const cases: readonly [string, JsonObject, readonly JsonValue[]][] = [
    ["a type", text, ["", 1, true, null, [], {}]],
    ["a nullable type", { ...text, nullable: true }, ["", null, 1]],
    ["an enum", { ...text, enum: ["a"] }, ["a", "b", null]],
    ["a nullable enum", { ...text, enum: ["a"], nullable: true }, ["a", null]],
    ["lengths", { ...text, minLength: 2, maxLength: 3 }, ["a", "ab", "abc", "abcd", "\u{1f600}ab"]],
    ["a pattern", { ...text, pattern: "^a+$" }, ["a", "aa", "b", "aa"]],
    ["a format", { ...text, format: "ipv4" }, ["1.2.3.4", "x", 5]],
    [
      "small integers",
      { type: "integer", minimum: 1, maximum: 5, exclusiveMaximum: true },
      [0, 1, 4, 5, -0, 1.5, "1", 2n ** 60n, new FloatLiteral(2), new FloatLiteral(9)],
    ],
    ["int32", { type: "integer", format: "int32" }, [2 ** 31, 2 ** 31 - 1, -(2 ** 31), -1e10]],
    ["a bound that int32 cannot hold", { type: "integer", format: "int32", maximum: 1e10 }, [1]],
    ["a multiple", { type: "integer", multipleOf: 3 }, [3, 4]],
    ["numbers", { type: "number", minimum: 0.5 }, [0.25, 0.5, 1, new FloatLiteral(1), "1"]],
    ["int-or-string", { "x-kubernetes-int-or-string": true, maximum: 5 }, [1, 9, "9", 1.5, true]],
    [
      "required, other and too many properties",
      { type: "object", properties: { a: text }, required: ["a"], maxProperties: 2 },
      [{}, { a: "" }, { a: 1 }, { b: 1 }, { a: "", b: 1 }, { a: "", b: 1, c: 2 }, { a: null }],
    ],
    ["a map", { type: "object", additionalProperties: { type: "integer" } }, [{ x: 1 }, { x: "" }]],
    [
      "a list",
      { type: "array", items: text, minItems: 1, maxItems: 2 },
      [[], [""], [1], ["", "", ""]],
    ],
    [
      "unique items",
      { type: "array", items: text, uniqueItems: true },
      [
        ["a", "b"],
        ["a", "a"],
      ],
    ],
    [
      "a set",
      { type: "array", items: text, "x-kubernetes-list-type": "set" },
      [["a"], ["a", "a"], ["a", "b"]],
    ],
    [
      "a list-map",
      {
        type: "array",
        items: named,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      },
      [
        [{ name: "a" }, { name: "a" }],
        [{ name: "a" }, { name: "b" }],
        [{}, {}],
        [{}, { name: "a" }],
      ],
    ],
    ["anyOf", { ...text, anyOf: [{ maxLength: 1 }, { minLength: 3 }] }, ["a", "ab", "abc"]],
    ["oneOf", { ...text, oneOf: [{ maxLength: 2 }, { minLength: 2 }] }, ["a", "ab", "abc"]],
    ["allOf", { ...text, allOf: [{ maxLength: 2 }, { minLength: 2 }] }, ["a", "ab", "abc"]],
    ["not", { ...text, not: { maxLength: 1 } }, ["a", "ab"]],
    ["no type", { "x-kubernetes-preserve-unknown-fields": true }, [1, "", {}, [null], null]],
  ];
  for (const [name, json, values] of cases) {
    it(`${name}: exactly what has no fault`, () => {
      const schema = schemaOf(json);
      const accepts = compileAcceptance(schema);
      const faults = faultsOf(schema);
      for (const x of values) {
        // Twice: short texts are remembered.
        const answers = [accepts({ x }), accepts({ x })];
        const isGood = faults({ x }) === 0;
        assert.deepEqual(answers, [isGood, isGood], String(JSON.stringify(x, bigints)));
      }
    });
  }
});

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
