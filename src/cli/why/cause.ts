/** Why something is as it is: a tree whose leaves are what a person can change. */

/** One cause, with what it follows from. */
export interface Cause {
  /** What it is about: `PrismCluster prism`, `StatefulSet redis`, `Pod redis-0`. */
  readonly subject: string;
  /** Where in the object that was asked about this can be changed, such as `spec.backends.redis.storage`. */
  readonly field?: string;
  /** One word, as in conditions and events. */
  readonly reason: string;
  readonly message: string;
  /** What helps, where that is known. */
  readonly fix?: string;
  readonly because: readonly Cause[];
  /** What somebody said of the cause above, such as an event: it supports it and is none itself. */
  readonly isEvidence?: true;
}

/** The causes at the end of each chain: where to begin. */
export function rootsOf(causes: readonly Cause[]): readonly Cause[] {
  return causes.flatMap((cause) => {
    const deeper = cause.because.filter(({ isEvidence }) => isEvidence !== true);
    return deeper.length === 0 ? [cause] : rootsOf(deeper);
  });
}

/** The first advice of a chain, the deepest first. */
export function fixOf(cause: Cause): string | undefined {
  for (const deeper of cause.because) {
    const fix = fixOf(deeper);
    if (fix !== undefined) return fix;
  }
  return cause.fix;
}
