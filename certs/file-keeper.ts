/**
 * Certificates that somebody else looks after (TLS-11, TLS-12): cert-manager, OLM or the user puts a pair into files and the
 * authority into the targets. Nothing is made, nothing is injected.
 *
 * Guarantees
 * - The files are read every ten seconds; a pair that is whole and not expired is served from then on.
 * - A torn read (the certificate of one pair, the key of another), a missing file or an expired pair changes nothing: what was
 *   served before is served on.
 * - Trust is judged by reading the targets, never written.
 */
import type { CertificateKeeper, CertificateObserver } from "./certificate-keeper.ts";
import { bundlesOf } from "./injection.ts";
import type { TrustTarget } from "./injector.ts";
import { belongTogether, type KeyPair, validityOf } from "./key-pair.ts";
import { Standing } from "./standing.ts";
import { anchorOf, type Trust, trustOf } from "./trust.ts";

/** Where the pair comes from; `cert` may be a chain, the serving certificate first. */
export interface PairSource {
  /** Rejects with an Error for people while there is none. */
  read(): Promise<KeyPair>;
}

/** What a keeper of files needs. */
export interface FileKeeperOptions {
  readonly source: PairSource;
  readonly targets: readonly Pick<TrustTarget, "name" | "read">[];
  /**
   * Whether somebody is known to inject: then a target without a caBundle waits for it. Else it may be meant, since the API
   * server also trusts the roots of its own machine.
   */
  readonly isInjected: boolean;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Resolves after `ms`, rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes each new pair into service; throws when TLS cannot use it. */
  readonly serve: (pair: KeyPair) => void;
  readonly observer: CertificateObserver;
}

const CHECK_MS = 10_000;
const START_RETRY_MS = 1_000;

/** The keeper of one replica. Starts nothing by itself. */
export function createFileKeeper(options: FileKeeperOptions): CertificateKeeper {
  const keeper = new FileKeeper(options);
  return {
    prepare: (signal) => keeper.prepare(signal),
    establishTrust: (signal) => keeper.establishTrust(signal),
    run: (signal) => keeper.run(signal),
    // Files have no events worth a watch; they are read again soon enough.
    poke: () => undefined,
    missing: () => keeper.standing.missing,
    failure: () => keeper.failure(),
  };
}

class FileKeeper {
  readonly #options: FileKeeperOptions;
  #pair: KeyPair | undefined;
  readonly standing = new Standing();

  constructor(options: FileKeeperOptions) {
    this.#options = options;
  }

  async prepare(signal: AbortSignal): Promise<KeyPair> {
    for (;;) {
      await this.#reload();
      if (this.#pair !== undefined) return this.#pair;
      await this.#options.sleep(START_RETRY_MS, signal);
    }
  }

  async establishTrust(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#reload();
      if (await this.#judge(signal)) return;
      await this.#options.sleep(START_RETRY_MS, signal);
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#reload();
      await this.#judge(signal);
      await this.#options.sleep(CHECK_MS, signal).catch(() => undefined);
    }
  }

  failure(): string | undefined {
    return this.standing.failure(this.#pair?.cert, this.#options.now());
  }

  /** Takes what the files hold, when it is whole and new. */
  async #reload(): Promise<void> {
    const { source, serve, observer, now } = this.#options;
    try {
      const pair = await source.read();
      if (pair.cert === this.#pair?.cert && pair.key === this.#pair.key) return;
      assertUsable(pair, now());
      serve(pair);
      this.#pair = pair;
      observer.expires("leaf", validityOf(pair.cert)?.notAfterMs ?? 0);
    } catch (error) {
      observer.failed(error);
    }
  }

  /** Whether every target trusts what is served; false also when one could not be read. */
  async #judge(signal: AbortSignal): Promise<boolean> {
    const { targets, observer, now } = this.#options;
    try {
      const objects = await Promise.all(targets.map((target) => target.read(signal)));
      const verdicts = objects.map((object) => this.#trustOf(object));
      const missing = targets.filter((_, index) => verdicts[index] !== "trusted");
      const speaking = verdicts.filter((_, index) => bundlesOf(objects[index]).length > 0);
      const report = {
        missing: missing.map(({ name }) => name).sort(),
        present: speaking.length,
        trusting: speaking.filter((verdict) => verdict === "trusted").length,
      };
      this.standing.note(report, now());
      this.#tellAuthority(objects);
      return report.missing.length === 0;
    } catch (error) {
      if (!signal.aborted) observer.failed(error);
      return false;
    }
  }

  #trustOf(object: unknown): Trust | "absent" {
    if (object === undefined) return "absent";
    const trust = trustOf(object, this.#pair?.cert ?? "");
    return trust === "unsaid" && !this.#options.isInjected ? "trusted" : trust;
  }

  /** Tells when the authority ends that the targets trust us by. */
  #tellAuthority(objects: readonly unknown[]): void {
    const chain = this.#pair?.cert ?? "";
    const anchor = objects
      .flatMap((object) => bundlesOf(object))
      .map((bundle) => anchorOf(bundle, chain))
      .find((found) => found !== undefined);
    const validity = anchor === undefined ? undefined : validityOf(anchor);
    if (validity !== undefined) this.#options.observer.expires("ca", validity.notAfterMs);
  }
}

function assertUsable(pair: KeyPair, nowMs: number): void {
  const validity = validityOf(pair.cert);
  if (validity === undefined) throw new Error("the certificate file holds no certificate");
  if (!belongTogether(pair)) throw new Error("the key file does not belong to the certificate");
  if (validity.notAfterMs <= nowMs) {
    throw new Error(`the certificate ended at ${new Date(validity.notAfterMs).toISOString()}`);
  }
}
