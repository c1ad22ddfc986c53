/** `prismctl completion`: a script for each shell; all of them ask `prismctl __complete`. */
import { readFile } from "node:fs/promises";
import type { CommandBody } from "../frame/command.ts";

/** A script and its shell. */
export interface Completion {
  readonly shell: string;
  readonly script: string;
}

/** The code of the command. */
export const body: CommandBody<Record<string, never>, Completion> = {
  run: async ({ arguments: [shell = ""] }, session) => {
    const script = await readFile(new URL(`prismctl.${shell}`, import.meta.url), "utf8");
    await session.show({ shell, script });
    return "done";
  },
  printers: { text: ({ script }) => script },
};
