import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileCrd } from "../../schemas/engine.ts";
import type { JsonObject, JsonValue } from "../../schemas/json.ts";
import { findUnknownFields } from "../../schemas/unknown-fields.ts";
import { crdOf, thing } from "./crd-fixture.ts";

const ENGINE = compileCrd(
  crdOf({
    type: "object",
    properties: {
      replicas: { type: "integer" },
      storage: { type: "object", properties: { storageClassName: { type: "string" } } },
      list: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      pod: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
  }),
);

describe("unknown fields are found with a guess of what was meant", () => {
  const table: readonly (readonly [JsonObject, readonly string[]])[] = [
    [{ replica: 1 }, ["spec.replica replicas"]],
    [{ Replicas: 1 }, ["spec.Replicas replicas"]],
    [{ storage: { storageClass: "x" } }, ["spec.storage.storageClass undefined"]],
    [{ storage: { storageclassname: "x" } }, ["spec.storage.storageclassname storageClassName"]],
    [{ list: [{}, { nmae: 1 }] }, ["spec.list[1].nmae name"]],
    [{ free: { anything: { at: "all" } } }, []],
    [
      { pod: { metadata: { labels: {}, lables: {} }, spec: {} } },
      ["spec.pod.metadata.lables undefined"],
    ],
    [{ completelyDifferent: { with: "content" } }, ["spec.completelyDifferent undefined"]],
  ];
  for (const [spec, expected] of table) {
    it(JSON.stringify(spec), () => {
      const found = findUnknownFields(ENGINE, thing(spec));
      assert.deepEqual(
        found.map(({ field, didYouMean }) => `${field} ${didYouMean}`),
        expected,
      );
    });
  }
});

it("metadata and the root are looked at, and the object stays as it is", () => {
  const object: JsonValue = { ...thing({}), spce: {}, metadata: { name: "x", nmae: 1 } };
  const before = JSON.stringify(object);
  assert.deepEqual(
    findUnknownFields(ENGINE, object).map(({ path }) => path.join("/")),
    ["metadata/nmae", "spce"],
  );
  assert.equal(JSON.stringify(object), before);
});

it("what cannot be decoded has no unknown fields", () => {
  assert.deepEqual(findUnknownFields(ENGINE, [1]), []);
  assert.deepEqual(findUnknownFields(ENGINE, { ...thing({ x: 1 }), metadata: 5 }), []);
});
