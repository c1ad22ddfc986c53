import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { JsonRecord } from "../../src/domain/json-object.ts";
import type { Judged } from "../../webhooks/judge.ts";
import { type JudgePair, rememberingJudges } from "../../webhooks/judgement-memory.ts";
import { hubExample } from "./reviews.ts";
import { repositoryKinds } from "./webhook-fixture.ts";

/** Made once: making it takes longer than a judgement. */
const EXAMPLE = hubExample();
let asked: number;
const warning = (count: number) => ({ path: [], message: `${count}` });
let judges: JudgePair;
beforeEach(() => {
  asked = 0;
  judges = rememberingJudges(() => ({ problems: [], warnings: [warning(++asked)] }));
});

const [kind] = repositoryKinds();
assert.ok(kind);
const ask = (changes: Partial<Judged> = {}, webhook: keyof JudgePair = "mutate") =>
  judges[webhook](kind, {
    object: EXAMPLE,
    old: undefined,
    version: "v1alpha2",
    neighbours: [],
    bytes: 3_000,
    ...changes,
  }).warnings[0]?.message;

const withMetadata = (changes: object): JsonRecord => {
  return { ...EXAMPLE, metadata: { ...(EXAMPLE["metadata"] as object), ...changes } };
};
const neighbour = (resourceVersion: string) => ({
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "other", uid: "u", resourceVersion },
});

describe("a remembering judge", () => {
  it("asks once what is asked again, also after the API server wrote its metadata", () => {
    assert.equal(ask(), "1");
    assert.equal(ask(), "1");
    const later = {
      uid: "u",
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: [{}],
    };
    assert.equal(ask({ object: withMetadata(later) }), "1");
  });

  const differences: readonly [string, Partial<Judged>][] = [
    ["another version", { version: "v1alpha1" }],
    ["another spec", { object: { ...hubExample(), spec: {} } }],
    ["another name", { object: withMetadata({ name: "other" }) }],
    ["an annotation", { object: withMetadata({ annotations: { a: "b" } }) }],
    ["a key named __proto__", { object: { ...hubExample(), spec: JSON.parse('{"__proto__":1}') } }],
    ["an old object", { old: hubExample() }],
    ["a neighbour", { neighbours: [neighbour("1")] }],
  ];
  for (const [name, changes] of differences) {
    it(`asks again for ${name}`, () => {
      assert.equal(ask(), "1");
      assert.equal(ask(changes), "2");
      assert.equal(ask(), "1");
      assert.equal(ask(changes), "2");
    });
  }

  it("asks again when a neighbour changed", () => {
    assert.equal(ask({ neighbours: [neighbour("1")] }), "1");
    assert.equal(ask({ neighbours: [neighbour("2")] }), "2");
  });

  it("tells integers beyond 2^53 apart", () => {
    const big = (status: bigint): JsonRecord => ({ ...EXAMPLE, status });
    assert.equal(ask({ object: big(2n ** 60n) }), "1");
    assert.equal(ask({ object: big(2n ** 60n) }), "1");
    assert.equal(ask({ object: big(2n ** 60n + 1n) }), "2");
  });

  it("keeps nothing that is too large", () => {
    assert.deepEqual([ask({ bytes: 100_000 }), ask({ bytes: 100_000 })], ["1", "2"]);
  });

  it("forgets the oldest of many names first", () => {
    for (let index = 0; index < 300; index++) ask({ object: withMetadata({ name: `n${index}` }) });
    assert.equal(ask({ object: withMetadata({ name: "n299" }) }), "300");
    assert.equal(ask({ object: withMetadata({ name: "n60" }) }), "61");
    assert.equal(ask({ object: withMetadata({ name: "n0" }) }), "301");
  });

  it("forgets the oldest of many changes to one name first", () => {
    for (let index = 0; index < 5; index++) ask({ object: withMetadata({ labels: { index } }) });
    assert.equal(ask({ object: withMetadata({ labels: { index: 1 } }) }), "2");
    assert.equal(ask({ object: withMetadata({ labels: { index: 0 } }) }), "6");
  });

  it("answers /validate from what /mutate found sound, and keeps nothing of its own", () => {
    assert.equal(ask({}, "validate"), "1");
    assert.equal(ask({}, "validate"), "2");
    assert.equal(ask({}, "mutate"), "3");
    assert.equal(ask({}, "validate"), "3");
    assert.equal(ask({ version: "v1alpha1" }, "validate"), "4");
  });

  it("judges an object again whose keys come in another order", () => {
    const { spec, ...others } = EXAMPLE;
    assert.equal(ask(), "1");
    assert.equal(ask({ object: { spec, ...others } }, "validate"), "2");
  });

  it("remembers no refusal", () => {
    const problem = { path: [], reason: "FieldValueInvalid", message: "", rule: "" } as const;
    judges = rememberingJudges(() => ({ problems: [problem], warnings: [warning(++asked)] }));
    assert.deepEqual([ask(), ask(), ask({}, "validate")], ["1", "2", "3"]);
  });
});
