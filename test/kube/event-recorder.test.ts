import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventReason } from "../../src/controller/ports.ts";
import { eventRecorder } from "../../src/kube/event-recorder.ts";
import type { Call } from "../../src/kube/transport.ts";

const MINUTE_MS = 60_000;

function recorder() {
  const calls: Call[] = [];
  const clock = { nowMs: 0, remainingMs: 10_000 };
  const record = eventRecorder({
    transport: {
      call: (call) => {
        calls.push(call);
        return Promise.resolve({ ok: true, value: {} });
      },
    },
    identity: "host_1",
    now: () => clock.nowMs,
    wallClock: () => new Date(clock.nowMs),
    remainingMs: () => clock.remainingMs,
    signal: new AbortController().signal,
  });
  const tell = (reason: EventReason, name = "shop", note = "n"): void => {
    const metadata = { name, namespace: "a", uid: name };
    record(
      { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster", metadata },
      { type: "Normal", reason, action: "Reconcile", note },
    );
  };
  const bodies = () => calls.map(({ body = "" }) => JSON.parse(body));
  return { calls, clock, tell, bodies };
}

describe("events", () => {
  it("are one of a reason and an object in five minutes", () => {
    const { calls, clock, tell } = recorder();
    tell("Degraded");
    clock.nowMs = 4.9 * MINUTE_MS;
    tell("Degraded");
    equal(calls.length, 1);
    tell("Running");
    tell("Degraded", "other");
    equal(calls.length, 3);
    clock.nowMs = 5 * MINUTE_MS;
    tell("Degraded");
    equal(calls.length, 4);
  });

  it("have what events.k8s.io/v1 asks for, and a note that it takes", () => {
    const { calls, tell, bodies } = recorder();
    tell("Stalled", "shop", "x".repeat(5_000));
    equal(calls[0]?.path, "/apis/events.k8s.io/v1/namespaces/a/events");
    const [body] = bodies();
    equal(body.note.length, 1_024);
    deepEqual(
      [body.reason, body.type, body.action, body.regarding.name, body.reportingController],
      ["Stalled", "Normal", "Reconcile", "shop", "prism.io/operator"],
    );
  });

  it("have names of their own within one millisecond", () => {
    const { tell, bodies } = recorder();
    tell("Running");
    tell("Paused");
    equal(new Set(bodies().map(({ metadata }) => metadata.name)).size, 2);
  });

  it("are not written without the lease, and then not counted as told", () => {
    const { calls, clock, tell } = recorder();
    clock.remainingMs = 0;
    tell("Running");
    equal(calls.length, 0);
    clock.remainingMs = 10_000;
    tell("Running");
    equal(calls.length, 1);
  });
});
