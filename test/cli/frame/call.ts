/** Calls a command line in this process and keeps what it wrote. */
import { Readable, Writable } from "node:stream";
import { EXIT_CODES } from "../../../src/cli/frame/exit-code.ts";
import type { Host } from "../../../src/cli/frame/host.ts";
import { type ProgramPage, runProgram } from "../../../src/cli/frame/program.ts";

/** How a command line ended. */
export interface Call {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What differs from a pipe with nothing in it. */
export interface CallOptions {
  readonly stdin?: string;
  readonly environment?: Host["environment"];
  readonly isTerminal?: boolean;
}

/** Runs one command line to its end. */
export async function call(
  page: ProgramPage,
  args: readonly string[],
  { stdin = "", environment = {}, isTerminal = false }: CallOptions = {},
): Promise<Call> {
  const [stdout, stderr] = [sink(isTerminal), sink(isTerminal)];
  const exit = await runProgram(page, args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    environment,
    interruption: () => new AbortController().signal,
  });
  return { code: EXIT_CODES[exit].code, stdout: stdout.text(), stderr: stderr.text() };
}

function sink(isTTY: boolean): Writable & { text: () => string; isTTY: boolean } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, {
    text: () => Buffer.concat(chunks).toString("utf8"),
    isTTY,
    hasColors: () => true,
  });
}
