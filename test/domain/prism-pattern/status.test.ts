import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { PrismPatternStatus } from "../../../src/api/prism-pattern-v1beta1.ts";
import type { Health } from "../../../src/domain/health.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import type { Reconciled } from "../../../src/domain/observation.ts";
import {
  guestsOf,
  seenOfCluster,
  seenOfPattern,
} from "../../../src/domain/prism-cluster/members.ts";
import { desiredChildren } from "../../../src/domain/prism-pattern/children.ts";
import { nextDeadlineMs, statusOf } from "../../../src/domain/prism-pattern/status.ts";
import { conditionIn, familyOf, ready, validOf } from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";
import { cluster, type Pattern, pattern, USES_REDIS } from "./pattern-case.ts";

const NOW = "2026-01-01T00:00:00Z";
const LATER = "2026-01-01T00:20:00Z";
const UP: Health = { ready: true, desired: 2, available: 2, updated: 2 };
const DOWN: Health = {
  ...UP,
  ready: false,
  available: 0,
  reason: "Progressing",
  message: "0 of 2 pods are available",
};

function pass(own: Pattern, health: Health, more: Partial<Reconciled> = {}): Reconciled {
  const family = familyOf(ready(cluster()));
  const children = desiredChildren(validOf(own), renderFacts({ family })) ?? [];
  return {
    kind: "reconciled",
    children: children.map((child) => {
      const isWorkload = child.object.kind === "Deployment";
      return { child, health: isWorkload ? health : UP };
    }),
    missing: [],
    unmet: [],
    guests: [],
    remarks: {},
    heldBy: health.ready ? undefined : "runners",
    ...more,
  };
}

describe("the status of a PrismPattern", () => {
  const own = pattern("sessions", { ...USES_REDIS, replicas: 2 });
  const withStatus = (status: PrismPatternStatus): KubeObject => ({ ...own, status });

  it("says what an inline pattern's says, and where it belongs", () => {
    const status = statusOf(own, pass(own, UP), NOW);
    deepEqual(status.runner, {
      name: "sessions-runner",
      ready: true,
      replicas: 2,
      availableReplicas: 2,
    });
    deepEqual(
      [status.phase, status.cluster, status.readyPods, status.selector],
      ["Running", "demo", "2/2", "app=sessions-runner"],
    );
    deepEqual(statusOf(withStatus(status), pass(own, UP), LATER), status);
  });

  it("is pending and not stalled while it waits for what others make", () => {
    const component = { kind: "pattern", name: "sessions" } as const;
    const need = { component, reason: "ClusterMissing", message: "waits", comes: true } as const;
    const found = pass(own, DOWN, { children: [], unmet: [need] });
    const status = statusOf(own, found, NOW);
    equal(conditionIn(status, "Accepted"), "False ClusterMissing");
    equal(conditionIn(status, "Stalled"), "False Progressing");
    equal(status.phase, "Pending");
    equal(nextDeadlineMs(status), undefined);
    const late = statusOf(withStatus(status), found, LATER);
    equal(conditionIn(late, "Stalled"), "False Progressing");
  });

  it("is late ten minutes after it could begin", () => {
    const status = statusOf(own, pass(own, DOWN), NOW);
    equal(status.phase, "Pending");
    equal(nextDeadlineMs(status), Date.parse(NOW) + 600_000);
    const late = statusOf(withStatus(status), pass(own, DOWN), LATER);
    equal(conditionIn(late, "Stalled"), "True ProgressDeadlineExceeded");
    equal(late.phase, "Degraded");
  });

  it("goes on while a backend of its cluster is replaced, and says so when it cannot start", () => {
    const up = statusOf(own, pass(own, UP), NOW);
    const held = pass(own, UP, { heldBy: "backends" });
    deepEqual(statusOf(withStatus(up), held, LATER), up);
    const down = pass(own, DOWN, { heldBy: "backends" });
    equal(conditionIn(statusOf(own, down, NOW), "ClusterReady"), "False Waiting");
  });

  it("is what the cluster counts", () => {
    const status = statusOf(own, pass(own, DOWN), NOW);
    const [guest] = guestsOf(cluster(), familyOf(cluster(), { ...own, status }));
    deepEqual(
      [guest?.ready, guest?.desired, guest?.starting, guest?.stage],
      [false, 2, true, "runners"],
    );
    const up = statusOf(own, pass(own, UP), NOW);
    const [running] = guestsOf(cluster(), familyOf(cluster(), { ...own, status: up }));
    deepEqual([running?.ready, running?.starting], [true, false]);
  });
});

it("a cluster tells its members of what they are rendered with, and of no more", () => {
  const host = ready(cluster());
  const seen = (viewer: string, object: KubeObject) =>
    JSON.stringify(seenOfCluster(viewer, object));
  const withStatus = (more: object) => ({
    ...host,
    status: { ...Object(host["status"]), ...more },
  });
  const counted = withStatus({ readyComponents: "3/9" });
  equal(seen("PrismPattern", counted), seen("PrismPattern", host));
  for (const other of [
    ready(cluster(), { ProxyHealthy: "False" }),
    { ...host, metadata: { ...host.metadata, generation: 2 } },
    { ...host, metadata: { ...host.metadata, deletionTimestamp: NOW } },
  ]) {
    ok(seen("PrismPattern", other) !== seen("PrismPattern", host));
  }
  const runners = withStatus({ patternStatus: [{ name: "events-runner", ready: true }] });
  equal(seen("PrismPattern", runners), seen("PrismPattern", host));
  ok(seen("PrismNamespace", runners) !== seen("PrismNamespace", host));
});

it("a PrismPattern tells tenants of its spec, and its cluster also of what is counted", () => {
  const before = pattern("sessions");
  const running = { ...before, status: { phase: "Running" } };
  const changed = { ...before, metadata: { ...before.metadata, generation: 2 } };
  deepEqual(seenOfPattern("PrismNamespace", running), seenOfPattern("PrismNamespace", before));
  for (const other of [running, changed]) {
    notDeepEqual(seenOfPattern("PrismCluster", other), seenOfPattern("PrismCluster", before));
  }
  notDeepEqual(seenOfPattern("PrismNamespace", changed), seenOfPattern("PrismNamespace", before));
});
