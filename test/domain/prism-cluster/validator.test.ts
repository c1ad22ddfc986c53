import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { printPath } from "../../../src/domain/field-path.ts";
import type { JsonRecord } from "../../../src/domain/json-object.ts";
import { hintFor } from "../../../src/domain/prism-cluster/hints.ts";
import { rulesOf } from "../../../src/domain/prism-cluster/rules.ts";
import { anyObject, shallow } from "./any-object.ts";
import { schemaOf } from "./crd.ts";
import { admitted, validator, verdictOn } from "./judged.ts";

function cluster(spec: JsonRecord, metadata: JsonRecord = {}): JsonRecord {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "prism", namespace: "shop", ...metadata },
    spec,
  };
}

/** Valid for the schema, refused by a rule: such an object may have been stored while the webhooks were away. */
const MISSING = { patterns: [{ name: "a", backends: [{ name: "mongo" }] }] };

describe("what v1alpha1 cannot say", () => {
  const backendsOf = (count: number): JsonRecord => {
    const config = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`key-${index}`, "x".repeat(100)]),
    );
    const names = Array.from({ length: count }, (_, index) => `cache-${index}`);
    return { backends: Object.fromEntries(names.map((name) => [name, { type: "redis", config }])) };
  };

  it("may have 128 KiB, since it must fit into an annotation", () => {
    assert.deepEqual(verdictOn(cluster(backendsOf(15))).problems, []);
    const { problems } = verdictOn(cluster(backendsOf(25)));
    assert.deepEqual(
      problems.map(({ path, reason, rule }) => `${printPath(path)} ${reason} ${rule}`),
      ["spec FieldValueTooLong conversion-size"],
    );
    assert.match(problems[0]?.message ?? "", /at most 131072 bytes, this has 1\d{5}$/);
  });
});

describe("an update", () => {
  it("is not refused for what was wrong before: that is a warning", () => {
    const verdict = verdictOn(cluster({ ...MISSING, proxy: { replicas: 2 } }), cluster(MISSING));
    assert.deepEqual(verdict.problems, []);
    assert.ok(verdict.warnings.some(({ message }) => message.startsWith("is invalid, as before")));
  });

  it("knows a fault again when its item moved in the list", () => {
    const patterns = [{ name: "b" }, ...MISSING.patterns];
    assert.deepEqual(verdictOn(cluster({ patterns }), cluster(MISSING)).problems, []);
  });

  it("is refused for a new fault beside an old one", () => {
    const patterns = [...MISSING.patterns, { name: "b", backends: [{ name: "mongo" }] }];
    const { problems } = verdictOn(cluster({ patterns }), cluster(MISSING));
    assert.deepEqual(
      problems.map(({ path }) => printPath(path)),
      ["spec.patterns[1].backends[0].name"],
    );
  });

  it("of metadata alone passes, and so does that of an object which is being deleted", () => {
    assert.deepEqual(
      verdictOn(cluster(MISSING, { labels: { a: "b" } }), cluster(MISSING)).problems,
      [],
    );
    const deleted = cluster(MISSING, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    assert.deepEqual(verdictOn(deleted, cluster({})).problems, []);
  });

  it("never passes with names of children that two parts would share", () => {
    const clash = { patterns: [{ name: "a" }], backends: { "a-runner": { type: "redis" } } };
    const { problems } = verdictOn(cluster({ ...clash, proxy: { replicas: 3 } }), cluster(clash));
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ["child-name"],
    );
  });
});

