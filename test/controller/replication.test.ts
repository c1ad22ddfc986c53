import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Intent } from "../../src/controller/ownership.ts";
import type { Cache, JsonPatchOperation, Writer } from "../../src/controller/ports.ts";
import {
  foundSets,
  type ReplicationContext,
  replicationPass,
  withPrimaries,
} from "../../src/controller/replication.ts";
import { CONFIG_MAP, POD, type Resource } from "../../src/controller/resource.ts";
import type { StagedChild } from "../../src/controller/stage-pass.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const NOW = new Date("2026-05-01T10:00:00Z");
const SECONDS = NOW.getTime() / 1_000;
const LONG_AGO = "2026-05-01T09:00:00Z";
const SIGNAL = new AbortController().signal;
const OWNER: KubeObject = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "demo", namespace: "prism" },
};

/** What a writer was asked for, one line each. */
interface Asked {
  readonly lines: string[];
  readonly writer: Writer;
}

function recording(refuses = "", kind: "invalid" | "conflict" = "invalid"): Asked {
  const lines: string[] = [];
  const answer = (object: KubeObject, line: string) => {
    lines.push(line);
    const failure = { kind, code: 422, reason: "Invalid", message: "test" } as const;
    const result =
      line.startsWith(refuses) && refuses !== ""
        ? ({ ok: false, failure } as const)
        : ({ ok: true, value: object } as const);
    return Promise.resolve(result);
  };
  const writer: Writer = {
    apply: (object) => answer(object, `apply ${object.metadata.name}`),
    holdReplicas: (object) => answer(object, `hold ${object.metadata.name}`),
    create: (object) =>
      answer(object, `create ${object.metadata.name} ${JSON.stringify(object["data"])}`),
    patch: (object, operations) =>
      answer(object, `patch ${object.metadata.name} ${operations.map(shown).join(" ")}`),
    report: (object) => answer(object, `report ${object.metadata.name}`),
    remove: async (object) => {
      await answer(object, `remove ${object.metadata.name}`);
      return { ok: true, value: undefined };
    },
    list: () => Promise.resolve({ ok: true, value: [] }),
    fetch: (_, { name }) => answer(OWNER, `fetch ${name}`),
  };
  return { lines, writer };
}

function shown({ op, path, value }: JsonPatchOperation): string {
  const last = path.split("/").at(-1)?.replace("~1", "/");
  const text = typeof value === "object" ? Object(value).record : value;
  return value === undefined ? `${op}:${last}` : `${op}:${last}=${text}`;
}

function cacheOf(objects: ReadonlyMap<Resource, readonly KubeObject[]>): Cache {
  return {
    read: (resource, { name }) =>
      objects.get(resource)?.find(({ metadata }) => metadata.name === name),
    list: (resource) => objects.get(resource) ?? [],
    all: () => [],
    controlledBy: () => [],
    serves: () => true,
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
  };
}

function record(line: string, pod: string): KubeObject {
  const metadata = { name: "redis-primary", namespace: "prism", resourceVersion: "7" };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: { record: line, since: LONG_AGO, pod },
  };
}

function pod(
  ordinal: number,
  isReady: boolean,
  more: Partial<KubeObject["metadata"]> = {},
): KubeObject {
  const conditions = [
    { type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: LONG_AGO },
  ];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `redis-${ordinal}`,
      namespace: "prism",
      uid: `u${ordinal}`,
      ...more,
      labels: { app: "redis", ...more.labels },
    },
    spec: { volumes: [{ name: "primary" }] },
    status: { phase: "Running", conditions },
  };
}

function staged(members = 3, desired = 3): StagedChild {
  const object: KubeObject = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      name: "redis",
      namespace: "prism",
      labels: { app: "redis" },
      annotations: { "prism.io/intent-hash": "h" },
    },
  };
  const component = { kind: "backend", name: "redis" } as const;
  const child = {
    stage: "backends",
    component,
    lifetime: "owned",
    object,
    replication: { members },
  } as const;
  const intent: Intent = { child, object, hash: "h", fingerprint: "f" };
  return {
    intent,
    live: object,
    action: "none",
    health: { ready: true, desired, available: desired, updated: desired },
  };
}

function contextOf(
  asked: Asked,
  map: KubeObject | undefined,
  pods: readonly KubeObject[],
): ReplicationContext {
  const objects = new Map([
    [CONFIG_MAP, map === undefined ? [] : [map]],
    [POD, pods],
  ] as const);
  return { cache: cacheOf(objects), writer: asked.writer, wallClock: () => NOW };
}

