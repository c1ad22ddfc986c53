#!/usr/bin/env node
/** `prismctl`: the only file of the command line that touches the process. */
import { enableCompileCache } from "node:module";
import type { Exit } from "./frame/exit-code.ts";

async function main(): Promise<void> {
  // Before anything else is loaded: the parsed form of what follows is kept.
  enableCompileCache();
  const [{ PRISMCTL }, { runProgram }, { EXIT_CODES }] = await Promise.all([
    import("./commands.ts"),
    import("./frame/program.ts"),
    import("./frame/exit-code.ts"),
  ]);
  const end = (exit: Exit): void => process.exit(EXIT_CODES[exit].code);
  endWithTheReader(() => end("closed"));
  const exit = await runProgram(PRISMCTL, process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    interruption: interruption(),
  });
  // Everything is written; what is still open, such as connections, must not hold the process.
  process.stdout.write("", () => end(exit));
}

/** `prismctl ... | head` ends in silence, as other programs do. */
function endWithTheReader(end: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      end();
    });
  }
}

/** Takes Ctrl-C and SIGTERM over when first asked; a second one ends the process whatever it does. */
function interruption(): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller !== undefined) return controller.signal;
    const asked = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => asked.abort());
    controller = asked;
    return asked.signal;
  };
}

if (import.meta.main) await main();
