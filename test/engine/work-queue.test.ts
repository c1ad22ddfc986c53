import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WorkQueue } from "../../src/engine/work-queue.ts";
import { VirtualClock } from "./virtual-clock.ts";

function queueAt(): { clock: VirtualClock; queue: WorkQueue } {
  const clock = new VirtualClock();
  return { clock, queue: new WorkQueue({ clock, random: () => 1 }) };
}

describe("WorkQueue", () => {
  it("makes one of equal keys that wait", async () => {
    const { queue } = queueAt();
    queue.add("a");
    queue.add("a");
    assert.equal(await queue.next(), "a");
    queue.done("a");
    assert.equal(queue.sizes().ready, 0);
  });

  it("serves a key once more when it was added while a worker held it", async () => {
    const { queue } = queueAt();
    queue.add("a");
    await queue.next();
    queue.add("a");
    queue.add("a");
    assert.equal(queue.sizes().ready, 0, "not handed to a second worker");
    queue.done("a");
    assert.equal(await queue.next(), "a");
    queue.done("a");
    assert.equal(queue.sizes().ready, 0);
  });

  it("serves live keys before resync keys, and a resync key that becomes live among them", async () => {
    const { queue } = queueAt();
    queue.add("r1", "resync");
    queue.add("r2", "resync");
    queue.add("l1");
    queue.add("r2");
    assert.deepEqual(
      [await queue.next(), await queue.next(), await queue.next()],
      ["l1", "r2", "r1"],
    );
  });

  it("keeps the earliest of the times asked for", async () => {
    const { clock, queue } = queueAt();
    queue.addAfter("a", 10_000);
    queue.addAfter("a", 1_000);
    queue.addAfter("a", 5_000);
    clock.advance(999);
    assert.equal(queue.sizes().ready, 0);
    clock.advance(1);
    assert.equal(await queue.next(), "a");
    queue.done("a");
    clock.advance(20_000);
    assert.equal(queue.sizes().ready, 0, "the later times are gone");
  });

  it("lets an event come before the wait of a retry", async () => {
    const { clock, queue } = queueAt();
    queue.retry("a");
    queue.add("a");
    assert.equal(await queue.next(), "a");
    queue.done("a");
    assert.equal(clock.pending(), 0);
  });

  it("waits longer after each failure and short again after forget", () => {
    const { queue } = queueAt();
    assert.deepEqual([queue.retry("a"), queue.retry("a"), queue.retry("a")], [1_000, 2_000, 4_000]);
    assert.equal(queue.retry("b"), 1_000, "each key has its own count");
    queue.forget("a");
    assert.equal(queue.retry("a"), 1_000);
  });

  it("waits at least as long as the server asked", () => {
    const { queue } = queueAt();
    assert.equal(queue.retry("a", 7_000), 7_000);
  });

  it("waits no longer than the caller allows", () => {
    const { queue } = queueAt();
    const waits = [1, 2, 3, 4, 5].map(() => queue.retry("a", 0, 3_000));
    assert.deepEqual(waits, [1_000, 2_000, 3_000, 3_000, 3_000]);
  });

  it("does not fire a far date at once", () => {
    const { clock, queue } = queueAt();
    queue.addAfter("a", 2 ** 40);
    clock.advance(60_000);
    assert.equal(queue.sizes().ready, 0);
  });

  it("wakes those who wait, and hands out nothing, when it closes", async () => {
    const { clock, queue } = queueAt();
    const waiting = queue.next();
    queue.addAfter("b", 5);
    queue.close();
    queue.add("a");
    assert.equal(await waiting, undefined);
    assert.equal(await queue.next(), undefined);
    assert.equal(clock.pending(), 0);
  });

  it("keeps nothing of 5,000 keys that came and settled", async () => {
    const { clock, queue } = queueAt();
    for (let i = 0; i < 5_000; i++) {
      queue.add(`k${i}`);
      const key = (await queue.next()) ?? "";
      queue.retry(key);
      queue.add(key);
      queue.done(key);
      await queue.next();
      queue.forget(key);
      queue.done(key);
    }
    assert.deepEqual(queue.sizes(), { ready: 0, delayed: 0, held: 0, failing: 0 });
    assert.equal(clock.pending(), 0);
  });
});
