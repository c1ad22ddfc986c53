import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Outcome } from "../../src/engine/outcome.ts";
import { WorkQueue } from "../../src/engine/work-queue.ts";
import { runWorkers } from "../../src/engine/worker-pool.ts";
import { VirtualClock } from "./virtual-clock.ts";

function pool(concurrency: number, work: (key: string, signal: AbortSignal) => Promise<Outcome>) {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock, random: () => 1 });
  const stop = new AbortController();
  const kill = new AbortController();
  const finished: [string, string][] = [];
  const ended = runWorkers({
    queue,
    concurrency,
    work,
    stop: stop.signal,
    kill: kill.signal,
    finished: (key, outcome) => finished.push([key, outcome.kind]),
  });
  return { clock, queue, stop, kill, finished, ended };
}

describe("runWorkers", () => {
  it("never works on more keys at once than asked, nor twice on one", async () => {
    const at = new Set<string>();
    let most = 0;
    const { queue, stop, ended, finished } = pool(3, async (key) => {
      assert.ok(!at.has(key));
      at.add(key);
      most = Math.max(most, at.size);
      await turn();
      at.delete(key);
      return { kind: "settled" };
    });
    for (let i = 0; i < 30; i++) queue.add(`k${i % 10}`);
    for (let i = 0; i < 40; i++) {
      queue.add(`k${i % 10}`);
      await turn();
    }
    stop.abort();
    await ended;
    assert.equal(most, 3);
    assert.ok(finished.length >= 10);
  });

  it("retries a pass that failed or threw, later each time, and forgets the count when it works", async () => {
    let left = 2;
    const { clock, queue, stop, ended, finished } = pool(1, async () => {
      if (left-- > 0) throw new Error("no");
      return { kind: "settled" };
    });
    queue.add("a");
    await turn();
    clock.advance(1_000);
    await turn();
    clock.advance(1_999);
    await turn();
    assert.equal(finished.length, 2, "the second wait is two seconds");
    clock.advance(1);
    await turn();
    assert.deepEqual(finished.at(-1), ["a", "settled"]);
    assert.equal(queue.sizes().failing, 0);
    stop.abort();
    await ended;
  });

  it("looks again after the time that a pass asked for", async () => {
    const { clock, queue, stop, ended, finished } = pool(1, async () => ({
      kind: "again",
      afterMs: 5_000,
    }));
    queue.add("a");
    await turn();
    clock.advance(4_999);
    await turn();
    assert.equal(finished.length, 1);
    clock.advance(1);
    await turn();
    assert.equal(finished.length, 2);
    stop.abort();
    await ended;
  });

  it("finishes the pass that runs when it is told to stop, and starts no other", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { queue, stop, ended, finished } = pool(1, async () => {
      await gate;
      return { kind: "settled" };
    });
    queue.add("a");
    queue.add("b");
    await turn();
    stop.abort();
    await turn();
    assert.equal(finished.length, 0);
    release();
    await ended;
    assert.deepEqual(finished, [["a", "settled"]]);
  });
});
