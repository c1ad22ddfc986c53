import { deepEqual, equal, match } from "node:assert/strict";
import { describe, it } from "node:test";
import { skewOf } from "../../../src/cli/check/operator-findings.ts";
import { age, readDuration } from "../../../src/cli/cluster/duration.ts";
import { operatorState } from "../../../src/cli/cluster/operator-state.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { worldOf } from "./world-case.ts";

function lease(renewTime: string, holderIdentity = "vm_1"): KubeObject {
  const annotations = { "prism.io/operator-version": "0.2.0" };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "prism-operator", namespace: "sys", annotations },
    spec: { holderIdentity, renewTime, leaseDurationSeconds: 15 },
  };
}

function deployment(spec: object, status: object): KubeObject {
  const labels = {
    "app.kubernetes.io/name": "prism-operator",
    "app.kubernetes.io/version": "0.1.0",
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "prism-operator", namespace: "sys", labels },
    spec,
    status,
  };
}

const stateOf = (...objects: readonly KubeObject[]) => operatorState(worldOf({ objects }));

describe("the operator", () => {
  it("leads while its Lease is renewed, and says its version", () => {
    const { state, version, holder, namespace } = stateOf(lease("2026-03-01T11:59:55Z"));
    deepEqual([state, version, holder, namespace], ["leading", "0.2.0", "vm_1", "sys"]);
  });

  it("is gone when nobody renews, or nobody holds it, or there never was one", () => {
    const stale = stateOf(lease("2026-03-01T11:55:00Z"));
    equal(stale.state, "gone");
    match(stale.message, /renewed last 300 s ago by vm_1/);
    match(
      stateOf(lease("2026-03-01T11:59:55Z", "")).message,
      /nobody holds Lease sys\/prism-operator/,
    );
    equal(stateOf().reason, "NotInstalled");
  });

  it("is gone for the reason that its Deployment has", () => {
    const scaled = stateOf(lease("2026-03-01T11:00:00Z"), deployment({ replicas: 0 }, {}));
    equal(scaled.reason, "ScaledToZero");
    const unready = stateOf(deployment({ replicas: 2 }, { observedGeneration: 1 }));
    equal(unready.state, "gone");
    equal(unready.version, "0.1.0");
  });

  it("is unknown where it may not be looked at", () => {
    const gaps = [{ collector: "operator Lease", message: "403 Forbidden" }];
    equal(operatorState(worldOf({ gaps })).state, "unknown");
  });
});

describe("versions and times", () => {
  it("compares releases by their minor", () => {
    deepEqual(
      [
        skewOf("0.1.0", "v0.1.7"),
        skewOf("0.1.0", "0.2.0"),
        skewOf("0.1.0", "0.4.0"),
        skewOf("1.0.0", "2.0.0"),
      ],
      ["same", "a minor apart", "far apart", "far apart"],
    );
  });

  it("reads durations as Go does and prints ages as kubectl does", () => {
    deepEqual(readDuration("2h30m"), { kind: "read", value: 9_000_000 });
    for (const text of ["", "2", "-1h", "h", "0s", "2 h"])
      equal(readDuration(text).kind, "wrong", text);
    deepEqual(
      [
        age("2026-03-01T11:59:00Z", "2026-03-01T12:00:00Z"),
        age("2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z"),
        age("x", "y"),
      ],
      ["60s", "2h", "?"],
    );
  });
});
