import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import type { ApiResult } from "../../src/controller/api-result.ts";
import { LeaderElection } from "../../src/kube/leader-election.ts";
import type { Lease, LeaseStore } from "../../src/kube/lease.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";

/** A Lease as the API server keeps it: optimistic locking, and a network that a test can cut. */
class SharedLease {
  #lease: Lease | undefined;
  #version = 0;
  readonly cut = new Set<string>();
  /** What is written is answered no earlier. */
  answers: Promise<void> = Promise.resolve();

  get holder(): string | undefined {
    return this.#lease?.holder;
  }

  storeFor(identity: string): LeaseStore {
    const answer = (): ApiResult<Lease> | undefined =>
      this.cut.has(identity) ? failure("unreachable") : undefined;
    return {
      get: async () =>
        answer() ?? (this.#lease ? { ok: true, value: this.#lease } : failure("not-found")),
      put: async (lease) => {
        const broken = answer();
        if (broken !== undefined) return broken;
        if (lease.resourceVersion !== (this.#lease?.resourceVersion ?? ""))
          return failure("conflict");
        this.#version += 1;
        const value = { ...lease, resourceVersion: String(this.#version) };
        this.#lease = value;
        await this.answers;
        return { ok: true, value };
      },
    };
  }
}

function failure(kind: "unreachable" | "not-found" | "conflict"): ApiResult<never> {
  return { ok: false, failure: { kind, code: 0, reason: kind, message: "" } };
}

interface Candidate {
  readonly name: string;
  readonly election: LeaderElection;
  readonly ended: Promise<void>;
  isLost: boolean;
}

function candidates(
  names: readonly string[],
  clock: VirtualClock,
  shared: SharedLease,
): Candidate[] {
  return names.map((name) => {
    const candidate = { name, isLost: false };
    const election = new LeaderElection({
      store: shared.storeFor(name),
      leaseSeconds: 15,
      identity: name,
      clock,
      random: () => 0.5,
      wallClock: () => new Date(clock.now()),
      acquired: () => undefined,
      lost: () => {
        candidate.isLost = true;
      },
    });
    const ended = election.run(new AbortController().signal);
    return Object.assign(candidate, { election, ended });
  });
}

async function pass(clock: VirtualClock, ms: number, each: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    clock.advance(250);
    await turn();
    each();
  }
}

const leaders = (all: readonly Candidate[]): string[] =>
  all.filter(({ election }) => election.remainingMs() > 0).map(({ name }) => name);

describe("LeaderElection", () => {
  it("makes one of many the leader, and another when the first is cut off", async () => {
    const clock = new VirtualClock();
    const shared = new SharedLease();
    const all = candidates(["a", "b", "c"], clock, shared);
    await pass(clock, 5_000, () => assert.ok(leaders(all).length <= 1));
    const [first = ""] = leaders(all);
    assert.notEqual(first, "");
    shared.cut.add(first);
    await pass(clock, 25_000, () => assert.ok(leaders(all).length <= 1));
    const [second = ""] = leaders(all);
    assert.notEqual(second, "");
    assert.notEqual(second, first);
    assert.ok(all.find(({ name }) => name === first)?.isLost, "the first was told");
  });

  it("leads again after an API server that was gone for a minute", async () => {
    const clock = new VirtualClock();
    const shared = new SharedLease();
    const all = candidates(["a"], clock, shared);
    await pass(clock, 5_000, () => undefined);
    assert.deepEqual(leaders(all), ["a"]);
    shared.cut.add("a");
    await pass(clock, 60_000, () => undefined);
    assert.deepEqual(leaders(all), [], "nobody may write meanwhile");
    shared.cut.delete("a");
    await pass(clock, 6_000, () => undefined);
    assert.deepEqual(leaders(all), ["a"]);
  });

  it("hands over at once when the leader gives the lease back", async () => {
    const clock = new VirtualClock();
    const all = candidates(["a", "b"], clock, new SharedLease());
    await pass(clock, 5_000, () => undefined);
    const leader = all.find(({ election }) => election.remainingMs() > 0);
    await leader?.election.release();
    assert.deepEqual(leaders(all), []);
    // A process drains for seconds after it gave the lease back, and must not take it again meanwhile.
    await pass(clock, 30_000, () => assert.equal(leader?.election.remainingMs(), 0));
    assert.equal(leaders(all).length, 1);
  });

  it("gives back what a renewal under way has just written", async () => {
    const clock = new VirtualClock();
    const shared = new SharedLease();
    const all = candidates(["a"], clock, shared);
    await pass(clock, 1_000, () => undefined);
    assert.equal(leaders(all).length, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    shared.answers = promise;
    await pass(clock, 3_000, () => undefined);
    const released = all[0]?.election.release();
    assert.deepEqual(leaders(all), [], "writes are refused from here on");
    resolve();
    await released;
    await pass(clock, 30_000, () => assert.deepEqual(leaders(all), []));
    assert.equal(shared.holder, "");
  });

  it("never has two that may write, whatever the network does", async () => {
    const step = fc.record({
      cut: fc.constantFrom("a", "b", "c"),
      heals: fc.boolean(),
      ms: fc.integer({ min: 1, max: 20 }).map((n) => n * 1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const clock = new VirtualClock();
        const shared = new SharedLease();
        const all = candidates(["a", "b", "c"], clock, shared);
        for (const { cut, heals, ms } of steps) {
          if (heals) shared.cut.delete(cut);
          else shared.cut.add(cut);
          await pass(clock, ms, () => assert.ok(leaders(all).length <= 1, leaders(all).join(" ")));
        }
      }),
      { numRuns: 60 },
    );
  });
});
