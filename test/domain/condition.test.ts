import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { conditionOf } from "../../src/domain/condition.ts";

const THEN = "2026-01-01T00:00:00Z";
const NOW = "2026-01-02T00:00:00Z";
const before = conditionOf("Ready", { status: "False", reason: "A", message: "a" }, undefined, {
  generation: 1,
  nowIso: THEN,
});

describe("a condition", () => {
  it("keeps its transition time while the status stays, whatever else changes", () => {
    deepEqual(
      conditionOf("Ready", { status: "False", reason: "B", message: "b" }, before, {
        generation: 2,
        nowIso: NOW,
      }),
      {
        type: "Ready",
        status: "False",
        observedGeneration: 2,
        lastTransitionTime: THEN,
        reason: "B",
        message: "b",
      },
    );
  });

  it("moves it with the status", () => {
    const after = conditionOf("Ready", { status: "True", reason: "B", message: "" }, before, {
      generation: 1,
      nowIso: NOW,
    });
    equal(after.lastTransitionTime, NOW);
  });

  it("has a message of at most 512 characters", () => {
    const long = { status: "True", reason: "B", message: "x".repeat(2000) } as const;
    equal(
      conditionOf("Ready", long, undefined, { generation: undefined, nowIso: NOW }).message.length,
      512,
    );
  });
});
