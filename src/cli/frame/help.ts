/** Help pages: what commander does not know of a command. */
import type { Option } from "commander";
import type { CommandPage } from "./command.ts";
import { EXIT_CODES, type Exit } from "./exit-code.ts";

/** Help is the same in a pipe and on a terminal: the reference page quotes it. */
export const HELP_WIDTH = 100;

/** An option's line: choices as they are typed, and a default where there is one. */
export function describeOption({ description, argChoices, defaultValue }: Option): string {
  const parts = [
    ...(argChoices === undefined ? [] : [argChoices.join(", ")]),
    ...(typeof defaultValue === "string" ? [`default: ${defaultValue}`] : []),
  ];
  return parts.length === 0 ? description : `${description} (${parts.join("; ")})`;
}

/** Examples and exit codes. */
export function helpAfter(page: CommandPage): string {
  const examples = page.examples.flatMap(({ purpose, line }) => [
    `  # ${purpose}`,
    `  ${line}`,
    "",
  ]);
  return ["Examples:", ...examples, "Exit codes:", ...exitLines(page)].join("\n");
}

/** What each exit code means for this command, the codes that every program has left out. */
function exitsOf(page: CommandPage): readonly { code: number; meaning: string }[] {
  const named: readonly Exit[] = ["done", "refused", "usage", "failed"];
  return named.map((exit) => ({
    code: EXIT_CODES[exit].code,
    meaning: page.exits?.[exit] ?? EXIT_CODES[exit].meaning,
  }));
}

function exitLines(page: CommandPage): string[] {
  return exitsOf(page).map(({ code, meaning }) => `  ${code}  ${meaning}`);
}
