import type { Clock } from "../../src/engine/clock.ts";

/** A clock that stands still until the test moves it; timers of one instant fire in order of their making. */
export class VirtualClock implements Clock {
  #now = 0;
  #next = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + delayMs, run });
    return () => this.#timers.delete(id);
  }

  /** Lets time pass; fires what falls due on the way, also what is made on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      const [id, timer] = due;
      this.#timers.delete(id);
      this.#now = timer.at;
      timer.run();
    }
    this.#now = end;
  }

  /** How many timers wait. */
  pending(): number {
    return this.#timers.size;
  }

  #due(end: number): [number, { readonly at: number; readonly run: () => void }] | undefined {
    return [...this.#timers]
      .filter(([, timer]) => timer.at <= end)
      .sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB)[0];
  }
}
