import { deepEqual, equal, fail } from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApiResult } from "../../src/controller/api-result.ts";
import type { Cache, EventReason, Propagation, Writer } from "../../src/controller/ports.ts";
import { Reconciler } from "../../src/controller/reconciler.ts";
import { RolloutSlots } from "../../src/controller/rollout-slots.ts";
import { reconciledKind } from "../../src/controllers.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { admittedKinds, loadCrds } from "../../src/kinds.ts";
import { goldenCase } from "../domain/prism-cluster/children-case.ts";

const [admitted] = admittedKinds(loadCrds());
const kind = (admitted && reconciledKind(admitted)) ?? fail("PrismCluster is not rendered");
const KEY = "prism/prism-local";
const NOW = Date.parse("2026-01-01T00:10:00Z");
const FORBIDDEN: ApiResult<never> = {
  ok: false,
  failure: { kind: "forbidden", code: 403, reason: "Forbidden", message: "not here" },
};

function cluster(metadata: object = {}): KubeObject {
  const { metadata: given, ...rest } = goldenCase("local-example");
  const own = { uid: "u1", generation: 1, finalizers: ["prism.io/cleanup"] };
  return { ...rest, metadata: { ...given, ...own, ...metadata } };
}

/** A reconciler of one cluster with these children, and what it told and wrote. */
function reconcilerOf(
  object: KubeObject,
  children: readonly KubeObject[] = [],
  kept: readonly KubeObject[] = [],
) {
  const told: string[] = [];
  const events: EventReason[] = [];
  const removed: string[] = [];
  const patched: string[] = [];
  const answers = { apply: FORBIDDEN as ApiResult<KubeObject> | undefined };
  const same = (written: KubeObject): Promise<ApiResult<KubeObject>> =>
    Promise.resolve({ ok: true, value: written });
  const writer: Writer = {
    apply: (written) => (answers.apply ? Promise.resolve(answers.apply) : same(written)),
    create: same,
    holdReplicas: same,
    report: same,
    patch: (written) => {
      patched.push(written.kind);
      return same(written);
    },
    remove: ({ kind: what, metadata }, propagation: Propagation) => {
      removed.push(`${what}/${metadata.name} ${propagation}`);
      return Promise.resolve({ ok: true, value: undefined });
    },
    list: () => Promise.resolve({ ok: true, value: [] }),
    fetch: () => Promise.resolve(FORBIDDEN),
  };
  const cache: Cache = {
    read: ({ kind: what }) => (what === "PrismCluster" ? object : undefined),
    list: ({ kind: what }) => [object, ...kept].filter((one) => one.kind === what),
    all: ({ kind: what }) => (what === "PrismCluster" ? [object] : []),
    controlledBy: () => children,
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
    serves: () => false,
  };
  const tell = (_: object, message: string): void => void told.push(message);
  const reconciler = new Reconciler({
    kind,
    cache,
    writer,
    events: (_, { reason }) => events.push(reason),
    observer: {
      wrote: () => undefined,
      applied: () => undefined,
      skipped: () => undefined,
      pruned: () => undefined,
      recreated: () => undefined,
      status: () => undefined,
    },
    log: { debug: () => undefined, info: tell, warn: tell, error: tell },
    settings: {
      images: { registry: "ghcr.io/prism", tag: "v0.0.0" },
      clusterDomain: "cluster.local",
      digest: (text) => String(text.length),
    },
    secrets: { password: () => "p", clusterId: () => "c", base64: (text) => btoa(text) },
    slots: new RolloutSlots({
      most: 1,
      release: "r",
      wake: () => undefined,
      standing: () => [],
    }),
    random: () => 0.5,
    now: () => 0,
    wallClock: () => new Date(NOW),
    resyncMs: 600_000,
    readsNamespaces: true,
    passId: () => "1",
  });
  const pass = () => reconciler.reconcile(KEY, new AbortController().signal);
  return { pass, told, events, removed, patched, answers };
}

