/** The terms in which this process leads: each from winning the lease to losing it. */
import { ALWAYS_LEADER, type Leadership } from "./kube/leader.ts";
import { LeaderElection } from "./kube/leader-election.ts";
import { leaseStore } from "./kube/lease-store.ts";
import { systemClock } from "./kube/system-clock.ts";
import type { Transport } from "./kube/transport.ts";

/** One term, begun or still to come. What is under way when it ends is fenced. */
export interface Term {
  readonly began: Promise<void>;
  readonly ended: AbortSignal;
}

/** What standing for election needs. */
export interface TermsOptions {
  readonly transport: Transport;
  /** False: leads from the start and for ever, by the user's word. */
  readonly isElected: boolean;
  /** Of the Lease. */
  readonly namespace: string;
  readonly name: string;
  readonly leaseSeconds: number;
  readonly identity: string;
  /** What the Lease says of its holder; see src/kube/lease.ts. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly changed: (leads: boolean) => void;
  readonly trouble: (message: string) => void;
}

/** An attempt takes two calls of 30 s at most; beyond that the loop itself is stuck. */
const STUCK_MS = 90_000;

interface OpenTerm extends Term {
  readonly begin: () => void;
  readonly end: () => void;
}

function openTerm(): OpenTerm {
  const began = Promise.withResolvers<void>();
  const ended = new AbortController();
  return {
    began: began.promise,
    ended: ended.signal,
    begin: () => began.resolve(),
    end: () => ended.abort(),
  };
}

/** Stands for the lease, again after each loss. */
export class LeadershipTerms implements Leadership {
  readonly #options: TermsOptions;
  readonly #election: LeaderElection | undefined;
  #current = openTerm();

  constructor(options: TermsOptions) {
    this.#options = options;
    this.#election = options.isElected ? this.#elect() : undefined;
  }

  /** The term that runs or, while another process leads, the next one. */
  get current(): Term {
    return this.#current;
  }

  remainingMs(): number {
    return (this.#election ?? ALWAYS_LEADER).remainingMs();
  }

  /** Why this process can neither win nor keep the lease, whatever the API server says; undefined when it can. */
  failure(): string | undefined {
    const ms = this.#election?.sinceAttemptMs() ?? 0;
    return ms > STUCK_MS ? `no attempt for ${Math.round(ms / 1_000)} s` : undefined;
  }

  /** Stands until the signal aborts. */
  async stand(signal: AbortSignal): Promise<void> {
    if (this.#election !== undefined) return this.#election.run(signal);
    this.#begin();
    return undefined;
  }

  /** Gives the lease back, if it is held. */
  async release(): Promise<void> {
    await this.#election?.release();
  }

  #elect(): LeaderElection {
    const { transport, namespace, name, annotations, leaseSeconds, identity, trouble } =
      this.#options;
    return new LeaderElection({
      store: leaseStore(transport, namespace, name, annotations),
      leaseSeconds,
      identity,
      clock: systemClock,
      random: Math.random,
      wallClock: () => new Date(),
      acquired: () => this.#begin(),
      lost: () => this.#lose(),
      trouble,
    });
  }

  #begin(): void {
    this.#options.changed(true);
    this.#current.begin();
  }

  #lose(): void {
    this.#options.changed(false);
    const lost = this.#current;
    this.#current = openTerm();
    lost.end();
  }
}
