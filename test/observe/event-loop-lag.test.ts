import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lastingLag, watchEventLoop } from "../../src/observe/event-loop-lag.ts";

describe("readiness by the event loop", () => {
  it("goes when every look of ten seconds found it more than two seconds late, and comes back at once", () => {
    let lagMs = 0;
    let nowMs = 0;
    const failure = lastingLag({ p99Ms: () => lagMs }, () => nowMs);
    const lookAt = (atMs: number, lateMs: number): string | undefined => {
      nowMs = atMs;
      lagMs = lateMs;
      return failure();
    };
    assert.equal(lookAt(0, 2_500), undefined, "one spell is nothing");
    assert.equal(lookAt(8_000, 2_500), undefined);
    assert.equal(lookAt(9_000, 100), undefined, "a good look begins anew");
    assert.equal(lookAt(10_000, 3_000), undefined);
    assert.equal(lookAt(19_999, 3_000), undefined);
    assert.equal(lookAt(20_000, 3_000), "lags by more than 2 s");
    assert.equal(lookAt(22_000, 10), undefined);
  });

  it("sees a loop that was really held up, and forgets it at the next look", {
    timeout: 30_000,
  }, async () => {
    const lag = watchEventLoop();
    try {
      // What is held up before the first timer of the watch is not seen.
      do await holdUp(300);
      while (lag.p99Ms() <= 200);
      // A machine that is busy with other things may hold it up once more.
      do await new Promise((resolve) => setTimeout(resolve, 100));
      while (lag.p99Ms() >= 200);
    } finally {
      lag.stop();
    }
  });
});

/** Holds the loop up, with turns of it before and after. */
async function holdUp(timeMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
  const until = performance.now() + timeMs;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 60));
}
