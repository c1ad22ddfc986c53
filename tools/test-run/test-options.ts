/** What a person may ask of a run. */
export interface TestOptions {
  readonly testNamePattern?: readonly string[];
  readonly coverage: boolean;
  readonly long: boolean;
  readonly concurrency: number;
  readonly kubernetes?: string;
}

/** Deadline of one file: a wait that never ends is a failure with a name. Files that take turns on a server wait for each other. */
export const fileTimeoutMs = 1_200_000;
