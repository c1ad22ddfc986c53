import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import type { StagedChild } from "../../src/controller/stage-pass.ts";
import { mayGo } from "../../src/controller/succession.ts";
import type { Child, Component } from "../../src/domain/child.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

function workload(kind: string, name = "worker-runner"): KubeObject {
  return { apiVersion: "apps/v1", kind, metadata: { name, namespace: "prism" } };
}

const RUNNER: Component = { kind: "pattern", name: "worker" };

function staged(object: KubeObject, ready: boolean, isLive = true, component = RUNNER) {
  const child: Child = { stage: "runners", component, lifetime: "owned", object };
  const one: StagedChild = {
    intent: { child, object, hash: "h", fingerprint: "f" },
    live: isLive ? object : undefined,
    action: "none",
    health: { ready, desired: 1, available: ready ? 1 : 0, updated: 1 },
  };
  return one;
}

const OLD = workload("Deployment");
const NEW = workload("StatefulSet");

/** Title, what the pass has of the new workload, whether the old one may go. */
const cases: readonly (readonly [string, readonly StagedChild[], boolean])[] = [
  ["waits while the new one waits for an earlier stage", [staged(NEW, false, false)], false],
  ["waits while the new one is not ready", [staged(NEW, false)], false],
  ["goes when the new one is ready", [staged(NEW, true)], true],
  ["goes when nothing takes its place", [], true],
  [
    "goes though another workload is not ready",
    [staged(workload("StatefulSet", "x"), false)],
    true,
  ],
  ["goes though a Service of its name is missing", [staged(workload("Service"), false)], true],
];

describe("a workload whose pattern was switched to another kind", () => {
  for (const [title, children, goes] of cases) {
    it(title, () => equal(mayGo(OLD, children), goes));
  }
});

describe("admin's old workload", () => {
  const admin: Component = { kind: "admin" };
  const old = workload("StatefulSet", "prism-admin");
  const made = workload("Deployment", "prism-admin");

  it("goes as soon as the new one is there: two of them would share the Service", () => {
    equal(mayGo(old, [staged(made, false, false, admin)]), false);
    equal(mayGo(old, [staged(made, false, true, admin)]), true);
  });
});

it("what is no workload goes at once", () => {
  equal(mayGo(workload("Service"), [staged(NEW, false, false)]), true);
});
