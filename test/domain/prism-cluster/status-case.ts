import type { PrismClusterStatus } from "../../../src/api/prism-cluster-v1alpha2.ts";
import { findCondition } from "../../../src/domain/condition.ts";
import type { Health } from "../../../src/domain/health.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import type { Observation, ObservedChild } from "../../../src/domain/observation.ts";
import { desiredChildren } from "../../../src/domain/prism-cluster/children.ts";
import { CONDITION_TYPES } from "../../../src/domain/prism-cluster/status/findings.ts";
import { statusOf } from "../../../src/domain/prism-cluster/status.ts";
import { goldenCase, renderFacts } from "./children-case.ts";

export const START = Date.parse("2026-01-01T00:00:00Z");
export const MINUTE = 60_000;
export const children = desiredChildren(goldenCase("local-example"), renderFacts());

export function at(minutes: number): string {
  return new Date(START + minutes * MINUTE).toISOString();
}

/** The example's object with a status. */
export function object(generation: number, status?: PrismClusterStatus): KubeObject {
  const metadata = { name: "prism-local", namespace: "prism", generation };
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata,
    spec: {},
    ...(status && { status }),
  };
}

export const READY: Health = { ready: true, desired: 1, available: 1, updated: 1 };
export const MISSING: Health = {
  ready: false,
  desired: 1,
  available: 0,
  updated: 0,
  reason: "Missing",
  message: "is not created yet",
};
export const PULLING: Health = {
  ready: false,
  desired: 1,
  available: 0,
  updated: 1,
  reason: "ImagePullFailed",
  message: "container redis: image redis:nope cannot be pulled",
};

/** A pass in which these workloads are not ready, and everything of a later stage than `heldBy` is not there yet. */
export function pass(
  unready: Readonly<Record<string, Health>> = {},
  more: Partial<Extract<Observation, { kind: "reconciled" }>> = {},
): Observation {
  const stages = [...new Set(children.map(({ stage }) => stage))];
  const held = more.heldBy === undefined ? stages.length : stages.indexOf(more.heldBy);
  const observed = children.map((child): ObservedChild => {
    const isWorkload = ["StatefulSet", "Deployment"].includes(child.object.kind);
    const special = isWorkload ? unready[child.object.metadata.name] : undefined;
    const later = stages.indexOf(child.stage) > held;
    return { child, health: special ?? (later ? MISSING : READY) };
  });
  return {
    kind: "reconciled",
    children: observed,
    missing: [],
    unmet: [],
    guests: [],
    remarks: {},
    heldBy: undefined,
    ...more,
  };
}

export function statusAt(
  minutes: number,
  observation: Observation,
  previous?: PrismClusterStatus,
  generation = 1,
) {
  return statusOf(object(generation, previous), observation, at(minutes));
}

export function summary(status: PrismClusterStatus): string {
  const trues = CONDITION_TYPES.filter(
    (type) => findCondition(status.conditions, type)?.status === "True",
  );
  return [status.phase, ...trues].join(" ");
}

export const RUNNING = statusAt(0, pass());
