import { Command, CommanderError, InvalidArgumentError } from "commander";
import { isStartFailure } from "../control-plane/start-failure.ts";
import { runFlowTests } from "./flow-tests.ts";
import { runPureTests } from "./pure-tests.ts";
import type { RunResult } from "./run-result.ts";
import { closingLine, isSuccess, sumOf } from "./run-result.ts";
import { NothingSelected, needsControlPlane, selectTestFiles } from "./selection.ts";
import type { TestOptions } from "./test-options.ts";

const usageError = 2;
const notStarted: RunResult = { passed: 0, failed: 1, skipped: 0, complaints: [] };

/** `npm test`: the test files, those under test/flow on control planes that live as long as the run. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const command = commandOf(args);
    const files = selectTestFiles(process.cwd(), command.args, command.opts<TestOptions>().long);
    const result = await runFiles(
      files,
      command.opts<TestOptions>(),
      command.args.length === 0 && !command.opts<TestOptions>().long,
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
    .option("--no-coverage", "do not count which lines the tests without a server reach")
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
  options: TestOptions,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<RunResult> {
  // Pure tests first: they are quick, and a mistake they find would fail the others too.
  const pure = files.filter((file) => !needsControlPlane(file));
  const flow = files.filter(needsControlPlane);
  const results: RunResult[] = [];
  if (pure.length > 0) results.push(await runPureTests(pure, options, isWhole, signal));
  if (flow.length > 0) results.push(await runFlowTests(flow, options, signal));
  return sumOf(results);
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => interrupted.abort(new Error(name)));
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
}
