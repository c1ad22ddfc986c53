import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { misplaced } from "../../src/controller/claims.ts";
import { intentOf } from "../../src/controller/ownership.ts";
import type { Cache } from "../../src/controller/ports.ts";
import type { Child } from "../../src/domain/child.ts";
import type { JsonObject, KubeObject } from "../../src/domain/kube-object.ts";

const OWNER: KubeObject = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "demo", namespace: "prism", uid: "u-1" },
};

function claim(name: string, storageClassName?: string, phase = "Pending", app = "redis") {
  const spec: JsonObject = storageClassName === undefined ? {} : { storageClassName };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "prism", labels: { app } },
    spec,
    status: { phase },
  };
}

function workload(kind: string, spec: JsonObject = {}): KubeObject {
  return { apiVersion: "apps/v1", kind, metadata: { name: "redis", namespace: "prism" }, spec };
}

function setWith(storageClassName?: string): KubeObject {
  return workload("StatefulSet", { volumeClaimTemplates: [claim("data", storageClassName)] });
}

function intent(object: KubeObject) {
  const component = { kind: "backend", name: "redis" } as const;
  const child: Child = { stage: "backends", component, lifetime: "owned", object };
  return intentOf(child, OWNER, (text) => String(text.length));
}

/** Names of the claims that are given up, where these objects are live. */
function givenUp(wanted: KubeObject, ...live: readonly KubeObject[]): readonly string[] {
  const cache: Cache = {
    read: ({ kind }, { name }) =>
      live.find((one) => one.kind === kind && one.metadata.name === name),
    list: ({ kind }) => live.filter((one) => one.kind === kind),
    controlledBy: () => [],
    all: () => [],
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
    serves: () => true,
  };
  return misplaced(cache, [intent(wanted)]).map(({ metadata }) => metadata.name);
}

describe("a claim that was never bound, of a workload that comes back", () => {
  it("is given up when another class is asked for", () => {
    deepEqual(givenUp(setWith("slow"), claim("data-redis-0", "fast")), ["data-redis-0"]);
  });

  it("is given up as the single volume of a Deployment, too", () => {
    const wanted = claim("data-redis", "slow");
    deepEqual(givenUp(wanted, claim("data-redis", "fast")), ["data-redis"]);
    deepEqual(givenUp(wanted, claim("data-redis", "fast"), workload("Deployment")), []);
  });

  it("stays when the class is right, or left to the default", () => {
    deepEqual(givenUp(setWith(), claim("data-redis-0", "fast")), []);
    deepEqual(givenUp(setWith("fast"), claim("data-redis-0", "fast")), []);
  });

  it("stays once it is bound, whatever its class", () => {
    for (const phase of ["Bound", "Lost"]) {
      deepEqual(givenUp(setWith("slow"), claim("data-redis-0", "fast", phase)), []);
    }
    const bound = claim("data-redis-0", "fast");
    const chosen = { ...bound, spec: { ...bound.spec, volumeName: "pv-1" } };
    deepEqual(givenUp(setWith("slow"), chosen), []);
  });

  it("stays while the workload is there, or belongs to another", () => {
    deepEqual(givenUp(setWith("slow"), claim("data-redis-0", "fast"), setWith("fast")), []);
    deepEqual(givenUp(setWith("slow"), claim("data-redis-x-0", "fast")), []);
  });
});
