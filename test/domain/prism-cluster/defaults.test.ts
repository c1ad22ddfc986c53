import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isRecord, type JsonRecord, valueAt } from "../../../src/domain/json-object.ts";
import { applyPatch } from "../../../src/domain/json-patch.ts";
import { defaultsOf } from "../../../src/domain/prism-cluster/defaults.ts";
import { anyObject, shallow } from "./any-object.ts";
import { schemaOf } from "./crd.ts";
import { engineOf } from "./judged.ts";

function cluster(backends: JsonRecord): JsonRecord {
  const metadata = { name: "a" };
  return { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster", metadata, spec: { backends } };
}

function defaulted(object: JsonRecord, old?: JsonRecord): JsonRecord {
  const copy = structuredClone(object);
  applyPatch(copy, defaultsOf(object, old));
  return copy;
}

const cases: readonly {
  readonly what: string;
  readonly backends: JsonRecord;
  readonly old?: JsonRecord;
  readonly expected: JsonRecord;
}[] = [
  {
    what: "an empty backend gets version, size and replicas of its type",
    backends: { redis: {} },
    expected: { redis: { version: "7.4-alpine", storage: { size: "1Gi" }, replicas: 1 } },
  },
  {
    what: "Kafka starts with three",
    backends: { events: { type: "kafka", version: "4.1.0", storage: { storageClassName: "a" } } },
    expected: {
      events: {
        type: "kafka",
        version: "4.1.0",
        storage: { storageClassName: "a", size: "10Gi" },
        replicas: 3,
      },
    },
  },
  {
    what: "what is off, elsewhere, of no type or of a wrong one is left alone",
    backends: {
      redis: { enabled: false },
      minio: { external: {} },
      other: {},
      more: { type: 5 },
      nats: null,
    },
    expected: {
      redis: { enabled: false },
      minio: { external: {} },
      other: {},
      more: { type: 5 },
      nats: null,
    },
  },
  {
    what: "an image has no version beside it",
    backends: { nats: { image: "a:1", replicas: 3, storage: { size: "2Gi" } } },
    expected: { nats: { image: "a:1", replicas: 3, storage: { size: "2Gi" } } },
  },
  {
    what: "what is stored wins over the table, so that nothing moves with a new operator",
    backends: { redis: {} },
    old: { redis: { version: "7.2", storage: { size: "9Gi" }, replicas: 1 } },
    expected: { redis: { version: "7.2", storage: { size: "9Gi" }, replicas: 1 } },
  },
  {
    what: "unless it was of another type",
    backends: { a: { type: "nats" } },
    old: { a: { type: "redis", version: "7.2", storage: { size: "9Gi" }, replicas: 1 } },
    expected: {
      a: { type: "nats", version: "2.12-alpine", storage: { size: "1Gi" }, replicas: 1 },
    },
  },
];

describe("defaults of /mutate", () => {
  for (const { what, backends, old, expected } of cases) {
    it(what, () => {
      const result = defaulted(cluster(backends), old && cluster(old));
      assert.deepEqual(valueAt(result, ["spec", "backends"]), expected);
    });
  }

  it("of a valid backend are valid", () => {
    const types = ["redis", "nats", "postgres", "minio", "kafka"];
    const result = defaulted(cluster(Object.fromEntries(types.map((type) => [type, {}]))));
    const engine = engineOf("v1alpha2");
    engine.applyDefaults(result);
    assert.deepEqual(engine.validate(result).problems, []);
  });

  it("only add what is absent, add nothing twice, and never a block that has a switch", () => {
    const spec = anyObject(shallow(schemaOf("v1alpha2"), 6).properties?.["spec"] ?? {}, []);
    fc.assert(
      fc.property(spec, spec, (now, old) => {
        const object = { ...cluster({}), spec: now };
        const patch = defaultsOf(object, { ...cluster({}), spec: old });
        for (const { op, path, value } of patch) {
          assert.equal(op, "add");
          assert.ok(!isRecord(value) || !Object.hasOwn(value, "enabled"), path);
          const steps = path
            .slice(1)
            .split("/")
            .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
          assert.equal(valueAt(object, steps), undefined);
        }
        assert.deepEqual(defaultsOf(defaulted(object)), []);
      }),
      { numRuns: 1000 },
    );
  });
});
