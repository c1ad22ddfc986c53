import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { describePause, isPausedAt, pauseOf } from "../../src/domain/pause.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");

function annotated(annotations: Record<string, string>): KubeObject {
  return { apiVersion: "v1", kind: "Any", metadata: { name: "any", annotations } };
}

function told(annotations: Record<string, string>): string | undefined {
  const pause = pauseOf(annotated({ "prism.io/paused": "true", ...annotations }));
  return pause === undefined ? undefined : describePause(pause);
}

describe("a pause", () => {
  it("is asked for by the word true alone", () => {
    equal(isPausedAt(annotated({ "prism.io/paused": "true" }), NOON), true);
    for (const value of ["false", "True", "yes", ""]) {
      equal(isPausedAt(annotated({ "prism.io/paused": value }), NOON), false, value);
    }
    equal(isPausedAt(annotated({ "prism.io/paused-until": "2099-01-01T00:00:00Z" }), NOON), false);
  });

  it("ends at its time, in any time zone", () => {
    const until = (text: string) =>
      isPausedAt(annotated({ "prism.io/paused": "true", "prism.io/paused-until": text }), NOON);
    equal(until("2026-03-01T12:00:00Z"), false);
    equal(until("2026-03-01T12:00:01Z"), true);
    equal(until("2026-03-01T13:30:00+02:00"), false);
    equal(until("2026-03-01T13:30:00+01:00"), true);
  });

  it("has no end when the time cannot be read, and says so", () => {
    const text = "tomorrow";
    equal(
      isPausedAt(annotated({ "prism.io/paused": "true", "prism.io/paused-until": text }), NOON),
      true,
    );
    equal(
      told({ "prism.io/paused-until": text }),
      "paused until tomorrow, which is no RFC 3339 time: without an end",
    );
  });

  it("says who, until when and why", () => {
    equal(told({}), "the annotation prism.io/paused is true");
    equal(
      told({
        "prism.io/paused-by": "jane@example.com",
        "prism.io/paused-until": "2026-03-01T14:00:00Z",
        "prism.io/paused-reason": "database\nmigration",
      }),
      "paused by jane@example.com until 2026-03-01T14:00:00Z: database migration",
    );
    equal(told({ "prism.io/paused-reason": "x".repeat(1_000) })?.length, "paused: ".length + 200);
  });
});
