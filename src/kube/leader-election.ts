import { type Clock, type Random, sleep } from "../engine/clock.ts";
import type { Leadership } from "./leader.ts";
import type { Lease, LeaseStore } from "./lease.ts";

/** What an election needs. */
export interface ElectionOptions {
  readonly store: LeaseStore;
  /** Others take over so long after the last renewal that they saw. */
  readonly leaseSeconds: number;
  /** Of this process, unique among the candidates. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The wall clock, for the times in the Lease that people read. */
  readonly wallClock: () => Date;
  readonly acquired: () => void;
  /** Called when the lease could not be renewed in time or was taken; whatever needs it must end. It stands again. */
  readonly lost: () => void;
  readonly trouble?: (message: string) => void;
}

/** client-go's times, as parts of the lease: of 15 s, the holder stops writing after 10 s, and tries each 2 s. */
const RENEW_DEADLINE = 2 / 3;
const RETRY = 2 / 15;

/**
 * Leader election by a Lease, as client-go does it.
 *
 * Guarantee: as long as clocks run at the same speed, `remainingMs` is positive in one process at most,
 * since a holder stops after two thirds of the lease, counted from the start of its last renewal that worked, and a
 * candidate waits the whole of it from the moment it saw the Lease change.
 */
export class LeaderElection implements Leadership {
  readonly #options: ElectionOptions;
  readonly #deadlineMs: number;
  readonly #retryMs: number;
  #renewedAt: number | undefined;
  #attemptedAt: number | undefined;
  #seen: { readonly lease: Lease; readonly at: number } | undefined;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#deadlineMs = options.leaseSeconds * 1_000 * RENEW_DEADLINE;
    this.#retryMs = options.leaseSeconds * 1_000 * RETRY;
  }

  remainingMs(): number {
    if (this.#renewedAt === undefined || this.#released.signal.aborted) return 0;
    return this.#renewedAt + this.#deadlineMs - this.#options.clock.now();
  }

  /**
   * Tries to become the leader, stays it while it can, and stands again when it could not: an API server that is gone for
   * a minute costs a term, not the process. Ends when the signal aborts.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const ended = AbortSignal.any([signal, this.#released.signal]);
    while (!ended.aborted) {
      this.#attemptedAt = clock.now();
      this.#attempting = this.#attempt(signal);
      this.#turn(await this.#attempting);
      const wait = this.#isLeader ? this.#retryMs : this.#retryMs * (1 + random() / 5);
      await sleep(clock, wait, ended);
    }
    this.#attemptedAt = undefined;
  }

  /** Begins or ends a term by what came of an attempt. */
  #turn(isHeld: boolean): void {
    if (this.#released.signal.aborted) return;
    if (isHeld && !this.#isLeader) {
      this.#isLeader = true;
      this.#options.acquired();
    } else if (this.#isLeader && this.remainingMs() <= 0) {
      this.#renewedAt = undefined;
      this.#isLeader = false;
      this.#options.lost();
    }
  }

  /** Milliseconds since the last attempt began; 0 before the first and after the end. */
  sinceAttemptMs(): number {
    if (this.#attemptedAt === undefined) return 0;
    return this.#options.clock.now() - this.#attemptedAt;
  }

  /**
   * Gives the lease back, so that the next leader need not wait; writes are refused from here on, and it does not stand
   * again, however long the process takes to end. An attempt under way is waited for: what it writes is given back too.
   */
  async release(): Promise<void> {
    const { clock, identity, store } = this.#options;
    this.#released.abort();
    this.#isLeader = false;
    const waited = new AbortController();
    const late = sleep(clock, this.#retryMs, waited.signal);
    await Promise.race([this.#attempting, late]);
    waited.abort();
    const isValid =
      this.#renewedAt !== undefined && this.#renewedAt + this.#deadlineMs > clock.now();
    const held = isValid ? this.#seen?.lease : undefined;
    this.#renewedAt = undefined;
    if (held?.holder !== identity) return;
    const lease = { ...held, holder: "", seconds: 1, renewedAt: this.#time() };
    await store.put(lease, AbortSignal.timeout(this.#retryMs));
  }

  readonly #released = new AbortController();
  #attempting: Promise<boolean> | undefined;
  #isLeader = false;

  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { clock, store } = this.#options;
    const startedAt = clock.now();
    const mine = this.#isLeader ? this.#seen?.lease : undefined;
    const next = mine === undefined ? await this.#candidate(signal) : this.#renewal(mine);
    if (next === undefined) return false;
    const put = await store.put(next, signal);
    if (put.ok) {
      this.#renewedAt = startedAt;
      this.#saw(put.value);
      return true;
    }
    if (put.failure.kind === "conflict" && mine !== undefined) await this.#reread(signal);
    else this.#options.trouble?.(`lease: ${put.failure.reason} ${put.failure.message}`);
    return false;
  }

  /** Somebody wrote our Lease: taken over, or only edited. */
  async #reread(signal: AbortSignal): Promise<void> {
    const got = await this.#options.store.get(signal);
    if (!got.ok) return;
    this.#saw(got.value);
    if (got.value.holder !== this.#options.identity) this.#renewedAt = undefined;
  }

  #renewal(lease: Lease): Lease {
    return { ...lease, renewedAt: this.#time() };
  }

  /** The Lease to write in order to become the leader, or undefined while another one holds it. */
  async #candidate(signal: AbortSignal): Promise<Lease | undefined> {
    const { clock, identity, store, leaseSeconds, trouble } = this.#options;
    const got = await store.get(signal);
    if (!got.ok && got.failure.kind !== "not-found") {
      trouble?.(`lease: ${got.failure.reason} ${got.failure.message}`);
      return undefined;
    }
    const time = this.#time();
    const mine = { holder: identity, seconds: leaseSeconds, acquiredAt: time, renewedAt: time };
    if (!got.ok) return { ...mine, resourceVersion: "", transitions: 0 };
    this.#saw(got.value);
    const { holder, seconds, transitions, resourceVersion } = got.value;
    const since = this.#seen?.at ?? clock.now();
    const expired = clock.now() - since > Math.max(seconds, 1) * 1_000;
    if (holder !== "" && holder !== identity && !expired) return undefined;
    return { ...mine, resourceVersion, transitions: transitions + 1 };
  }

  #saw(lease: Lease): void {
    const last = this.#seen?.lease;
    const same = last?.renewedAt === lease.renewedAt && last.holder === lease.holder;
    this.#seen = {
      lease,
      at: same && this.#seen !== undefined ? this.#seen.at : this.#options.clock.now(),
    };
  }

  /** meta/v1 MicroTime. */
  #time(): string {
    return this.#options.wallClock().toISOString().replace("Z", "000Z");
  }
}
