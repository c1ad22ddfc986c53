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
