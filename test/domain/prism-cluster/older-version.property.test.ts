import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { copyRecord } from "../../../src/domain/json-copy.ts";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { prismClusterConverter } from "../../../src/domain/prism-cluster/convert.ts";
import { engineOf, verdictOn } from "./judged.ts";

/** Values that are valid somewhere, at the ends of ranges above all. */
const VALUES: readonly unknown[] = [
  0,
  1,
  2,
  3,
  5,
  7,
  99,
  1000,
  true,
  false,
  "Deployment",
  "StatefulSet",
  "sqlite",
  "postgres",
  "keda",
  "hpa",
  "1Gi",
  "0.5Gi",
  "100Gi",
  "latest",
  "7.4-alpine",
  "a",
  "a".repeat(40),
  "15s",
  "1y2w",
  "*.example.com",
  [],
  {},
  [{ name: "keyvalue" }],
  [{ type: "kafka", metadata: {} }],
  { enabled: false },
  { enabled: false, replicas: 7 },
  { type: "redis" },
  { type: "kafka", replicas: 5 },
  { size: "3Gi" },
];

const bases = globSync("deploy/samples/*.yaml").flatMap((file) =>
  parseAllDocuments(readFileSync(file, "utf8"))
    .map((document): unknown => document.toJS())
    .filter((one): one is JsonRecord => isRecord(one) && one["kind"] === "PrismCluster")
    .filter((one) => one["apiVersion"] === "prism.io/v1alpha2"),
);

/** One change of an object: the nth place gets another value, a place more, or goes. */
type Change = readonly [place: number, value: unknown];
const GONE = Symbol("gone");
const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...VALUES), fc.constant(GONE)));

function changed(base: JsonRecord, changes: readonly Change[]): JsonRecord {
  const object = structuredClone(base);
  for (const [place, value] of changes) {
    const places = placesIn(object["spec"]);
    const at = places[place % places.length];
    if (at === undefined) continue;
    const [parent, key] = at;
    if (value !== GONE) parent[key] = structuredClone(value);
    else if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  }
  return object;
}

type Parent = Record<string, unknown> | (unknown[] & Record<string, unknown>);

function placesIn(value: unknown): readonly (readonly [Parent, string])[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Parent;
  return Object.keys(parent).flatMap((key) => [[parent, key] as const, ...placesIn(parent[key])]);
}

describe("a valid object of the hub, read as v1alpha1", () => {
  it("is valid there, and so is writing it back unchanged", () => {
    let valid = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(change, { maxLength: 6 }),
        (base, changes) => {
          const hub = changed(base, changes);
          if (verdictOn(hub).problems.length > 0) return;
          valid++;
          const stored = copyRecord(hub);
          engineOf("v1alpha2").prune(stored);
          engineOf("v1alpha2").applyDefaults(stored);
          const read = prismClusterConverter.convert(stored, "prism.io/v1alpha1");
          assert.ok(read.kind === "converted");
          const before = JSON.stringify(read.object);
          const engine = engineOf("v1alpha1");
          const written = copyRecord(read.object);
          engine.prune(written);
          engine.applyDefaults(written);
          assert.deepEqual(engine.validate(written).problems, []);
          assert.equal(JSON.stringify(written), before, "v1alpha1 prunes or defaults something");
          assert.deepEqual(verdictOn(written, stored).problems, []);
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(valid > 200, `only ${valid} objects were valid`);
  });
});