const child = (what: string, apiVersion: string, name: string, stage: string): KubeObject => ({
  apiVersion,
  kind: what,
  metadata: {
    name,
    namespace: "prism",
    uid: name,
    annotations: { "prism.io/stage": stage },
    ownerReferences: [
      {
        apiVersion: "prism.io/v1alpha2",
        kind: "PrismCluster",
        name: "prism-local",
        uid: "u1",
        controller: true,
      },
    ],
  },
});

describe("a pass that fails again and again", () => {
  it("is told once, and once more when it works", async () => {
    const { pass, told, answers } = reconcilerOf(cluster());
    for (const _ of [1, 2, 3]) equal((await pass()).kind, "failed");
    const about = () => told.filter((message) => message.startsWith("Reconciling"));
    deepEqual(about(), ["Reconciling failed"]);
    answers.apply = undefined;
    equal((await pass()).kind, "again");
    deepEqual(about(), ["Reconciling failed", "Reconciling works again"]);
  });

  it("looks again within the resync and a fifth of it", async () => {
    const { pass, answers } = reconcilerOf(cluster());
    answers.apply = undefined;
    const outcome = await pass();
    equal(outcome.kind === "again" && outcome.afterMs <= 720_000, true);
  });
});

describe("a child that is no longer wanted", () => {
  const old = [
    child("Deployment", "apps/v1", "old-runner", "runners"),
    child("StatefulSet", "apps/v1", "old-backend", "backends"),
  ];

  it("stays while a step of the pass fails", async () => {
    const { pass, removed } = reconcilerOf(cluster(), old);
    equal((await pass()).kind, "failed");
    deepEqual(removed, []);
  });

  it("drains first, and stays while others may still use it", async () => {
    const { pass, removed, answers } = reconcilerOf(cluster(), old);
    answers.apply = undefined;
    equal((await pass()).kind, "again");
    deepEqual(removed, ["Deployment/old-runner Foreground"]);
  });
});

describe("a cluster that is deleted", () => {
  const children = [
    child("Deployment", "apps/v1", "consumer-runner", "runners"),
    child("Service", "v1", "consumer-runner", "runners"),
    child("StatefulSet", "apps/v1", "redis", "backends"),
  ];
  const kept = ["PersistentVolumeClaim", "Secret"].map((what): KubeObject => {
    const labels = { "prism.io/cluster": "prism-local" };
    return {
      apiVersion: "v1",
      kind: what,
      metadata: { name: "redis", namespace: "prism", labels },
    };
  });
  const deletedAt = (deletionTimestamp: string, deletionPolicy = "Retain") => {
    const object = cluster({ deletionTimestamp });
    const spec = { ...(object["spec"] as object), deletionPolicy };
    return reconcilerOf({ ...object, spec }, children, kept);
  };

  it("lets the pods of a stage end before the workload is gone, and keeps the rest until then", async () => {
    const { pass, removed, patched } = deletedAt("2026-01-01T00:09:00Z");
    equal((await pass()).kind, "again");
    deepEqual(removed, [
      "Deployment/consumer-runner Foreground",
      "Service/consumer-runner Background",
    ]);
    deepEqual(patched, []);
  });

  it("is let go after five minutes with a warning, and its children left to the garbage collector", async () => {
    const { pass, removed, patched, events } = deletedAt("2026-01-01T00:04:59Z");
    equal((await pass()).kind, "settled");
    deepEqual(removed, []);
    deepEqual(patched, ["PrismCluster"]);
    deepEqual(events, ["CleanupTimedOut"]);
  });

  it("takes its data along all the same where that was asked for", async () => {
    const { pass, removed, patched } = deletedAt("2026-01-01T00:04:59Z", "Delete");
    equal((await pass()).kind, "settled");
    deepEqual(removed, ["PersistentVolumeClaim/redis Background", "Secret/redis Background"]);
    deepEqual(patched, ["PrismCluster"]);
  });
});
