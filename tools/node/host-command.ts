/** Programs of this machine, run to their end. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A program that ended badly; the message has its name and the end of what it said. */
export class HostCommandFailed extends Error {
  override readonly name = "HostCommandFailed" as const;
}

export interface HostCommandOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const run = promisify(execFile);

/** Runs a program and answers its standard output. Rejects with HostCommandFailed. */
export async function hostCommand(
  program: string,
  args: readonly string[],
  { folder, environment, signal }: HostCommandOptions = {},
): Promise<string> {
  try {
    const { stdout } = await run(program, args, {
      maxBuffer: MAX_OUTPUT_BYTES,
      ...(folder === undefined ? {} : { cwd: folder }),
      ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new HostCommandFailed(`${program}: ${said.slice(-2_000)}`, { cause });
  }
}

/** Whether a program is in PATH. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync("/bin/sh", ["-c", 'command -v "$1"', "sh", name], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
