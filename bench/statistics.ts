/** The few statistics that a benchmark table needs. */

/** The value below which `share` (0 to 1) of the sorted values lie; NaN for none. */
export function percentile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[index] ?? Number.NaN;
}

/** The middle value; the lower of two. NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    values.length % 2 === 0 ? 0.5 - 1 / values.length / 2 : 0.5,
  );
}
