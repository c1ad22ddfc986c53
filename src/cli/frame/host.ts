/** What a command line meets outside: streams, environment and signals. Tests give their own. */
import type { Readable, Writable } from "node:stream";
import type { MaybeTerminal } from "./paint.ts";

/** The process, as far as commands may see it. */
export interface Host {
  readonly stdin: Readable;
  readonly stdout: Writable & MaybeTerminal;
  readonly stderr: Writable & MaybeTerminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. Asked for only by commands with something to clean up: without it Ctrl-C ends the process at once. */
  readonly interruption: () => AbortSignal;
}
