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

function podOf(name: string, ready: boolean): KubeObject {
  const status = { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] };
  const metadata = { name, namespace: "prism", labels: { app: "redis" } };
  return { apiVersion: "v1", kind: "Pod", metadata, status };
}

/** Title, kind, status (of three wanted), pods, message. */
const progress: readonly (readonly [string, string, object, readonly KubeObject[], string])[] = [
  [
    "the members that are not ready",
    "StatefulSet",
    { ...ROLLED, availableReplicas: 1, updatedReplicas: 2 },
    [podOf("redis-2", false), podOf("redis-0", true), podOf("redis-1", false)],
    "1 of 3 pods are available; not ready: redis-1, redis-2",
  ],
  [
    "a member of the new revision that is not ready, while all others are",
    "StatefulSet",
    { ...ROLLED, updatedReplicas: 1, availableReplicas: 2 },
    [podOf("redis-2", false)],
    "2 of 3 pods are available; not ready: redis-2",
  ],
  [
    "no pod by a generated name",
    "Deployment",
    { ...ROLLED, availableReplicas: 2 },
    [podOf("redis-5d4f8c7b9-x2z4q", false)],
    "2 of 3 pods are available",
  ],
  [
    "new pods that are not ready while the old ones serve",
    "Deployment",
    { ...ROLLED, replicas: 4 },
    [],
    "1 new pod is not ready; the old ones stay until it is",
  ],
  [
    "the same where most are not updated yet",
    "Deployment",
    { ...ROLLED, replicas: 5, updatedReplicas: 2 },
    [],
    "2 new pods are not ready; the old ones stay until they are",
  ],
  [
    "old pods that have to end",
    "Deployment",
    { ...ROLLED, replicas: 4, availableReplicas: 4 },
    [],
    "all pods are updated; 1 too many is to end",
  ],
  [
    "how far a roll-out is",
    "StatefulSet",
    { ...ROLLED, updatedReplicas: 2 },
    [],
    "2 of 3 pods are updated",
  ],
];

describe("the message of a workload that is not ready says", () => {
  for (const [title, kind, status, pods, message] of progress) {
    it(title, () => equal(healthOf(child(kind), live(kind, status), pods).message, message));
  }
});

/** Component, remedy. */
const remedies: readonly (readonly [Child["component"], string])[] = [
  [
    { kind: "backend", name: "redis" },
    "disable the backend and enable it with another storageClassName",
  ],
  [
    { kind: "pattern", name: "redis" },
    "remove the pattern and add it again with another storageClassName",
  ],
  [{ kind: "admin" }, "delete the PrismCluster and create it with another storageClassName"],
];

describe("a claim that is not bound", () => {
  const claim = (name: string, phase: string, storageClassName?: string): KubeObject => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "prism" },
    spec: storageClassName === undefined ? {} : { storageClassName },
    status: { phase },
  });
  const scheduled = {
    type: "PodScheduled",
    status: "False",
    message: "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
  };
  const stuck = { ...podOf("redis-0", false), status: { conditions: [scheduled] } };
  const event = {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e" },
    regarding: { name: "data-redis-0" },
    reason: "ProvisioningFailed",
    note: 'storageclass.storage.k8s.io "fast" not found',
  };
  const healthWith = (
    component: Child["component"],
    claims: readonly KubeObject[],
    events = [event],
  ) =>
    healthOf(
      { ...child("StatefulSet"), component },
      live("StatefulSet", {}),
      [stuck],
      events,
      claims,
    );

  for (const [component, remedy] of remedies) {
    it(`is named with its class, the cause and the remedy (${component.kind})`, () => {
      const { reason, message } = healthWith(component, [claim("data-redis-0", "Pending", "fast")]);
      equal(reason, "VolumePending");
      equal(
        message,
        `PersistentVolumeClaim data-redis-0 of StorageClass fast is not bound: storageclass.storage.k8s.io "fast" not found; mend the class, or ${remedy}`,
      );
    });
  }

  it("says so before there are events, and without a class", () => {
    const { message } = healthWith({ kind: "admin" }, [claim("data-redis-0", "Pending")], []);
    equal(
      message?.startsWith(
        "PersistentVolumeClaim data-redis-0 of the default StorageClass is not bound; mend",
      ),
      true,
    );
  });

  it("of another workload, or one that is bound, explains nothing", () => {
    const others = [claim("data-redis-x-0", "Pending", "a"), claim("data-redis-0", "Bound", "b")];
    equal(healthWith({ kind: "admin" }, others, []).message, scheduled.message);
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
