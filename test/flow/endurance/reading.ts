/** One thing that was measured and what it may be, and how people read many of them. */

/** A row of a report. */
export interface Reading {
  readonly what: string;
  readonly measured: string;
  /** In words; empty where nothing is promised. */
  readonly limit: string;
  readonly isKept: boolean;
}

/** A number that may be at most so much. */
export function atMost(what: string, measured: number, limit: number, unit: string): Reading {
  const digits = Number.isInteger(measured) || Math.abs(measured) >= 100 ? 0 : 2;
  return {
    what,
    measured: `${measured.toFixed(digits)} ${unit}`.trim(),
    limit: `at most ${limit} ${unit}`.trim(),
    isKept: measured <= limit,
  };
}

/** A list that has to be empty; its first items are shown where it is not. */
export function none(what: string, found: readonly string[]): Reading {
  const shown = found.slice(0, 3).join(", ");
  const measured = found.length === 0 ? "0" : `${found.length}: ${shown}`;
  return { what, measured, limit: "0", isKept: found.length === 0 };
}

/** Something that is told and not judged. */
export function told(what: string, measured: string): Reading {
  return { what, measured, limit: "", isKept: true };
}

/** A Markdown table. */
export function readingsTable(readings: readonly Reading[]): string {
  const rows = readings.map(({ what, measured, limit, isKept }) => {
    const verdict = limit === "" ? "" : isKept ? "kept" : "**missed**";
    return `| ${what} | ${measured} | ${limit} | ${verdict} |`;
  });
  return ["| what | measured | limit | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** True when every limit was kept. */
export function areKept(readings: readonly Reading[]): boolean {
  return readings.every(({ isKept }) => isKept);
}
