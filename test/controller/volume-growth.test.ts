import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { intentOf } from "../../src/controller/ownership.ts";
import type { Cache } from "../../src/controller/ports.ts";
import type { StagedChild } from "../../src/controller/stage-pass.ts";
import { podsToRestart, withVolumes } from "../../src/controller/volume-growth.ts";
import type { JsonObject, KubeObject } from "../../src/domain/kube-object.ts";

const PENDING_SINCE = "2026-01-01T00:00:10Z";
const BEFORE = "2026-01-01T00:00:00Z";
const AFTER = "2026-01-01T00:00:20Z";

function claim(ordinal: number, status: JsonObject): KubeObject {
  const metadata = { name: `data-redis-${ordinal}`, namespace: "prism" };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, status };
}

function waiting(ordinal: number): KubeObject {
  const type = "FileSystemResizePending";
  const condition = { type, status: "True", lastTransitionTime: PENDING_SINCE };
  return claim(ordinal, { capacity: { storage: "1Gi" }, conditions: [condition] });
}

function pod(ordinal: number, creationTimestamp: string, deletionTimestamp?: string): KubeObject {
  const volume = { persistentVolumeClaim: { claimName: `data-redis-${ordinal}` } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `redis-${ordinal}`,
      namespace: "prism",
      creationTimestamp,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { volumes: [volume] },
  };
}

/** A StatefulSet that asks for 2Gi. */
function staged(replicas: number, ready = true): StagedChild {
  const requests = { storage: "2Gi" };
  const template = { metadata: { name: "data" }, spec: { resources: { requests } } };
  const object: KubeObject = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "redis", namespace: "prism" },
    spec: { replicas, volumeClaimTemplates: [template] },
  };
  const component = { kind: "backend", name: "redis" } as const;
  const owner = { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster", metadata: { name: "a" } };
  const child = { stage: "backends", component, lifetime: "owned", object } as const;
  const intent = intentOf(child, owner, (text) => String(text.length));
  const health = { ready, desired: replicas, available: replicas, updated: replicas };
  return { intent, live: object, action: "none", health };
}

function cacheOf(...claims: readonly KubeObject[]): Cache {
  return {
    read: () => undefined,
    list: ({ kind }) => claims.filter((one) => one.kind === kind),
    controlledBy: () => [],
    all: () => [],
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
    serves: () => true,
  };
}

const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

describe("pods whose file system grows only as they start", () => {
  const restarted = (child: StagedChild, pods: readonly KubeObject[], ...claims: KubeObject[]) =>
    names(podsToRestart([child], pods, cacheOf(...claims)));
  const two = [pod(0, BEFORE), pod(1, BEFORE)];

  it("start anew from the last member on", () => {
    deepEqual(restarted(staged(2), two, waiting(0), waiting(1)), ["redis-1"]);
  });
  it("wait while the workload is not whole", () => {
    deepEqual(restarted(staged(2, false), two, waiting(0), waiting(1)), []);
  });
  it("wait while another one goes, is not there yet, or has started and not got its size", () => {
    for (const other of [[pod(1, BEFORE, AFTER)], [], [pod(1, AFTER)]]) {
      deepEqual(restarted(staged(2), [pod(0, BEFORE), ...other], waiting(0), waiting(1)), []);
    }
  });
  it("go on when the one before has its size", () => {
    const grown = claim(1, { capacity: { storage: "2Gi" } });
    deepEqual(restarted(staged(2), [pod(0, BEFORE), pod(1, AFTER)], waiting(0), grown), [
      "redis-0",
    ]);
  });
  it("do not wait for a member that is not asked for", () => {
    deepEqual(restarted(staged(1), [pod(0, BEFORE)], waiting(0), waiting(1)), ["redis-0"]);
  });
});

describe("a volume", () => {
  const notes = (...claims: KubeObject[]) => {
    const [child] = withVolumes([staged(1)], cacheOf(...claims), []);
    return [child?.warning, child?.note];
  };

  it("that somebody deleted is a warning while its pod still has it", () => {
    const gone = claim(0, { capacity: { storage: "2Gi" } });
    const going = { ...gone, metadata: { ...gone.metadata, deletionTimestamp: AFTER } };
    deepEqual(notes(going), [
      "VolumeGoing",
      "PersistentVolumeClaim data-redis-0 is deleted: its data goes as soon as its pod stops; save it first",
    ]);
  });
  it("is growing until something says otherwise", () => {
    deepEqual(notes(claim(0, { capacity: { storage: "1Gi" } })), [
      undefined,
      "its volumes are growing",
    ]);
  });
  it("is a warning in the words of the storage system", () => {
    const condition = { type: "NodeResizeError", status: "True", message: "no space left" };
    const failed = claim(0, { capacity: { storage: "1Gi" }, conditions: [condition] });
    equal(
      notes(failed).join(" "),
      "VolumeNotGrown its volumes cannot grow: PersistentVolumeClaim data-redis-0: no space left",
    );
    const state = { storage: "ControllerResizeInfeasible" };
    const refused = claim(0, { capacity: { storage: "1Gi" }, allocatedResourceStatuses: state });
    equal(notes(refused)[0], "VolumeNotGrown");
  });
});
