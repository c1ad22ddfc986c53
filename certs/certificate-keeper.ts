/**
 * Certificates that look after themselves: the authority in a Secret, this replica's leaf in memory, the bundle in every
 * target.
 *
 * Guarantees
 * - A leaf of a new authority is served only after every target was seen to trust it, unless the present leaf is unusable.
 * - Everything is looked at, by the wall clock, every eight seconds and at each `poke`, never by a long timer (suspended machines).
 * - A failed round changes nothing and is repeated.
 * Assumptions: the store and the targets answer or reject; they have timeouts of their own.
 */
import { type Authority, createAuthority, type SecretStore } from "./authority.ts";
import type { AuthorityState } from "./authority-secret.ts";
import { issueLeaf } from "./certificate.ts";
import { inject, type TrustTarget } from "./injector.ts";
import { type KeyPair, validityOf } from "./key-pair.ts";
import { renewalOf } from "./renewal.ts";
import { Standing } from "./standing.ts";

/** What becomes of certificates, for metrics and logs (TLS-13). */
export interface CertificateObserver {
  /** Wall-clock milliseconds. */
  expires(kind: "ca" | "leaf", atMs: number): void;
  injected(target: string, result: "injected" | "failed"): void;
  /** A round failed; it is repeated within seconds. */
  failed(error: unknown): void;
}

export interface CertificateKeeperOptions {
  readonly store: SecretStore;
  readonly targets: readonly TrustTarget[];
  /** DNS names and IP addresses of the leaf. */
  readonly names: readonly string[];
  readonly isLeader: () => boolean;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Resolves after `ms`, rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes each new leaf into service. */
  readonly serve: (leaf: KeyPair) => void;
  readonly observer: CertificateObserver;
}

export interface CertificateKeeper {
  /** The first leaf; the server can listen with it. */
  prepare(signal: AbortSignal): Promise<KeyPair>;
  /** Resolves once every target trusts the authority; conversion does not work before. */
  establishTrust(signal: AbortSignal): Promise<void>;
  /** Keeps everything true until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** The Secret or a target changed: look at once. */
  poke(): void;
  /** Targets that were last seen not to trust us, or not to be there. */
  missing(): readonly string[];
  /** Why the API server cannot use this replica now, for its readiness; undefined when it can. */
  failure(): string | undefined;
}

/** A wiped bundle is back within ten seconds (TLS-8), without a watch that could break unseen: four small reads. */
const CHECK_MS = 8_000;
const START_RETRY_MS = 1_000;
/** API servers take a changed configuration within seconds; a new leaf waits this long where it can. */
const PROPAGATION_MS = 10_000;

/** The keeper of one replica. Starts nothing by itself. */
export function createCertificateKeeper(options: CertificateKeeperOptions): CertificateKeeper {
  const keeper = new Keeper(options);
  return {
    prepare: (signal) => keeper.prepare(signal),
    establishTrust: (signal) => keeper.establishTrust(signal),
    run: (signal) => keeper.run(signal),
    poke: () => keeper.poke(),
    missing: () => keeper.standing.missing,
    failure: () => keeper.failure(),
  };
}

class Keeper {
  readonly #options: CertificateKeeperOptions;
  readonly #authority: Authority;
  #leaf: KeyPair | undefined;
  /** Since when all targets trust this authority. */
  #trusted: { readonly cert: string; readonly sinceMs: number } | undefined;
  #wake: (() => void) | undefined;
  #isPoked = false;
  readonly standing = new Standing();

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
    this.#authority = createAuthority({
      ...options,
      isTrusted: () => this.standing.missing.length === 0,
    });
  }

  async prepare(signal: AbortSignal): Promise<KeyPair> {
    const state = await this.#authority.ensure(signal);
    return this.#renewLeaf(state);
  }

  async establishTrust(signal: AbortSignal): Promise<void> {
    while (!(await this.#attempt(signal))) await this.#options.sleep(START_RETRY_MS, signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#attempt(signal);
      await this.#pause(CHECK_MS, signal);
    }
  }

  failure(): string | undefined {
    return this.standing.failure(this.#leaf?.cert, this.#options.now());
  }

  poke(): void {
    this.#isPoked = true;
    this.#wake?.();
  }

  /** One round; false when it failed or a target is missing. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#round(signal);
    } catch (error) {
      if (!signal.aborted) this.#options.observer.failed(error);
      return false;
    }
    return this.standing.missing.length === 0;
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { targets, now, isLeader, observer } = this.#options;
    const state = await this.#authority.ensure(signal);
    const injected = observer.injected.bind(observer);
    const report = await inject(targets, state.bundle, { now, signal, injected });
    this.standing.note(report, now());
    if (report.missing.length === 0) {
      if (this.#trusted?.cert !== state.signing.cert) {
        this.#trusted = { cert: state.signing.cert, sinceMs: now() };
      }
      if (state.next && state.nextTrustedAtMs === undefined && isLeader()) {
        await this.#authority.noteTrusted(signal);
      }
    }
    await this.#renewLeaf(state);
    observer.expires("ca", validityOf(state.signing.cert)?.notAfterMs ?? 0);
    observer.expires("leaf", validityOf(this.#leaf?.cert ?? "")?.notAfterMs ?? 0);
  }

  async #renewLeaf(state: AuthorityState): Promise<KeyPair> {
    const { names, now, serve } = this.#options;
    const renewal = renewalOf(this.#leaf, state.signing, now());
    const isDue = renewal === "now" || (renewal === "soon" && this.#isTrustSettled(state));
    if (this.#leaf !== undefined && !isDue) return this.#leaf;
    this.#leaf = await issueLeaf(state.signing, names, now());
    serve(this.#leaf);
    return this.#leaf;
  }

  #isTrustSettled(state: AuthorityState): boolean {
    const trusted = this.#trusted;
    if (trusted?.cert !== state.signing.cert) return false;
    return this.#options.now() - trusted.sinceMs >= PROPAGATION_MS;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isPoked) {
      this.#isPoked = false;
      return;
    }
    const wake = new AbortController();
    this.#wake = () => wake.abort();
    try {
      await this.#options.sleep(ms, AbortSignal.any([signal, wake.signal]));
    } catch {
      // Woken or ended; the loop looks which.
    } finally {
      this.#wake = undefined;
      this.#isPoked = false;
    }
  }
}
