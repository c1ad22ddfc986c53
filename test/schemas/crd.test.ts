import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCrd, readCrd } from "../../schemas/crd.ts";
import type { JsonObject, JsonValue } from "../../schemas/json.ts";
import { crdOf, readVersions } from "./crd-fixture.ts";

function crdWith(schema: JsonValue): JsonObject {
  return {
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: { group: "example.com", versions: [{ name: "v1", schema: { openAPIV3Schema: schema } }] },
  };
}

describe("what the API server would refuse in a schema is named with its place", () => {
  const table: readonly (readonly [JsonValue, RegExp])[] = [
    [
      { type: "object", properties: { a: { $ref: "#/x" } } },
      /properties\[a\]: '\$ref' is not supported/,
    ],
    [{ type: "object", patternProperties: { x: {} } }, /'patternProperties' is not supported/],
    [{ type: "thing" }, /unsupported type "thing"/],
    [{ type: "object", properties: [] }, /properties: must be an object/],
    [{ type: "object", maxProperties: "3" }, /maxProperties: must be a number/],
    [{ type: "object", required: [1] }, /required\[0\]: must be a string/],
    [{ items: [] }, /items: must be a schema object/],
    [{ "x-kubernetes-validations": ["self"] }, /x-kubernetes-validations\[0\]: must be an object/],
    [nested(300), /nested too deeply/],
    [null, /openAPIV3Schema is required/],
  ];
  for (const [schema, message] of table) {
    it(message.source, () => {
      const read = readCrd(crdWith(schema));
      assert.equal(read.kind, "unreadable");
      assert.match(read.kind === "unreadable" ? read.message : "", message);
    });
  }
});

function nested(depth: number): JsonObject {
  return depth === 0 ? {} : { items: nested(depth - 1) };
}

it("only CRDs are CRDs", () => {
  assert.equal(isCrd({ kind: "Deployment" }), false);
  assert.equal(readCrd({ kind: "Deployment" }).kind, "unreadable");
  assert.equal(readCrd(crdWith({ type: "object" })).kind, "read");
});

it("versions that are not served answer nothing", () => {
  const crd = crdWith({ type: "object" });
  crd["spec"] = { versions: [{ name: "v1", served: false }] };
  assert.deepEqual(readCrd(crd), {
    kind: "unreadable",
    message: "things.example.com: has no served version",
  });
});

it("a schema keeps keys that JavaScript's objects have by themselves", () => {
  const crd = crdOf(
    JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"}}}',
    ),
  );
  const spec = crd.schema.properties.get("spec");
  assert.deepEqual([...(spec?.properties.keys() ?? [])], ["__proto__", "constructor"]);
});

it("our CRD is read in both versions, with its scope and subresources", () => {
  const versions = readVersions("crds/prism.io_prismclusters.yaml");
  assert.deepEqual(
    versions.map(({ version, kind, scope, hasStatus }) => ({ version, kind, scope, hasStatus })),
    ["v1alpha2", "v1alpha1"].map((version) => ({
      version,
      kind: "PrismCluster",
      scope: "Namespaced",
      hasStatus: true,
    })),
  );
});
