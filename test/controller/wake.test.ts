import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Controller } from "../../src/controller/controller.ts";
import type { Cache, Change } from "../../src/controller/ports.ts";
import { DEPLOYMENT, POD, type Resource } from "../../src/controller/resource.ts";
import { wakesOf, wakesOfOthers } from "../../src/controller/wake.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

function resource(kind: string): Resource {
  return { group: "prism.io", version: "v1", plural: `${kind.toLowerCase()}s`, kind };
}

const CLUSTER = resource("PrismCluster");
const PATTERN = resource("PrismPattern");
const NAMESPACE: Resource = { group: "", version: "v1", plural: "namespaces", kind: "Namespace" };

/** Patterns are rendered with the clusters of their namespace, and look at namespaces. */
const patterns: Controller = {
  name: "prismpattern",
  resource: PATTERN,
  watches: [NAMESPACE],
  concernedBy: (_, { object }) => [
    { namespace: object.metadata.namespace ?? object.metadata.name, name: "keyvalue" },
  ],
  seenBy: (_, { spec }) => spec,
  size: () => 0,
  reconcile: () => Promise.resolve({ kind: "settled" }),
};
const clusters: Controller = {
  ...patterns,
  name: "prismcluster",
  resource: CLUSTER,
  watches: [],
  concernedBy: () => [],
};
const controllers = [clusters, patterns];

function object(kind: string, name: string, more: object = {}): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "prism" }, ...more };
}

function owned(kind: string, name: string, owner: string, ownerName: string): KubeObject {
  const reference = { apiVersion: "prism.io/v1", kind: owner, name: ownerName, uid: "u" };
  const metadata = {
    name,
    namespace: "prism",
    ownerReferences: [{ ...reference, controller: true }],
  };
  return { apiVersion: "v1", kind, metadata };
}

function labelled(kind: string, name: string, app: string): KubeObject {
  const metadata = { name, namespace: "prism", labels: { app } };
  return { apiVersion: "v1", kind, metadata };
}

function cacheOf(...objects: readonly KubeObject[]): Cache {
  return {
    read: ({ kind }, { name }) =>
      objects.find((one) => one.kind === kind && one.metadata.name === name),
    list: ({ kind }) => objects.filter((one) => one.kind === kind),
    controlledBy: () => [],
    all: ({ kind }) => objects.filter((one) => one.kind === kind),
    serves: () => true,
    referenced: () => Promise.resolve({ ok: true, value: undefined }),
  };
}

const added = (one: KubeObject): Change => ({ kind: "added", object: one, before: undefined });

function woken(from: Resource, change: Change, cache = cacheOf()): readonly string[] {
  return wakesOf(from, change, controllers, cache).map(
    ({ controller, key }) => `${controller.name} ${key}`,
  );
}

describe("whom a change wakes", () => {
  it("is the object itself, and those of other kinds that are rendered with it", () => {
    deepEqual(woken(CLUSTER, added(object("PrismCluster", "demo"))), [
      "prismcluster prism/demo",
      "prismpattern prism/keyvalue",
    ]);
  });

  it("is nobody else while others see no difference", () => {
    const before = object("PrismCluster", "demo", { spec: { a: 1 }, status: { phase: "Pending" } });
    const after = object("PrismCluster", "demo", { spec: { a: 1 }, status: { phase: "Running" } });
    const change: Change = { kind: "changed", object: after, before };
    deepEqual(woken(CLUSTER, change), ["prismcluster prism/demo"]);
    deepEqual(wakesOfOthers(CLUSTER, change, controllers), []);
    const changed = { ...change, before: { ...before, spec: {} } };
    deepEqual(
      wakesOfOthers(CLUSTER, changed, controllers).map(({ key }) => key),
      ["prism/keyvalue"],
    );
  });

  it("is the owner of a child, whatever its kind", () => {
    const child = owned("Service", "keyvalue-runner", "PrismPattern", "keyvalue");
    deepEqual(woken(DEPLOYMENT, added(child)), ["prismpattern prism/keyvalue"]);
  });

  it("is the owner of the workload that a pod belongs to", () => {
    const deployment = owned("Deployment", "keyvalue-runner", "PrismPattern", "keyvalue");
    const pod = labelled("Pod", "keyvalue-runner-1", "keyvalue-runner");
    deepEqual(woken(POD, added(pod), cacheOf(deployment)), ["prismpattern prism/keyvalue"]);
  });

  it("is everything of the namespace where nothing says whose an object is", () => {
    const secret = object("Secret", "login");
    const cache = cacheOf(object("PrismCluster", "demo"), object("PrismPattern", "keyvalue"));
    deepEqual(woken(DEPLOYMENT, added(secret), cache), [
      "prismcluster prism/demo",
      "prismpattern prism/keyvalue",
    ]);
  });

  it("is the owner of what is no child, and whom that one concerns", () => {
    const login = owned("Secret", "demo-login", "PrismCluster", "demo");
    const [reference] = login.metadata.ownerReferences ?? [];
    const ownerReferences = [{ ...reference, controller: false }];
    const secret = { ...login, metadata: { ...login.metadata, ownerReferences } } as KubeObject;
    const cache = cacheOf(object("PrismCluster", "demo"), object("PrismCluster", "other"));
    deepEqual(woken(DEPLOYMENT, added(secret), cache), [
      "prismcluster prism/demo",
      "prismpattern prism/keyvalue",
    ]);
  });

  it("is whom a controller names for what it watches", () => {
    const namespace: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } };
    deepEqual(woken(NAMESPACE, added(namespace)), ["prismpattern a/keyvalue"]);
  });
});
