import type { Random } from "./clock.ts";

/** Bounds of a wait between attempts, in milliseconds. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between two passes over one key that failed (REC-4). */
export const KEY_BACKOFF: BackoffBounds = { firstMs: 1_000, longestMs: 300_000 };

/** Between two attempts to open a list or a watch. client-go starts at 0.8 s and stops growing at 30 s. */
export const WATCH_BACKOFF: BackoffBounds = { firstMs: 500, longestMs: 30_000 };

/**
 * How long to wait after the `attempt`-th failure in a row (1 is the first): doubles from `firstMs` up to
 * `longestMs`, then spread over the upper half, so that clients that failed together do not return together.
 */
export function backoffMs(bounds: BackoffBounds, attempt: number, random: Random): number {
  const doublings = Math.min(Math.max(attempt, 1) - 1, 40);
  const ceiling = Math.min(bounds.firstMs * 2 ** doublings, bounds.longestMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
