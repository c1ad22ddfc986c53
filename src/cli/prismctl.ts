#!/usr/bin/env node
/**
 * prismctl: what a reviewer runs on files, with no cluster. Commands are loaded when they are called, so that `--help`
 * answers at once.
 */
import { Command, CommanderError, Option } from "commander";
import type { ValidateOptions } from "./validate/validate.ts";

/** The exit code of a command that could not do what was asked: a file that is not there, an unknown option. */
const USAGE_ERROR = 2;

/** The command line; `run` gets the exit code of the command that was called. */
export function createProgram(run: (code: Promise<number>) => void): Command {
  const program = new Command("prismctl")
    .description("Checks and converts prism.io manifests as the cluster would, without a cluster")
    .showHelpAfterError()
    .exitOverride();
  program
    .command("validate")
    .description("Say of each object whether kube-apiserver would accept it, and why not")
    .argument("[file...]", "YAML or JSON files, folders, or - for standard input")
    .option(
      "--crd <file>",
      "a file or folder with CRDs, may be repeated (default: prism.io's own)",
      collect,
    )
    .option(
      "--old <file>",
      "the stored objects, to judge each object of the same name as an update",
    )
    .option(
      "--jsonl [file]",
      'one {"object", "old"} a line in, one answer a line out; - for standard input',
    )
    .addOption(
      new Option("--output <form>", "how to report").choices(["text", "json"]).default("text"),
    )
    .action((files: string[], options: ValidateOptions) => {
      run(import("./validate/validate.ts").then(({ validate }) => validate(files, options)));
    });
  return program;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

async function main(): Promise<void> {
  const program = createProgram((code) => {
    code.then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error: unknown) => {
        process.stderr.write(
          `prismctl: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        process.exitCode = USAGE_ERROR;
      },
    );
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
}

if (import.meta.main) {
  await main();
}
