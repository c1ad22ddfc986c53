#!/usr/bin/env node
/** `npm start`: reads options, runs the operator, ends with a code. The only file that touches the process. */
import { readFileSync } from "node:fs";
import { tuneHeap } from "./heap.ts";
import { createLog, type LogFormat, textDestination } from "./observe/log.ts";
import { followLevelFile } from "./observe/log-level-file.ts";
import { startTracing, traceFields } from "./observe/tracing.ts";
import { type Options, readOptions } from "./options.ts";

/** BSD's EX_USAGE is 64; shells and Kubernetes tools use 2 for a wrong command line. */
const USAGE = 2;
const FAILED = 1;

async function main(): Promise<void> {
  const version = versionOf(new URL("../package.json", import.meta.url));
  const invocation = readOptions(process.argv.slice(2), process.env, version);
  switch (invocation.kind) {
    case "print":
      process.stdout.write(`${invocation.text}\n`);
      return;
    case "refuse":
      process.stderr.write(`${invocation.text}\n`);
      process.exitCode = USAGE;
      return;
    case "run":
      await run(invocation.options, version);
  }
}

async function run(options: Options, version: string): Promise<void> {
  tuneHeap(process.execArgv);
  // Loaded after the flags are set, and not at all for --help.
  const { runOperator } = await import("./operator.ts");
  const stop = stopBySignal(() => process.exit(FAILED));
  const isText = isForPeople(options.logFormat);
  const log = createLog({
    level: options.logLevel,
    surroundings: traceFields,
    ...(isText ? { destination: await textDestination(process.stdout) } : {}),
  });
  if (options.logLevelFile !== undefined) await followLevelFile(log, options.logLevelFile, stop);
  process.on("unhandledRejection", (reason) => log.error({ err: reason }, "Unhandled rejection"));
  try {
    const tracing = await startTracing(process.env, version, log);
    const isTraced = tracing !== undefined;
    await runOperator({ options, version, environment: process.env, log, isTraced, stop });
    await tracing?.stop();
    log.info({}, "Stopped");
    process.exit(0);
  } catch (error) {
    log.error({}, error instanceof Error ? error.message : "cannot go on");
    process.exit(FAILED);
  }
}

function isForPeople(format: LogFormat): boolean {
  return format === "text" || (format === "auto" && process.stdout.isTTY);
}

/** The first SIGTERM or SIGINT asks for an end in order, the second takes it. */
function stopBySignal(kill: () => void): AbortSignal {
  const stop = new AbortController();
  const heard = (): void => (stop.signal.aborted ? kill() : stop.abort());
  process.on("SIGTERM", heard);
  process.on("SIGINT", heard);
  return stop.signal;
}

function versionOf(file: URL): string {
  const { version } = JSON.parse(readFileSync(file, "utf8"));
  return typeof version === "string" ? version : "0.0.0";
}

if (import.meta.main) await main();
