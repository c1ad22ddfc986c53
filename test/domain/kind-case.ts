import assert from "node:assert/strict";
import { findCondition } from "../../src/domain/condition.ts";
import type { Family } from "../../src/domain/family.ts";
import { printPath } from "../../src/domain/field-path.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import type { Status } from "../../src/domain/rendered-kind.ts";
import type { Valid } from "../../src/domain/validator.ts";
import { judgeWritten, type WrittenVerdict } from "../../src/domain/written-verdict.ts";
import { admittedKinds, loadCrds } from "../../src/kinds.ts";
import type { AdmittedKind } from "../../webhooks/admitted-kind.ts";

const KINDS = admittedKinds(loadCrds());

/** A kind with its engines, as admission has it. */
export function admitted(kind: string): AdmittedKind {
  const found = KINDS.find((one) => one.kind.kind === kind);
  assert.ok(found, kind);
  return found;
}

/** What a person who writes an object is told. */
export function verdictOn(
  object: KubeObject,
  neighbours?: readonly KubeObject[],
  old?: KubeObject,
): WrittenVerdict {
  const kind = admitted(object.kind);
  return judgeWritten(kind, {
    hub: object,
    version: kind.kind.hub,
    context: {
      ...(neighbours === undefined ? {} : { neighbours }),
      ...(old === undefined ? {} : { old }),
    },
  });
}

/** Problems as `path message`. */
export function problemsOf({ problems }: WrittenVerdict): readonly string[] {
  return problems.map(({ path, message }) => `${printPath(path)} ${message}`);
}

/** Warnings as `path message`. */
export function warningsOf({ warnings }: WrittenVerdict): readonly string[] {
  return warnings.map(({ path, message }) => `${printPath(path)} ${message}`);
}

/** The object as the reconciler gets it; the test ends with what is wrong with it. */
export function validOf<T extends KubeObject>(object: T): Valid<T> {
  const verdict = admitted(object.kind).validator.judge(object, {});
  if (verdict.kind === "invalid") assert.fail(JSON.stringify(verdict.problems, undefined, 1));
  return verdict.object as unknown as Valid<T>;
}

/** These objects and no others. */
export function familyOf(...objects: readonly KubeObject[]): Family {
  return {
    namespaceLabels: (name) => {
      const found = objects.find((one) => one.kind === "Namespace" && one.metadata.name === name);
      return found && (found.metadata.labels ?? {});
    },
    all: (kind) => objects.filter((one) => one.kind === kind),
    in: (kind, namespace) =>
      objects.filter((one) => one.kind === kind && one.metadata.namespace === namespace),
  };
}

/** A cluster that its own reconciliation found valid and ready. */
export function ready<T extends KubeObject>(cluster: T, conditions: object = {}): T {
  const { generation = 1 } = cluster.metadata;
  const states = {
    ConfigValid: "True",
    BackendsHealthy: "True",
    AdminHealthy: "True",
    ProxyHealthy: "True",
    ...conditions,
  };
  const at = { lastTransitionTime: "2026-01-01T00:00:00Z", reason: "Test", message: "" };
  const list = Object.entries(states).map(([type, status]) => ({ type, status, ...at }));
  const metadata = { ...cluster.metadata, generation };
  return { ...cluster, metadata, status: { observedGeneration: generation, conditions: list } };
}

/** A condition as `status reason`. */
export function conditionIn(status: Status, type: string): string {
  const found = findCondition(status.conditions, type);
  return `${found?.status} ${found?.reason}`;
}
