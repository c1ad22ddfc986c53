import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTransition, transitions } from "../../src/controller/reporter.ts";
import type { Condition } from "../../src/domain/condition.ts";

function condition(type: string, status: Condition["status"], reason = "R"): Condition {
  return { type, status, reason, message: "m", lastTransitionTime: "2026-01-01T00:00:00Z" };
}

describe("transitions", () => {
  it("tells a change of phase once", () => {
    const running = { phase: "Running", conditions: [condition("Ready", "True")] };
    const reasons = transitions({ phase: "Pending" }, running).map(({ reason }) => reason);
    assert.deepEqual(reasons, ["Running"]);
    assert.deepEqual(transitions(running, running), []);
  });

  it("does not tell the way to the first Running", () => {
    assert.deepEqual(transitions({}, { phase: "Pending" }), []);
  });

  it("tells when a spec stops being valid, with the paths and as a warning", () => {
    const before = { phase: "Running", conditions: [condition("ConfigValid", "True")] };
    const after = { phase: "Running", conditions: [condition("ConfigValid", "False", "Invalid")] };
    const [event] = transitions(before, after);
    assert.deepEqual(
      [event?.type, event?.reason, event?.note],
      ["Warning", "ConfigInvalid", "Invalid: m"],
    );
    assert.deepEqual(transitions(after, after), []);
  });
});

describe("a volume that goes", () => {
  it("is told once, though all is ready", () => {
    const before = { phase: "Running", conditions: [condition("BackendsHealthy", "True")] };
    const now = condition("BackendsHealthy", "True", "VolumeGoing");
    const after = { phase: "Running", conditions: [now] };
    const reasons = transitions(before, after).map(({ type, reason }) => [type, reason]);
    assert.deepEqual(reasons, [["Warning", "VolumeGoing"]]);
    assert.deepEqual(transitions(after, after), []);
  });
});

describe("a status that is stored at once", () => {
  const pending = { phase: "Pending", conditions: [condition("Available", "False")] };
  const serving = { phase: "Pending", conditions: [condition("Available", "True")] };

  it("has another phase or another generation", () => {
    assert.equal(isTransition(serving, { ...serving, phase: "Running" }), true);
    assert.equal(isTransition(serving, { ...serving, observedGeneration: 2 }), true);
  });

  it("no longer serves, or serves again", () => {
    const degraded = { ...serving, phase: "Degraded" };
    const down = { ...pending, phase: "Degraded" };
    assert.equal(isTransition(degraded, down), true);
    assert.equal(isTransition(down, degraded), true);
  });

  it("does not just serve a moment earlier than all of it runs", () => {
    assert.equal(isTransition(pending, serving), false);
  });
});
