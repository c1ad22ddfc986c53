/**
 * Lets a few PrismClusters at a time take what a new operator version changes about running pods. A cluster
 * keeps its slot until it is ready again, so that a bad version stops at the first that does not get ready.
 */
export class RolloutSlots {
  readonly #most: number;
  readonly #wake: (key: string) => void;
  readonly #holders = new Set<string>();
  readonly #waiting = new Set<string>();

  /** `wake` is called for every key that waited, when a slot is free. */
  constructor(most: number, wake: (key: string) => void) {
    this.#most = most;
    this.#wake = wake;
  }

  /** True when this cluster has a slot, or got one now; else it is woken later. */
  take(key: string): boolean {
    if (this.#holders.has(key)) return true;
    if (this.#holders.size >= this.#most) {
      this.#waiting.add(key);
      return false;
    }
    this.#holders.add(key);
    this.#waiting.delete(key);
    return true;
  }

  /** The cluster is ready, or gone. */
  give(key: string): void {
    this.#waiting.delete(key);
    if (!this.#holders.delete(key)) return;
    for (const waiting of this.#waiting) this.#wake(waiting);
    this.#waiting.clear();
  }

  /** The clusters that roll now. */
  holders(): readonly string[] {
    return [...this.#holders];
  }
}