describe("members that have no record yet", () => {
  it("get one before their StatefulSet: the first of them founds, in a term that no volume has seen", async () => {
    const asked = recording();
    await foundSets([staged().intent], contextOf(asked, undefined, []), SIGNAL);
    equal(asked.lines.length, 1);
    match(
      asked.lines[0] ?? "",
      new RegExp(`^create redis-primary .*"${SECONDS} redis-0 ${SECONDS} 3 quorum"`),
    );
  });

  it("say so where somebody else has a ConfigMap of that name, and keep nothing else from being done", async () => {
    const asked = recording("create", "conflict");
    const context = contextOf(asked, undefined, [pod(0, false)]);
    equal(await foundSets([staged().intent], context, SIGNAL), undefined);
    const [step] = await replicationPass([staged()], OWNER, context, SIGNAL);
    match(step?.note ?? "", /^ConfigMap redis-primary does not say who the primary is/);
    equal(asked.lines.length, 1);
  });

  it("keep the one they have", async () => {
    const asked = recording();
    await foundSets(
      [staged().intent],
      contextOf(asked, record("12 redis-1 10 3 quorum", "u1"), []),
      SIGNAL,
    );
    deepEqual(asked.lines, []);
  });

  it("are not founded over volumes that several members have written", async () => {
    const asked = recording();
    const annotations = { "prism.io/data-type": "redis", "prism.io/data-members": "3" };
    const claim: KubeObject = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data-redis-1", namespace: "prism", annotations },
    };
    const { cache, ...rest } = contextOf(asked, undefined, []);
    const withClaim: Cache = {
      ...cache,
      list: (resource) => (resource.kind === "PersistentVolumeClaim" ? [claim] : []),
    };
    await foundSets([staged().intent], { ...rest, cache: withClaim }, SIGNAL);
    match(asked.lines[0] ?? "", new RegExp(`"${SECONDS} redis-0 1 3 quorum"`));
  });
});

describe("a primary that is lost", () => {
  const line = "12 redis-0 10 3 quorum";
  const told = { "prism.io/replication": line };

  it("is replaced over the record that was read, and clients are led away from it before they are led on", async () => {
    const asked = recording();
    const pods = [
      pod(0, false, { labels: { "prism.io/role": "primary" }, annotations: told }),
      pod(1, true, { annotations: told }),
      pod(2, true, { annotations: told }),
    ];
    const [step] = await replicationPass(
      [staged()],
      OWNER,
      contextOf(asked, record(line, "u0"), pods),
      SIGNAL,
    );
    const next = "13 redis-1 10 3 quorum";
    deepEqual(asked.lines, [
      `patch redis-primary test:resourceVersion=7 replace:data=${next}`,
      `patch redis-0 test:uid=u0 add:prism.io/replication=${next} remove:prism.io/role`,
      `patch redis-2 test:uid=u2 add:prism.io/replication=${next}`,
      `patch redis-1 test:uid=u1 add:prism.io/replication=${next} add:prism.io/role=primary`,
    ]);
    match(step?.news ?? "", /^redis-1 is the primary of term 13: redis-0 is not ready$/);
  });

  it("stays what it was for all who look where the record was changed by another", async () => {
    const asked = recording("patch redis-primary");
    const pods = [pod(1, true, { annotations: told }), pod(2, true, { annotations: told })];
    const [step] = await replicationPass(
      [staged()],
      OWNER,
      contextOf(asked, record(line, "u0"), pods),
      SIGNAL,
    );
    equal(step?.failure?.kind, "conflict");
    equal(asked.lines.length, 1);
  });
});

describe("members that are well", () => {
  const line = "12 redis-0 10 3 quorum";
  const annotations = { "prism.io/replication": line };
  const primary = pod(0, true, { annotations, labels: { "prism.io/role": "primary" } });
  const well = [primary, pod(1, true, { annotations }), pod(2, true, { annotations })];

  it("are left alone", async () => {
    const asked = recording();
    const [step] = await replicationPass(
      [staged()],
      OWNER,
      contextOf(asked, record(line, "u0"), well),
      SIGNAL,
    );
    deepEqual(asked.lines, []);
    equal(step?.note, "redis-0 is the primary");
  });

  it("are told again where a pod is new", async () => {
    const asked = recording();
    const pods = [primary, pod(1, false), pod(2, true, { annotations })];
    await replicationPass([staged()], OWNER, contextOf(asked, record(line, "u0"), pods), SIGNAL);
    deepEqual(asked.lines, [`patch redis-1 test:uid=u1 add:prism.io/replication=${line}`]);
  });

  it("are not ready while there are more of them than asked for, or none of them leads", async () => {
    const child = staged(3, 5);
    const context = contextOf(recording(), record(line, "u0"), well);
    const [many] = withPrimaries([child], await replicationPass([child], OWNER, context, SIGNAL));
    match(many?.health.message ?? "", /^2 more members than asked for/);
    const founding = contextOf(recording(), record("10 redis-0 10 3 quorum", ""), [pod(0, false)]);
    const set = staged();
    const [unled] = withPrimaries([set], await replicationPass([set], OWNER, founding, SIGNAL));
    equal(unled?.health.ready, false);
    ok(unled?.health.message);
  });

  it("know better than a record from a backup", async () => {
    const asked = recording();
    const old = record("11 redis-2 10 3 quorum", "u2");
    await replicationPass([staged()], OWNER, contextOf(asked, old, well), SIGNAL);
    deepEqual(asked.lines, [`patch redis-primary test:resourceVersion=7 replace:data=${line}`]);
  });

  it("have no clients while the first of them founds", async () => {
    const asked = recording();
    const pods = [pod(0, false)];
    await replicationPass(
      [staged()],
      OWNER,
      contextOf(asked, record("10 redis-0 10 3 quorum", ""), pods),
      SIGNAL,
    );
    deepEqual(asked.lines, [
      "patch redis-0 test:uid=u0 add:prism.io/replication=10 redis-0 10 3 quorum",
    ]);
  });
});
