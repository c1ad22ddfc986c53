import { resolve } from "node:path";
import { run } from "node:test";
import { reportRun } from "./report.ts";
import type { RunResult } from "./run-result.ts";
import { dealShards } from "./shards.ts";
import type { TestOptions } from "./test-options.ts";
import { fileTimeoutMs } from "./test-options.ts";

const covered: readonly string[] = ["src/**", "webhooks/**", "schemas/**", "certs/**"];
/** Percent of lines over the folders above that tests without a server reach; asked of a whole run only. */
const lineCoverage = 80;

/** Runs the tests that need no server, and counts the lines that they reach. */
export async function runPureTests(
  files: readonly string[],
  options: TestOptions,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<RunResult> {
  const { shards, remove } = dealShards(files, options.concurrency * 2);
  try {
    const sharded = new Set(shards.flatMap((shard) => shard.files));
    const alone = files.filter((file) => !sharded.has(resolve(file)));
    const stream = run({
      files: [...shards.map((shard) => shard.entry), ...alone],
      concurrency: options.concurrency,
      timeout: fileTimeoutMs,
      testNamePatterns: options.testNamePattern ?? [],
      coverage: options.coverage,
      coverageIncludeGlobs: covered,
      lineCoverage: isWhole && options.testNamePattern === undefined ? lineCoverage : 0,
      signal,
    });
    return await reportRun(stream, options.testNamePattern !== undefined, process.stdout, shards);
  } finally {
    remove();
  }
}
