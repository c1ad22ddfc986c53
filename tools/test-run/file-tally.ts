import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  timeMs: number;
}

/** Counts the tests of each file, for files that share a process, of which Node sums up the process alone. */
export class FileTally {
  readonly #files = new Map<string, Tally>();

  add(event: TestEvent): void {
    if (event.type !== "test:pass" && event.type !== "test:fail") return;
    const { file, nesting, details } = event.data;
    if (file === undefined) return;
    const tally = this.#files.get(file) ?? emptyTally();
    this.#files.set(file, tally);
    if (nesting === 0) tally.timeMs += details.duration_ms;
    if (details.type === "suite") tally.failed += Number(isFailedHook(event));
    else if (event.type === "test:fail") tally.failed++;
    else if (event.data.skip !== undefined || event.data.todo !== undefined) tally.skipped++;
    else tally.passed++;
  }

  has(file: string): boolean {
    return this.#files.has(file);
  }

  line(file: string): string {
    const { passed, failed, skipped, timeMs } = this.#files.get(file) ?? emptyTally();
    return fileLine(file, passed, failed, skipped, timeMs);
  }
}

const emptyTally = (): Tally => ({ passed: 0, failed: 0, skipped: 0, timeMs: 0 });

/** What is set up before or taken down after a suite fails beside its tests, and Node counts tests alone. */
export function isFailedHook(event: TestEvent): boolean {
  if (event.type !== "test:fail" || event.data.details.type !== "suite") return false;
  const { error } = event.data.details;
  return "failureType" in error && error.failureType === "hookFailed";
}

/** How one file ended, relative to the working folder. */
export function fileLine(
  file: string,
  passed: number,
  failed: number,
  skipped: number,
  timeMs: number,
): string {
  const more = [failed > 0 ? `, ${failed} failed` : "", skipped > 0 ? `, ${skipped} skipped` : ""];
  const mark = failed > 0 ? "✖" : "✔";
  const name = relative(process.cwd(), file);
  return `${mark} ${name}: ${passed} passed${more.join("")} (${(timeMs / 1000).toFixed(1)} s)\n`;
}
