import { execFile } from "node:child_process";
import { performance } from "node:perf_hooks";
import { findBinaries } from "../control-plane/binaries.ts";
import { hostEnvironment } from "../control-plane/environment.ts";
import { progressDisplay } from "../control-plane/progress.ts";
import type { ToolName } from "../control-plane/tool.ts";

/** What a program said and how it ended. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const WITHIN_MS = 300_000;
const MOST_OUTPUT = 256 * 1024 * 1024;

/** Where a program is; built at first, with progress on standard error. Rejects like `findBinaries`. */
export async function programPath(name: ToolName): Promise<string> {
  const display = progressDisplay(process.stderr, () => performance.now());
  try {
    const found = await findBinaries({
      names: [name],
      environment: hostEnvironment(),
      onProgress: display.show,
      signal: new AbortController().signal,
    });
    return found.get(name) ?? name;
  } finally {
    display.end();
  }
}

/** Runs a program to its end. Never rejects for what it says: look at the code. */
export function run(
  program: string,
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const environment = { ...hostEnvironment(), ...options.environment };
  const child = execFile(
    program,
    [...args],
    { timeout: WITHIN_MS, maxBuffer: MOST_OUTPUT, env: environment },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr: code === -1 ? `${stderr}${error?.message}` : stderr });
    },
  );
  // A program that ends without reading it is no fault of ours.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input ?? "");
  return promise;
}
