/** Whether a replica is of any use to the API server, for its readiness. */
import { validityOf } from "./key-pair.ts";

/** What a look at the targets found. */
export interface TrustReport {
  /** Names of targets that do not trust us, or are not there. */
  readonly missing: readonly string[];
  /** How many of them are there and say whom the API server is to call. */
  readonly present: number;
  /** How many trust us. */
  readonly trusting: number;
}

/** A bundle that somebody wiped is back within seconds; leaving the Service for so short a time would only lengthen the gap. */
const PATIENCE_MS = 30_000;

/**
 * Remembers what looks at the targets found. A replica that not one target trusts loses nothing by leaving the Service; while
 * one does, or when none is there, it stays: a CRD that trusts us needs us, whatever became of the webhook configurations.
 */
export class Standing {
  #distrustedSinceMs: number | undefined;
  #missing: readonly string[] = ["not checked yet"];

  get missing(): readonly string[] {
    return this.#missing;
  }

  /** A look that failed is none. */
  note({ missing, present, trusting }: TrustReport, nowMs: number): void {
    this.#missing = missing;
    if (present === 0 || trusting > 0) this.#distrustedSinceMs = undefined;
    else this.#distrustedSinceMs ??= nowMs;
  }

  /** Why the API server cannot use this replica; undefined when it can. `chain` is what it serves. */
  failure(chain: string | undefined, nowMs: number): string | undefined {
    const endMs = validityOf(chain ?? "")?.notAfterMs;
    if (endMs === undefined) return "there is no certificate";
    if (endMs <= nowMs) return `the certificate ended at ${new Date(endMs).toISOString()}`;
    const sinceMs = this.#distrustedSinceMs;
    if (sinceMs === undefined || nowMs - sinceMs < PATIENCE_MS) return undefined;
    return `the API server is not told to trust it: ${this.#missing.join(", ")}`;
  }
}
