import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { markings, marksOf } from "../../src/controller/data-marks.ts";
import type { Cache } from "../../src/controller/ports.ts";
import type { StagedChild } from "../../src/controller/stage-pass.ts";
import type { DataMark } from "../../src/domain/data-mark.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const POSTGRES: DataMark = { type: "postgres", version: "16-alpine", members: 1 };
const NOTED = {
  "prism.io/data-type": "postgres",
  "prism.io/data-version": "16-alpine",
  "prism.io/data-members": "1",
};

function claim(name: string, annotations?: Record<string, string>): KubeObject {
  const metadata = { name, namespace: "prism", ...(annotations && { annotations }) };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata };
}

/** A cache of nothing but claims. */
function cacheOf(...claims: readonly KubeObject[]): Cache {
  return {
    read: () => undefined,
    controlledBy: () => [],
    all: () => [],
    list: () => claims,
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
    serves: () => true,
  };
}

function setOf(image: string): KubeObject {
  const metadata = { name: "postgres", namespace: "prism" };
  const spec = { template: { spec: { containers: [{ name: "postgres", image }] } } };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec };
}

function staged(more: Partial<StagedChild> = {}, data = POSTGRES): StagedChild {
  const object = setOf("postgres:16-alpine");
  const component = { kind: "backend", name: "postgres" } as const;
  const child = { stage: "backends", component, lifetime: "owned", object, data } as const;
  return {
    intent: { child, object, hash: "h", fingerprint: "f" },
    live: object,
    action: "none",
    health: { ready: true, desired: 1, available: 1, updated: 1 },
    ...more,
  };
}

const ADDED = Object.entries(NOTED).map(([key, value]) => ({
  op: "add",
  path: `/metadata/annotations/${key.replace("/", "~1")}`,
  value,
}));

describe("a claim of a ready server", () => {
  it("is noted with what it holds, also where it has no annotation yet", () => {
    const bare = claim("data-postgres-0");
    deepEqual(markings(cacheOf(bare), [staged()]), [
      {
        object: bare,
        operations: [{ op: "add", path: "/metadata/annotations", value: {} }, ...ADDED],
      },
    ]);
  });

  it("is left alone when the note is there", () => {
    deepEqual(markings(cacheOf(claim("data-postgres-0", NOTED)), [staged()]), []);
  });

  it("gets what changed, and loses a version that is not known any more", () => {
    const noted = claim("data-postgres-0", NOTED);
    const operationsOf = (version: string | undefined) =>
      markings(cacheOf(noted), [staged({}, { ...POSTGRES, version })])[0]?.operations;
    const path = "/metadata/annotations/prism.io~1data-version";
    deepEqual(operationsOf("16.9"), [{ op: "add", path, value: "16.9" }]);
    deepEqual(operationsOf(undefined), [{ op: "remove", path }]);
  });

  it("of another workload or of a member that is gone is not touched", () => {
    const others = ["data-postgres-1", "data-postgres", "data-postgres-x-0", "data-redis-0"];
    deepEqual(markings(cacheOf(...others.map((name) => claim(name))), [staged()]), []);
  });
});

const unsettled: readonly (readonly [string, Partial<StagedChild>])[] = [
  ["not ready", { health: { ready: false, desired: 1, available: 0, updated: 1 } }],
  ["only just updated", { action: "updated" }],
  ["running what it was taken over with", { live: setOf("postgres:15") }],
];

describe("nothing is noted of a server that is", () => {
  for (const [title, more] of unsettled) {
    it(title, () => deepEqual(markings(cacheOf(claim("data-postgres-0")), [staged(more)]), []));
  }
});

describe("the notes of a workload", () => {
  const key = { namespace: "prism", name: "postgres" };

  it("are read by ordinal", () => {
    const cache = cacheOf(claim("data-postgres-10", NOTED), claim("data-postgres-2", NOTED));
    deepEqual(
      marksOf(cache, key).map(({ claim: name, ordinal, mark }) => [name, ordinal, mark]),
      [
        ["data-postgres-2", 2, POSTGRES],
        ["data-postgres-10", 10, POSTGRES],
      ],
    );
  });

  it("count as none when somebody else wrote them", () => {
    const odd = [
      claim("data-postgres-0"),
      claim("data-postgres-1", { ...NOTED, "prism.io/data-members": "many" }),
      claim("data-postgres-2", { ...NOTED, "prism.io/data-type": "a b" }),
    ];
    deepEqual(marksOf(cacheOf(...odd), key), []);
    const [noVersion] = marksOf(
      cacheOf(claim("data-postgres-0", { ...NOTED, "prism.io/data-version": "a\nb" })),
      key,
    );
    deepEqual(noVersion?.mark.version, undefined);
  });
});
