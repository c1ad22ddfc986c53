/** The reference of prismctl, from what its commands declare. */
import { Readable, Writable } from "node:stream";
import { PRISMCTL } from "../../src/cli/commands.ts";
import { EXIT_CODES } from "../../src/cli/frame/exit-code.ts";
import { runProgram } from "../../src/cli/frame/program.ts";
import { GENERATED } from "./banner.ts";

/** Help of every command, and the exit codes. */
export async function prismctlPage(): Promise<string> {
  const commands = PRISMCTL.commands.map(({ name }) => name);
  const sections = await Promise.all(
    commands.map(async (name) => {
      const help = await helpOf([...name.split(" "), "--help"]);
      return [`## prismctl ${name}`, "", "```", help.trimEnd(), "```", ""].join("\n");
    }),
  );
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return [
    "# prismctl",
    "",
    GENERATED,
    "",
    "Data goes to standard output, talk to standard error. `-o json` and `-o yaml` hold everything that the text says. Colour is for terminals, unless `NO_COLOR` is set or `--color` says otherwise.",
    "",
    "| exit code | meaning |",
    "| --- | --- |",
    ...codes,
    "",
    ...sections,
  ].join("\n");
}

async function helpOf(args: readonly string[]): Promise<string> {
  const chunks: string[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString("utf8"));
      done();
    },
  });
  await runProgram(PRISMCTL, args, {
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
    environment: {},
    interruption: () => new AbortController().signal,
  });
  return chunks.join("");
}
