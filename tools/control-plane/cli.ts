import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { findBinaries } from "./binaries.ts";
import { ControlPlaneFailed, startControlPlane } from "./control-plane.ts";
import { cacheFolder, hostEnvironment } from "./environment.ts";
import { withFolderLock } from "./folder-lock.ts";
import { endInstance, readyInstance } from "./instance.ts";
import { layoutOf } from "./layout.ts";
import type { OnProgress } from "./progress.ts";
import { progressDisplay } from "./progress.ts";
import { isStartFailure } from "./start-failure.ts";
import type { ToolName } from "./tool.ts";
import { coreToolNames, moreToolNames, pinnedKubernetes } from "./tool.ts";

interface UpOptions {
  readonly dir: string;
  readonly nodes: number;
  readonly kubernetes?: string;
  readonly with?: readonly ToolName[];
}

const usageError = 2;
/** As a shell reports a program that SIGINT ended. */
const interruptedCode = 130;
const largestNodeCount = 100;

/** `npm run control-plane -- up|down|env|build`. Answers the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    await program(signal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
    if (signal.aborted) return interruptedCode;
    if (!isStartFailure(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function program(signal: AbortSignal): Command {
  const command = new Command("control-plane")
    .description(
      "A real Kubernetes control plane on this machine, with fake nodes, for tests and for trying things out.",
    )
    .exitOverride();
  const dir = new Option("--dir <folder>", "where its files are")
    .default(join(cacheFolder(hostEnvironment()), "control-plane"), "in the cache folder")
    .argParser((folder: string) => resolve(folder));
  const kubernetes = new Option(
    "--kubernetes <version>",
    `for example 1.36 or 1.36.1; other than ${pinnedKubernetes} is built when first asked for`,
  );
  const more = new Option("--with <tools...>", "more programs").choices(moreToolNames);
  command
    .command("up")
    .description("start it and return when pods can be scheduled")
    .addOption(dir)
    .option("--nodes <count>", "fake nodes", nodeCount, 3)
    .addOption(kubernetes)
    .addOption(more)
    .action((options: UpOptions) => up(options, signal));
  command
    .command("down")
    .description("stop it")
    .addOption(dir)
    .action(({ dir: folder }: UpOptions) => down(folder));
  command
    .command("env")
    .description("print the line that points kubectl to it")
    .addOption(dir)
    .action(({ dir: folder }: UpOptions) => printEnvironment(folder));
  command
    .command("build")
    .description("only find or build the programs, and print where they are")
    .addOption(kubernetes)
    .addOption(more)
    .action((options: UpOptions) => build(options, signal));
  return command;
}

function nodeCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,3}$/.test(text) && count <= largestNodeCount) return count;
  throw new InvalidArgumentError(`It must be a number from 0 to ${largestNodeCount}.`);
}

async function up(options: UpOptions, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const { dir } = options;
  const isNew = await withProgress((onProgress) =>
    withFolderLock(`${dir}.lock`, onProgress, signal, async () => {
      if (readyInstance(dir)) return false;
      await endInstance(dir);
      const { kubernetes, nodes, with: more = [] } = options;
      const version = kubernetes === undefined ? {} : { kubernetesVersion: kubernetes };
      const wanted = { dir, nodes, with: more, ...version, onProgress, signal };
      (await startControlPlane(wanted)).release();
      return true;
    }),
  );
  const took = isNew
    ? `ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`
    : "already running";
  const layout = layoutOf(dir);
  const instance = readyInstance(dir);
  const nodes = instance?.nodes === 1 ? "1 node" : `${instance?.nodes} nodes`;
  process.stdout.write(
    `The control plane is ${took}: ${instance?.server}, ${nodes}. Its programs and logs are in ${dir}.\n` +
      `export KUBECONFIG=${shellWord(layout.kubeconfig)}\n` +
      `export PATH=${shellWord(layout.bin)}:"$PATH"\n`,
  );
}

async function down(dir: string): Promise<void> {
  const ended = await endInstance(dir);
  process.stdout.write(
    ended > 0 ? `Stopped ${ended} processes.\n` : `No control plane is running in ${dir}.\n`,
  );
}

function printEnvironment(dir: string): void {
  if (!readyInstance(dir))
    throw new ControlPlaneFailed(`no control plane is running in ${dir}; start it with "up"`);
  process.stdout.write(`export KUBECONFIG=${shellWord(layoutOf(dir).kubeconfig)}\n`);
}

async function build(options: UpOptions, signal: AbortSignal): Promise<void> {
  const names = [...coreToolNames, ...(options.with ?? [])];
  const binaries = await withProgress((onProgress) =>
    findBinaries({
      names,
      kubernetesVersion: options.kubernetes,
      environment: hostEnvironment(),
      onProgress,
      signal,
    }),
  );
  for (const path of binaries.values()) process.stdout.write(`${path}\n`);
}

async function withProgress<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const display = progressDisplay(process.stderr, () => performance.now());
  try {
    return await work(display.show);
  } finally {
    display.end();
  }
}

/** A word that a POSIX shell reads as it is. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => interrupted.abort(new Error(name)));
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
}
