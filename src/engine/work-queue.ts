import { type BackoffBounds, backoffMs, KEY_BACKOFF } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";

/** `live`: something happened to this key. `resync`: it is only its turn; served when no live key waits. */
export type Urgency = "live" | "resync";

/** What a queue tells to whoever counts; every call is cheap and must not throw. */
export interface QueueObserver {
  added(): void;
  retried(): void;
  /** Keys that wait for a worker now. */
  depth(waiting: number): void;
  /** A key waited this long for a worker. */
  waited(ms: number): void;
  /** A worker held a key this long. */
  worked(ms: number): void;
}

/** What a queue needs from outside. */
export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: BackoffBounds;
  readonly observer?: QueueObserver;
}

interface Delayed {
  readonly at: number;
  readonly urgency: Urgency;
  readonly cancel: () => void;
}

/** The longest delay that is kept as asked: Node fires timers above 2^31-1 ms at once. */
const LONGEST_DELAY_MS = 24 * 3_600_000;

/**
 * A queue of keys.
 *
 * Guarantees: a key is held by one worker at a time; a key that is added while a worker holds it is served
 * once more afterwards; equal keys that wait are one; of several times asked for a key the earliest counts;
 * live keys go before resync keys, each in order of arrival; nothing is kept of a key that is forgotten.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backoff: BackoffBounds;
  readonly #observer: QueueObserver | undefined;
  /** Waiting keys with the time they arrived; a Map keeps the order of arrival. */
  readonly #ready: Readonly<Record<Urgency, Map<string, number>>> = {
    live: new Map(),
    resync: new Map(),
  };
  readonly #delayed = new Map<string, Delayed>();
  readonly #held = new Map<string, number>();
  readonly #again = new Map<string, Urgency>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: QueueOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#backoff = options.backoff ?? KEY_BACKOFF;
    this.#observer = options.observer;
  }

  /** Asks for a pass over this key now. */
  add(key: string, urgency: Urgency = "live"): void {
    if (this.#closed) return;
    const rank = this.#dropDelayed(key) === "live" ? "live" : urgency;
    if (this.#held.has(key)) {
      if (this.#again.get(key) !== "live") this.#again.set(key, rank);
      return;
    }
    this.#enqueue(key, rank);
  }

  /** Asks for a pass over this key after a time; an earlier pass, asked before or after, replaces it. */
  addAfter(key: string, delayMs: number, urgency: Urgency = "live"): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key, urgency);
      return;
    }
    if (this.#isReady(key)) return;
    const delay = Math.min(delayMs, LONGEST_DELAY_MS);
    const at = this.#clock.now() + delay;
    const present = this.#delayed.get(key);
    if (present !== undefined && present.at <= at) return;
    present?.cancel();
    const cancel = this.#clock.after(delay, () => this.add(key, urgency));
    this.#delayed.set(key, { at, urgency, cancel });
  }

  /** Asks again after a failure, each time later; answers the wait in milliseconds. */
  retry(key: string, atLeastMs = 0, atMostMs = Number.POSITIVE_INFINITY): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const backoff = Math.min(backoffMs(this.#backoff, failures, this.#random), atMostMs);
    const delay = Math.max(backoff, atLeastMs);
    this.#observer?.retried();
    this.addAfter(key, delay);
    return delay;
  }

  /** The key works again: its next failure waits the shortest time. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Hands out the next key, as soon as there is one; undefined when the queue is closed. */
  next(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#takeReady();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Gives a key back that `next` handed out; it is served again when it was added meanwhile. */
  done(key: string): void {
    const since = this.#held.get(key);
    if (since === undefined) return;
    this.#held.delete(key);
    this.#observer?.worked(this.#clock.now() - since);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined && !this.#closed) this.#enqueue(key, again);
  }

  /** Hands out nothing more and forgets what waits; keys that are held are finished by their workers. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#again.clear();
    this.#failures.clear();
    this.#ready.live.clear();
    this.#ready.resync.clear();
    for (const take of this.#takers.splice(0)) take(undefined);
  }

  /** Milliseconds for which workers have held each key that they hold now. */
  heldFor(): readonly number[] {
    const now = this.#clock.now();
    return [...this.#held.values()].map((since) => now - since);
  }

  /** How many keys are kept, by what they wait for; all zero once every key is settled. */
  sizes(): { ready: number; delayed: number; held: number; failing: number } {
    return {
      ready: this.#ready.live.size + this.#ready.resync.size,
      delayed: this.#delayed.size,
      held: this.#held.size,
      failing: this.#failures.size,
    };
  }

  #isReady(key: string): boolean {
    return this.#ready.live.has(key) || this.#ready.resync.has(key) || this.#again.has(key);
  }

  #dropDelayed(key: string): Urgency | undefined {
    const delayed = this.#delayed.get(key);
    delayed?.cancel();
    this.#delayed.delete(key);
    return delayed?.urgency;
  }

  #enqueue(key: string, urgency: Urgency): void {
    if (this.#ready.live.has(key)) return;
    const since = this.#ready.resync.get(key);
    if (since !== undefined && urgency === "resync") return;
    if (since === undefined) this.#observer?.added();
    else this.#ready.resync.delete(key);
    this.#ready[urgency].set(key, since ?? this.#clock.now());
    const take = this.#takers.shift();
    if (take !== undefined) take(this.#takeReady());
    this.#observer?.depth(this.#ready.live.size + this.#ready.resync.size);
  }

  #takeReady(): string | undefined {
    for (const waiting of [this.#ready.live, this.#ready.resync]) {
      for (const [key, since] of waiting) {
        waiting.delete(key);
        const now = this.#clock.now();
        this.#held.set(key, now);
        this.#observer?.waited(now - since);
        this.#observer?.depth(this.#ready.live.size + this.#ready.resync.size);
        return key;
      }
    }
    return undefined;
  }
}
