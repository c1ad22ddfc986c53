import { delimiter, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { run } from "node:test";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { progressDisplay } from "../control-plane/progress.ts";
import { isStartFailure } from "../control-plane/start-failure.ts";
import { reportRun } from "./report.ts";
import type { RunResult } from "./run-result.ts";
import { closingLine, isSuccess } from "./run-result.ts";
import { NothingSelected, needsControlPlane, selectTestFiles } from "./selection.ts";
import { dealShards } from "./shards.ts";

interface Options {
  readonly testNamePattern?: readonly string[];
  readonly coverage: boolean;
  readonly long: boolean;
  readonly concurrency: number;
  readonly kubernetes?: string;
}

const usageError = 2;
const notStarted: RunResult = { passed: 0, failed: 1, skipped: 0, complaints: [] };
const covered: readonly string[] = ["src/**", "webhooks/**", "schemas/**", "certs/**"];
/** Percent of lines over the folders above; asked of a whole run only. */
const lineCoverage = 75;
/** Deadline of one file: a wait that never ends is a failure with a name. Files that take turns on the server wait for each other. */
const fileTimeoutMs = 1_200_000;
/** Each takes half a gigabyte. */
const mostControlPlanes = 3;

/** `npm test`: the test files, those under test/flow on control planes that live as long as the run. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const command = commandOf(args);
    const files = selectTestFiles(process.cwd(), command.args, command.opts<Options>().long);
    const result = await runFiles(
      files,
      command.opts<Options>(),
      command.args.length === 0 && !command.opts<Options>().long,
      signal,
    );
    for (const complaint of result.complaints) process.stdout.write(`${complaint}\n`);
    process.stdout.write(`${closingLine(result)}\n`);
    return isSuccess(result) ? 0 : 1;
  } catch (error) {
    return explain(error);
  }
}

function commandOf(args: readonly string[]): Command {
  return new Command("npm test --")
    .description("Runs the tests; those under test/flow on a real control plane.")
    .argument("[paths...]", "files or folders; everything under test/ when absent")
    .option("--test-name-pattern <pattern...>", "only tests with such a name")
    .option("--long", "the tests that take minutes each, and no others", false)
    .option("--no-coverage", "do not measure which lines are run")
    .option(
      "--kubernetes <version>",
      "on another minor such as 1.36; it is built when first asked for",
    )
    .option("--concurrency <files>", "files at a time", fileCount, 2)
    .exitOverride()
    .parse(args, { from: "user" });
}

function fileCount(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a number from 1 to 99.");
}

/** Says why nothing was run; answers the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
  if (error instanceof NothingSelected) {
    process.stderr.write(`${error.message}\n`);
    return usageError;
  }
  if (!isStartFailure(error)) throw error;
  process.stdout.write(`${error.message}\n${closingLine(notStarted)}\n`);
  return 1;
}

async function runFiles(
  files: readonly string[],
  options: Options,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<RunResult> {
  const { shards, remove } = dealShards(
    files.filter((file) => !needsControlPlane(file)),
    options.concurrency * 2,
  );
  const sharded = new Set(shards.flatMap((shard) => shard.files));
  const alone = files.filter((file) => !sharded.has(resolve(file)));
  const controlPlanes = await openControlPlanes(files, options, signal);
  try {
    const stream = run({
      // Pure tests first: they are quick, and a mistake they find would fail the others too.
      files: [
        ...shards.map((shard) => shard.entry),
        ...alone.toSorted((a, b) => Number(needsControlPlane(a)) - Number(needsControlPlane(b))),
      ],
      concurrency: options.concurrency,
      timeout: fileTimeoutMs,
      testNamePatterns: options.testNamePattern ?? [],
      coverage: options.coverage,
      coverageIncludeGlobs: covered,
      lineCoverage: isWhole && options.testNamePattern === undefined ? lineCoverage : 0,
      signal,
    });
    const areNamesAsked = options.testNamePattern !== undefined;
    return await reportRun(stream, areNamesAsked, process.stdout, shards);
  } finally {
    remove();
    await Promise.all(controlPlanes.map((one) => one.stop()));
  }
}

/** As many as files may need at a time, since most of them want one for themselves. The test processes inherit where they are. */
async function openControlPlanes(
  files: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<readonly ControlPlane[]> {
  const wanted = files.filter(needsControlPlane).length;
  const count = Math.min(wanted, options.concurrency, mostControlPlanes);
  const opened: ControlPlane[] = [];
  try {
    while (opened.length < count) opened.push(await openControlPlane(options.kubernetes, signal));
  } catch (error) {
    await Promise.all(opened.map((one) => one.stop()));
    throw error;
  }
  const [first] = opened;
  if (first === undefined) return opened;
  process.env["PRISM_TEST_KUBECONFIG"] = opened
    .map(({ kubeconfigPath }) => kubeconfigPath)
    .join(delimiter);
  process.env["PRISM_TEST_BIN"] = first.binDir;
  return opened;
}

async function openControlPlane(
  kubernetesVersion: string | undefined,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const display = progressDisplay(process.stderr, () => performance.now());
  try {
    const controlPlane = await startControlPlane({
      nodes: 3,
      ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
      onProgress: display.show,
      signal,
    });
    void controlPlane.lost.then((reason) => process.stdout.write(`The control plane ${reason}\n`));
    return controlPlane;
  } finally {
    display.end();
  }
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => interrupted.abort(new Error(name)));
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
}
