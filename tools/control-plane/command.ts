import { spawn } from "node:child_process";
import { constants, getPriority, setPriority } from "node:os";
import type { Environment } from "./environment.ts";

/** How a program is run to its end. */
export interface CommandOptions {
  readonly folder?: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Called with each line of standard error. */
  readonly onErrorLine?: (line: string) => void;
}

/** What a program answered. `code` is null when it could not be started or was ended by a signal. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
  /** The end of standard error. */
  readonly errorTail: string;
}

const tailCharacters = 4000;

/**
 * Runs a program without a shell at low priority, and ends it with all its children when the signal aborts.
 * Never rejects: a program that is missing answers with `code: null`.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  if (options.signal.aborted) return Promise.resolve(failed("interrupted"));
  const child = spawn(program, args, {
    cwd: options.folder,
    env: options.environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const endGroup = () => signalGroup(child.pid);
  options.signal.addEventListener("abort", endGroup, { once: true });
  if (child.pid !== undefined) lowerPriority(child.pid);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-tailCharacters);
    for (const line of chunk.split("\n")) if (line !== "") options.onErrorLine?.(line);
  });
  child.on("error", (error) => resolve(failed(error.message)));
  child.on("close", (code) => resolve({ code, output, errorTail: errors.trim() }));
  return promise.finally(() => options.signal.removeEventListener("abort", endGroup));
}

function failed(reason: string): CommandResult {
  return { code: null, output: "", errorTail: reason };
}

function signalGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended in the meantime.
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // A machine that does not allow it builds at normal priority.
  }
}
