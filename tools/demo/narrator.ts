import { styleText } from "node:util";
import type { Kubectl, KubectlAnswer, KubectlOptions } from "./kubectl.ts";

/** A step showed something else than it should. The message says what was expected and what was seen. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
}

/** What a reader of the demo sees: titles, the commands as typed, their real output, and what was checked. */
export interface Narrator {
  title(text: string): void;
  say(text: string): void;
  /** Prints `$ kubectl ...`, runs it, prints what it printed. */
  show(args: readonly string[], options?: KubectlOptions): Promise<KubectlAnswer>;
  /** Prints a tick; throws StepFailure where `holds` is false. */
  check(what: string, holds: boolean, seen?: string): void;
}

const MAX_SHOWN_LINES = 70;

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function shortened(text: string): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= MAX_SHOWN_LINES) return lines.join("\n");
  return [
    ...lines.slice(0, MAX_SHOWN_LINES),
    `... (${lines.length - MAX_SHOWN_LINES} more lines)`,
  ].join("\n");
}

/** A narrator that writes to `out`; colours only on a terminal that wants them. */
export function createNarrator(kubectl: Kubectl, out: NodeJS.WriteStream): Narrator {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream: out });
  const line = (text = "") => out.write(`${text}\n`);
  return {
    title: (text) => line(`\n${paint(["bold", "cyan"], `== ${text}`)}\n`),
    say: (text) => line(text),
    async show(args, options) {
      line(paint("bold", `$ kubectl ${args.map(quoted).join(" ")}`));
      const answer = await kubectl(args, options);
      const text = shortened(`${answer.stdout}${answer.stderr}`);
      if (text !== "") line(text);
      return answer;
    },
    check(what, holds, seen) {
      if (!holds) throw new StepFailure(seen === undefined ? what : `${what}; seen: ${seen}`);
      line(paint("green", `✔ ${what}`));
    },
  };
}
