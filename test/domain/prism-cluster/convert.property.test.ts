import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { CONVERSION_DATA } from "../../../src/domain/conversion/conversion-data.ts";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { prismClusterConverter } from "../../../src/domain/prism-cluster/convert.ts";
import { anyObject, propertyNames, shallow } from "./any-object.ts";
import { schemaOf } from "./crd.ts";

const HUB = "prism.io/v1alpha2";
const OLDER = "prism.io/v1alpha1";

/** `PRISM_FUZZ_RUNS=1000000 node --test <this file>` is the long form (CONV-8). */
const RUNS = Number(process.env["PRISM_FUZZ_RUNS"] ?? 1000);

const hubSpec = shallow(schemaOf("v1alpha2"), 6).properties?.["spec"] ?? {};
const olderSpec = shallow(schemaOf("v1alpha1"), 6).properties?.["spec"] ?? {};
const names = [...propertyNames(hubSpec), ...propertyNames(olderSpec)];

const metadata = fc.oneof(
  fc.constant({ name: "a", namespace: "b" }),
  fc.constant({ name: "a", annotations: { x: "y" }, labels: null, managedFields: [{ a: 1 }] }),
  fc.constantFrom<unknown>(undefined, null, 5, {}, { annotations: 7 }, { annotations: {} }),
);

function objects(apiVersion: string): fc.Arbitrary<JsonRecord> {
  const spec = anyObject(apiVersion === HUB ? hubSpec : olderSpec, names);
  return fc
    .record({
      apiVersion: fc.constant(apiVersion),
      kind: fc.constant("PrismCluster"),
      metadata,
      spec: fc.option(spec, { nil: undefined }),
      status: fc.constantFrom<unknown>(undefined, { phase: "Running" }, null),
    })
    .map((object) => without(object, (value) => value === undefined));
}

function without(record: JsonRecord, drop: (value: unknown) => boolean): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !drop(value)));
}

function convert(object: JsonRecord, version: string): JsonRecord {
  const conversion = prismClusterConverter.convert(object, version);
  assert.equal(conversion.kind, "converted");
  return conversion.object;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** What the API server sees: text in, text out. bigint stands for integers beyond 2^53. */
function same(actual: unknown, expected: unknown): boolean {
  return isDeepStrictEqual(actual, expected);
}

describe("any object of any JSON", () => {
  for (const [from, to] of [
    [HUB, OLDER],
    [OLDER, HUB],
  ] as const) {
    it(`comes back unchanged from ${from} through ${to}`, () => {
      fc.assert(
        fc.property(objects(from), (object) => {
          const there = convert(deepFreeze(object), to);
          assert.equal(there["apiVersion"], to);
          const back = convert(deepFreeze(there), from);
          assert.ok(same(back, object), "the way there and back changed the object");
        }),
        { numRuns: RUNS },
      );
    });

    it(`converts alike from ${from} twice`, () => {
      fc.assert(
        fc.property(objects(from), (object) => same(convert(object, to), convert(object, to))),
        { numRuns: RUNS / 10 },
      );
    });

    it(`converts parts from ${from} to the matching parts`, () => {
      fc.assert(
        fc.property(objects(from), fc.infiniteStream(fc.boolean()), (object, coin) => {
          const [left, right] = split(object["spec"], coin);
          const parts = [left, right].map((spec) => bareSpec(convert({ ...object, spec }, to)));
          const whole = bareSpec(convert(object, to));
          assert.ok(same(union(parts[0], parts[1]), union(whole, whole)));
        }),
        { numRuns: RUNS },
      );
    });
  }
});

/** Spreads the fields of nested objects over two objects; lists and other values stay whole. */
function split(value: unknown, coin: fc.Stream<boolean>): [unknown, unknown] {
  if (!isRecord(value)) return coin.next().value ? [value, undefined] : [undefined, value];
  const sides: [[string, unknown][], [string, unknown][]] = [[], []];
  for (const [key, inner] of Object.entries(value)) {
    const parts = split(inner, coin);
    if (parts[0] !== undefined) sides[0].push([key, parts[0]]);
    if (parts[1] !== undefined) sides[1].push([key, parts[1]]);
  }
  return [Object.fromEntries(sides[0]), Object.fromEntries(sides[1])];
}

function union(left: unknown, right: unknown): unknown {
  if (!isRecord(left) || !isRecord(right)) return left === undefined ? right : left;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  const own = (record: JsonRecord, key: string) =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  return Object.fromEntries([...keys].map((key) => [key, union(own(left, key), own(right, key))]));
}

function bareSpec(object: JsonRecord): unknown {
  return object["spec"];
}

describe("the annotation", () => {
  const path = fc.array(
    fc.oneof(
      fc.constantFrom(
        "spec",
        "proxy",
        "service",
        "patterns",
        "backends",
        "redis",
        "storage",
        ...names,
      ),
      fc.nat({ max: 3 }),
      fc.constantFrom({ item: "keyvalue" }, { item: "redis" }, { insert: 1 }, { insert: 1e9 }),
    ),
    { maxLength: 6 },
  );
  const data = fc.record({
    format: fc.constantFrom(1, 2),
    from: fc.constantFrom(HUB, OLDER),
    fields: fc.array(fc.tuple(path, fc.jsonValue()), { maxLength: 4 }),
    made: fc.constantFrom(undefined, { at: "metadata" }, { at: "annotations", instead: 3 }, 5),
  });
  const text = fc.oneof(
    data.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
    fc.nat(),
  );

  it("may hold anything and only adds fields that the other version cannot say", () => {
    fc.assert(
      fc.property(objects(OLDER), text, (object, annotation) => {
        const carrying = {
          ...object,
          metadata: { annotations: { [CONVERSION_DATA]: annotation } },
        };
        const hub = convert(deepFreeze(carrying), HUB);
        const bare = convert({ ...object, metadata: {} }, HUB);
        assert.ok(same(visible(hub), visible(bare)), "the annotation changed what v1alpha1 says");
      }),
      { numRuns: RUNS },
    );
  });

  /** What a hub object says in v1alpha1. */
  function visible(hub: JsonRecord): unknown {
    return convert({ ...hub, metadata: {} }, OLDER)["spec"];
  }
});
