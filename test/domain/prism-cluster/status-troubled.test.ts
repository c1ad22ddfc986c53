import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { findCondition } from "../../../src/domain/condition.ts";
import { STAGE_DEADLINE_MS } from "../../../src/domain/prism-cluster/status/deadline.ts";
import { CONDITION_TYPES } from "../../../src/domain/prism-cluster/status/findings.ts";
import { nextDeadlineMs, statusOf } from "../../../src/domain/prism-cluster/status.ts";
import {
  at,
  MINUTE,
  MISSING,
  object,
  pass,
  RUNNING,
  START,
  statusAt,
  summary,
} from "./status-case.ts";

describe("an invalid object", () => {
  const problems = [
    {
      path: ["spec", "patterns", 1, "type"],
      reason: "FieldValueInvalid",
      message: 'Invalid value: "s3cret"',
      rule: "r",
    },
    {
      path: ["spec", "patterns", 1, "type"],
      reason: "FieldValueRequired",
      message: "Required",
      rule: "r",
    },
    {
      path: ["spec", "patterns", 1, "type"],
      reason: "FieldValueInvalid",
      message: "Invalid value: 5",
      rule: "r",
    },
    {
      path: ["spec", "admin", "replicas"],
      reason: "FieldValueNotSupported",
      message: "Unsupported value: 2",
      rule: "r",
    },
  ] as const;

  it("is Failed when nothing runs yet, with paths and no values", () => {
    const status = statusAt(0, { kind: "invalid", problems });
    equal(summary(status), "Failed Stalled");
    equal(
      findCondition(status.conditions, "ConfigValid")?.message,
      "spec.patterns[1].type: Invalid value; spec.patterns[1].type: Required value; spec.admin.replicas: Unsupported value",
    );
    equal(JSON.stringify(status).includes("s3cret"), false);
  });

  it("is Degraded while what ran goes on, and keeps the components", () => {
    const status = statusAt(5, { kind: "invalid", problems }, RUNNING, 2);
    equal(status.phase, "Degraded");
    deepEqual(status.patternStatus, RUNNING.patternStatus);
    equal(
      JSON.stringify(statusAt(9, { kind: "invalid", problems }, status, 2)),
      JSON.stringify(status),
    );
  });
});

describe("a paused object", () => {
  it("says who paused it, until when and why", () => {
    const bare = object(2, RUNNING);
    const annotations = {
      "prism.io/paused": "true",
      "prism.io/paused-by": "jane",
      "prism.io/paused-until": "2026-01-01T02:00:00Z",
      "prism.io/paused-reason": "migration",
    };
    const asked = { ...bare, metadata: { ...bare.metadata, annotations } };
    const { conditions } = statusOf(asked, { kind: "paused" }, at(5));
    equal(
      findCondition(conditions, "Paused")?.message,
      "paused by jane until 2026-01-01T02:00:00Z: migration",
    );
  });

  const paused = statusAt(5, { kind: "paused" }, RUNNING, 2);

  it("keeps its status and its observedGeneration", () => {
    equal(paused.observedGeneration, 1);
    equal(paused.phase, "Running");
    equal(findCondition(paused.conditions, "Paused")?.status, "True");
    equal(findCondition(paused.conditions, "Ready")?.observedGeneration, 1);
    equal(JSON.stringify(statusAt(9, { kind: "paused" }, paused, 2)), JSON.stringify(paused));
  });

  it("is paused for kubectl wait too, which believes no condition older than the spec", () => {
    equal(findCondition(paused.conditions, "Paused")?.observedGeneration, 2);
  });

  describe("that is looked at", () => {
    const seen = (unready: Parameters<typeof pass>[0] = {}) => {
      const observation = pass(unready);
      ok(observation.kind === "reconciled");
      return { kind: "paused", seen: observation } as const;
    };
    const gone = statusAt(5, seen({ "prism-proxy": MISSING }), RUNNING);

    it("says what is so, and that nobody repairs it", () => {
      equal(
        summary(gone),
        "Degraded Stalled ConfigValid BackendsHealthy AdminHealthy PatternsHealthy Paused",
      );
      equal(findCondition(gone.conditions, "Ready")?.message, "prism-proxy: is not created yet");
      equal(findCondition(gone.conditions, "Stalled")?.reason, "Paused");
      equal(gone.proxyStatus?.ready, false);
      equal(gone.readyComponents, "8/9");
      equal(nextDeadlineMs(gone), undefined);
      equal(
        JSON.stringify(statusAt(50, seen({ "prism-proxy": MISSING }), gone)),
        JSON.stringify(gone),
      );
    });

    it("is Running when all is there, and has seen no new generation", () => {
      const status = statusAt(6, seen(), gone, 2);
      equal(
        summary(status),
        "Running Ready Available ConfigValid BackendsHealthy AdminHealthy ProxyHealthy PatternsHealthy Paused",
      );
      equal(status.observedGeneration, 1);
    });

    it("goes on afterwards with a time of its own", () => {
      const resumed = statusAt(60, pass({ "prism-proxy": MISSING }), gone);
      equal(findCondition(resumed.conditions, "Stalled")?.status, "False");
      equal(nextDeadlineMs(resumed), START + 60 * MINUTE + STAGE_DEADLINE_MS);
    });
  });

  it("goes on afterwards", () => {
    const resumed = statusAt(9, pass(), paused, 2);
    equal(findCondition(resumed.conditions, "Paused")?.status, "False");
    equal(resumed.phase, "Running");
  });

  it("has all conditions even when it was never looked at", () => {
    equal(statusAt(0, { kind: "paused" }).conditions?.length, CONDITION_TYPES.length);
  });
});
