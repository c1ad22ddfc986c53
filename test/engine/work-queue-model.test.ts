import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { WorkQueue } from "../../src/engine/work-queue.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What a queue is, said in the simplest way: for each key the time from which it may be served. */
class Model {
  now = 0;
  readonly due = new Map<string, number>();
  readonly held = new Set<string>();

  ask(key: string, delay: number): void {
    const at = this.now + delay;
    this.due.set(key, Math.min(at, this.due.get(key) ?? at));
  }

  servable(): Set<string> {
    const ready = [...this.due].filter(([key, at]) => at <= this.now && !this.held.has(key));
    return new Set(ready.map(([key]) => key));
  }
}

interface Real {
  readonly clock: VirtualClock;
  readonly queue: WorkQueue;
}

const KEYS = ["a", "b", "c"];

class Ask implements fc.AsyncCommand<Model, Real> {
  readonly key: string;
  readonly delay: number;
  readonly urgency: "live" | "resync";
  constructor(key: string, delay: number, urgency: "live" | "resync") {
    this.key = key;
    this.delay = delay;
    this.urgency = urgency;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    model.ask(this.key, this.delay);
    real.queue.addAfter(this.key, this.delay, this.urgency);
  }
  toString = (): string => `ask(${this.key}, ${this.delay}, ${this.urgency})`;
}

class Take implements fc.AsyncCommand<Model, Real> {
  check = (model: Readonly<Model>): boolean => model.servable().size > 0;
  async run(model: Model, real: Real): Promise<void> {
    const key = await real.queue.next();
    assert.ok(key !== undefined && model.servable().has(key), `${key} is not servable`);
    model.due.delete(key);
    model.held.add(key);
  }
  toString = (): string => "take";
}

class Done implements fc.AsyncCommand<Model, Real> {
  readonly key: string;
  constructor(key: string) {
    this.key = key;
  }
  check = (model: Readonly<Model>): boolean => model.held.has(this.key);
  async run(model: Model, real: Real): Promise<void> {
    model.held.delete(this.key);
    real.queue.done(this.key);
  }
  toString = (): string => `done(${this.key})`;
}

class Pass implements fc.AsyncCommand<Model, Real> {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    model.now += this.ms;
    real.clock.advance(this.ms);
  }
  toString = (): string => `pass(${this.ms})`;
}

it("behaves like a map from key to the earliest time asked for", async () => {
  const key = fc.constantFrom(...KEYS);
  const commands = [
    fc
      .tuple(
        key,
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom("live" as const, "resync" as const),
      )
      .map(([k, delay, urgency]) => new Ask(k, delay, urgency)),
    fc.constant(new Take()),
    key.map((k) => new Done(k)),
    fc.integer({ min: 1, max: 30 }).map((ms) => new Pass(ms)),
  ];
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 200 }), async (run) => {
      const clock = new VirtualClock();
      const model = new Model();
      const queue = new WorkQueue({ clock, random: Math.random });
      await fc.asyncModelRun(() => ({ model, real: { clock, queue } }), run);
      const waiting = [...model.due].filter(([k, at]) => at <= model.now && !model.held.has(k));
      assert.equal(queue.sizes().ready, waiting.length);
      assert.equal(queue.sizes().held, model.held.size);
    }),
  );
});