describe("a change of version", () => {
  const cases: readonly (readonly [type: string, from: string, to: string, allowed: boolean])[] = [
    ["redis", "7-alpine", "7.4-alpine", true],
    ["redis", "7.4-alpine", "7-alpine", true],
    ["redis", "7.4-alpine", "8.0", true],
    ["redis", "8", "7.4", false],
    ["postgres", "17.2", "17.4-alpine", true],
    ["postgres", "17.4", "17.2", false],
    ["postgres", "17", "18", false],
    ["kafka", "v4.1.0", "4.2.0", true],
    ["kafka", "4.2.0", "4.1.9", false],
    ["nats", "2.9", "2.12", true],
    ["nats", "latest", "2.9", true],
    ["minio", "RELEASE.2025-01-02T03-04-05Z", "RELEASE.2025-01-02T03-04-06Z", true],
    ["minio", "RELEASE.2025-01-02T03-04-05Z", "RELEASE.2024-12-31T23-59-59Z", false],
  ];
  for (const [type, from, to, allowed] of cases) {
    it(`of ${type} from ${from} to ${to} is ${allowed ? "allowed" : "refused"}`, () => {
      const [old, now] = [from, to].map((version) =>
        cluster({ backends: { [type]: { version } } }),
      );
      const rules = verdictOn(now ?? {}, old).problems.map(({ rule }) => rule);
      assert.deepEqual(rules, allowed ? [] : ["version-change"]);
    });
  }
});

describe("the reconciler's verdict", () => {
  it("excuses nothing, since it has no stored object to compare with", () => {
    assert.equal(validator.judge(admitted(cluster(MISSING)), {}).kind, "invalid");
  });

  it("leaves its input as it is and gives a defaulted object", () => {
    const object = Object.freeze(admitted(cluster({ ingress: { host: "a.example.com" } })));
    const before = JSON.stringify(object);
    const verdict = validator.judge(object, {});
    assert.equal(JSON.stringify(object), before);
    assert.ok(verdict.kind === "valid" && verdict.object.spec.ingress?.enabled === true);
  });
});

describe("rules", () => {
  it("say something sane of any object", () => {
    const spec = anyObject(shallow(schemaOf("v1alpha2"), 7).properties?.["spec"] ?? {}, []);
    fc.assert(
      fc.property(spec, spec, (now, old) => {
        const before = { ...cluster({}), spec: old };
        const { problems, warnings } = rulesOf({ ...cluster({}), spec: now }, { old: before });
        for (const { path, message } of [...problems, ...warnings]) {
          assert.ok(path.length > 0 && message.length < 600 && !message.includes("\n"));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("hints", () => {
  const cases: readonly (readonly [
    version: string,
    path: readonly (string | number)[],
    value: unknown,
    hint: string | undefined,
  ])[] = [
    [
      "v1alpha2",
      ["spec", "patterns", 0, "type"],
      "Deployment",
      "set workload: Deployment; type names the runner",
    ],
    ["v1alpha2", ["spec", "patterns", 0, "type"], "Key_Value", undefined],
    ["v1alpha2", ["spec", "patterns", 0, "backends", 1], "redis", "write {name: redis}"],
    ["v1alpha2", ["spec", "patterns", 0, "backends", 1], "redis://a:b@c", undefined],
    ["v1alpha2", ["spec", "backends", "redis", "storage"], "1Gi", "write {size: 1Gi}"],
    [
      "v1alpha2",
      ["spec", "backends", "redis", "config", "a"],
      true,
      'write it as a string: "true"',
    ],
    ["v1alpha2", ["spec", "proxy", "replicas"], "3", "write 3 without quotes"],
    [
      "v1alpha1",
      ["spec", "patterns", 0, "type"],
      "keyvalue",
      "in v1alpha1 type is the kind of workload, and the name says which runner it is",
    ],
    ["v1alpha1", ["spec", "patterns", 0, "backends", 0], { name: "redis" }, "write redis"],
    ["v1alpha1", ["spec", "backends", "redis", "storage"], { size: "1Gi" }, "write storage: 1Gi"],
    ["v1", ["spec", "proxy", "replicas"], "3", undefined],
    ["constructor", ["spec"], "3", undefined],
  ];
  for (const [version, path, value, hint] of cases) {
    it(`${version} ${printPath(path)} ${JSON.stringify(value)}`, () => {
      assert.equal(hintFor(version, path, value), hint);
    });
  }
});
