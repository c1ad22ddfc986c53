/** How a whole run ended. */
export interface RunResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What went wrong besides failed tests, such as coverage below its threshold. */
  readonly complaints: readonly string[];
}

/** The plain line that ends every run. */
export function closingLine(result: RunResult): string {
  const { passed, failed, skipped } = result;
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Whether everything held; a run of no test is no success. */
export function isSuccess(result: RunResult): boolean {
  return result.failed === 0 && result.complaints.length === 0 && result.passed > 0;
}

/** Several runs as one. */
export function sumOf(results: readonly RunResult[]): RunResult {
  const add = (key: "passed" | "failed" | "skipped"): number =>
    results.reduce((sum, result) => sum + result[key], 0);
  return {
    passed: add("passed"),
    failed: add("failed"),
    skipped: add("skipped"),
    complaints: results.flatMap(({ complaints }) => complaints),
  };
}
