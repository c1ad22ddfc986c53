/** What the slots depend on. */
export interface RolloutSlotsOptions {
  /** How many clusters may roll at once. */
  readonly most: number;
  /** Names what this operator renders: another version or other settings of it are another release. */
  readonly release: string;
  /** Called for every key that waited, when a slot is free. */
  readonly wake: (key: string) => void;
  /** Keys whose pods this release has changed and that are not whole: they hold a slot through a restart of the operator. */
  readonly standing: () => readonly string[];
}

/**
 * Lets a few PrismClusters at a time take what a new operator version changes about running pods. A cluster
 * keeps its slot until it is ready again, so that a bad version stops at the first that does not get ready.
 */
export class RolloutSlots {
  readonly #options: RolloutSlotsOptions;
  readonly #holders = new Set<string>();
  readonly #waiting = new Set<string>();
  /** Whom those that wait were turned away for. */
  readonly #blockers = new Set<string>();

  constructor(options: RolloutSlotsOptions) {
    this.#options = options;
  }

  /** Written on what is changed in a slot. */
  get release(): string {
    return this.#options.release;
  }

  /** True when this cluster has a slot: what changes now may be the operator's. */
  has(key: string): boolean {
    return this.#holders.has(key);
  }

  /** True when this cluster has a slot, or got one now; else it is woken later. */
  take(key: string): boolean {
    if (this.#holders.has(key)) return true;
    const holders = new Set([...this.#holders, ...this.#options.standing()]);
    if (!holders.has(key) && holders.size >= this.#options.most) {
      this.#waiting.add(key);
      for (const holder of holders) this.#blockers.add(holder);
      return false;
    }
    this.#holders.add(key);
    this.#waiting.delete(key);
    return true;
  }

  /** The cluster is ready. One that waits for its turn is so all the time, and goes on waiting. */
  give(key: string): void {
    const isFree = [this.#holders.delete(key), this.#blockers.delete(key)].includes(true);
    if (!isFree) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const one of waiting) this.#options.wake(one);
  }

  /** The cluster is gone. */
  drop(key: string): void {
    this.#waiting.delete(key);
    this.give(key);
  }
}
