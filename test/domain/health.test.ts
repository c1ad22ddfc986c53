import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Child } from "../../src/domain/child.ts";
import { healthOf } from "../../src/domain/health.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

function child(kind: string, spec: object = {}): Child {
  const object = { apiVersion: "v1", kind, metadata: { name: "redis", namespace: "prism" }, spec };
  return {
    stage: "backends",
    component: { kind: "backend", name: "redis" },
    lifetime: "owned",
    object,
  };
}

function live(kind: string, status: object, more: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "redis", namespace: "prism", generation: 2 },
    spec: { replicas: 3 },
    status,
    ...more,
  };
}

const ROLLED = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

/** Kind, status, ready, reason. */
const workloads: readonly (readonly [string, string, object, boolean, string | undefined])[] = [
  ["all pods updated and available", "StatefulSet", ROLLED, true, undefined],
  ["all pods updated and available", "Deployment", ROLLED, true, undefined],
  [
    "a controller that has not seen the change",
    "Deployment",
    { ...ROLLED, observedGeneration: 1 },
    false,
    "Progressing",
  ],
  [
    "a pod that is not available",
    "StatefulSet",
    { ...ROLLED, availableReplicas: 2 },
    false,
    "Progressing",
  ],
  [
    "a pod of the old revision",
    "StatefulSet",
    { ...ROLLED, updatedReplicas: 2 },
    false,
    "RollingOut",
  ],
  ["an old pod beside the new ones", "Deployment", { ...ROLLED, replicas: 4 }, false, "RollingOut"],
  ["no status at all", "StatefulSet", {}, false, "Progressing"],
];

describe("a workload with", () => {
  for (const [title, kind, status, ready, reason] of workloads) {
    it(`${title} is ${ready ? "" : "not "}ready (${kind})`, () => {
      const health = healthOf(child(kind), live(kind, status), []);
      deepEqual([health.ready, health.reason], [ready, reason]);
      equal(health.message === undefined, ready);
    });
  }

  it("fewer pods than the child asks for is not ready, though its own count is reached", () => {
    equal(
      healthOf(child("Deployment", { replicas: 5 }), live("Deployment", ROLLED), []).ready,
      false,
    );
  });

  it("no replicas is ready without pods", () => {
    const idle = live("Deployment", { observedGeneration: 2 }, { spec: { replicas: 0 } });
    deepEqual(healthOf(child("Deployment", { replicas: 0 }), idle, []), {
      ready: true,
      desired: 0,
      available: 0,
      updated: 0,
    });
  });

  it("counts of another type is read as having none", () => {
    equal(
      healthOf(child("Deployment"), live("Deployment", { ...ROLLED, availableReplicas: "3" }), [])
        .available,
      0,
    );
  });
});

describe("a child that", () => {
  it("does not exist is missing", () => {
    deepEqual(healthOf(child("StatefulSet", { replicas: 3 }), undefined, []), {
      ready: false,
      desired: 3,
      available: 0,
      updated: 0,
      reason: "Missing",
      message: "is not created yet",
    });
  });

  it("is being deleted is not ready", () => {
    const metadata = { name: "redis", deletionTimestamp: "2026-01-01T00:00:00Z" };
    equal(healthOf(child("Service"), live("Service", {}, { metadata }), []).reason, "Deleting");
  });
});

const judged: readonly (readonly [string, object, boolean])[] = [
  ["Service", {}, true],
  ["PersistentVolumeClaim", { phase: "Pending" }, true],
  ["PersistentVolumeClaim", { phase: "Lost" }, false],
  ["ScaledObject", {}, true],
  [
    "ScaledObject",
    { conditions: [{ type: "Ready", status: "False", message: "no metric" }] },
    false,
  ],
  ["Certificate", {}, false],
  ["Certificate", { conditions: [{ type: "Ready", status: "True" }] }, true],
  ["HorizontalPodAutoscaler", { conditions: [{ type: "ScalingActive", status: "False" }] }, true],
];

describe("objects without pods", () => {
  for (const [kind, status, ready] of judged) {
    it(`${kind} with ${JSON.stringify(status)} is ${ready ? "" : "not "}ready`, () => {
      equal(healthOf(child(kind), live(kind, status), []).ready, ready);
    });
  }
});
