/**
 * What may come next on a command line, for shells. Spoken is the protocol of Cobra, which kubectl expects of plugins
 * too: a candidate a line, a tab and its description, and at the end a colon and what else the shell may offer.
 */
import type { Command } from "./command.ts";
import type { Host } from "./host.ts";
import { type Candidates, longName, type OptionDeclaration } from "./option.ts";
import { COLOR_CHOICES } from "./paint.ts";
import type { ProgramPage } from "./program.ts";
import { COMMON_FORMS } from "./session.ts";

/** Cobra's ShellCompDirectiveDefault: file names where there is no candidate. */
const FILES = 0;
/** Cobra's ShellCompDirectiveNoFileComp. */
const NO_FILES = 4;

/** Writes the candidates for the last of `words`. */
export async function writeCandidates(
  page: ProgramPage,
  words: readonly string[],
  host: Pick<Host, "stdout" | "environment">,
): Promise<void> {
  const { lines, mayBeFile } = await candidatesFor(page, words, host.environment);
  host.stdout.write([...lines, `:${mayBeFile ? FILES : NO_FILES}`, ""].join("\n"));
}

interface Answer {
  readonly lines: readonly string[];
  readonly mayBeFile: boolean;
}

async function candidatesFor(
  page: ProgramPage,
  words: readonly string[],
  environment: Host["environment"],
): Promise<Answer> {
  const before = words.slice(0, -1);
  // Bash hands `--output=` over as two words.
  const last = words.at(-1) === "=" ? "" : (words.at(-1) ?? "");
  const found = commandOf(page, before);
  if (found.kind === "open") return only(commandLines(page, found.prefix), last);
  const typed = new Typed(found.command, found.rest);
  const { candidates, prefix, text } = wanted(found.command, typed, last);
  if (candidates === "options") return only(optionLines(found.command), last);
  if (candidates === "files") return { lines: [], mayBeFile: true };
  if (candidates === "none") return { lines: [], mayBeFile: false };
  const session = { options: typed.options, environment };
  const values = typeof candidates === "function" ? await candidates(session) : candidates;
  return only(
    values.map((value) => `${prefix}${value}`),
    `${prefix}${text}`,
  );
}

function only(lines: readonly string[], start: string): Answer {
  return { lines: lines.filter((line) => line.startsWith(start)), mayBeFile: false };
}

type Found =
  | { readonly kind: "command"; readonly command: Command; readonly rest: readonly string[] }
  | { readonly kind: "open"; readonly prefix: string };

function commandOf({ commands }: ProgramPage, before: readonly string[]): Found {
  for (const length of [2, 1]) {
    const name = before.slice(0, length).join(" ");
    const command = commands.find((one) => one.name === name);
    if (command !== undefined) return { kind: "command", command, rest: before.slice(length) };
  }
  return { kind: "open", prefix: before.map((word) => `${word} `).join("") };
}

/** The next word of the names that begin with `prefix`, each once. */
function commandLines({ commands, groups }: ProgramPage, prefix: string): readonly string[] {
  const lines = new Map<string, string>();
  for (const { name, summary } of commands) {
    if (!name.startsWith(prefix)) continue;
    const [word = "", more] = name.slice(prefix.length).split(" ");
    lines.set(word, `${word}\t${more === undefined ? summary : (groups[word] ?? "")}`);
  }
  return [...lines.values()];
}

function optionLines(command: Command): readonly string[] {
  const own = Object.entries(command.options).map(
    ([key, { description }]) => `${longName(key)}\t${description}`,
  );
  return [...own, "--output\thow to print the answer", "--color\twhen to use colour", "--help\t"];
}

/** Reads the words after a command one by one. */
class Typed {
  readonly arguments: string[] = [];
  readonly options: Record<string, string> = {};
  readonly #command: Command;
  #open: NamedOption | undefined;

  constructor(command: Command, words: readonly string[]) {
    this.#command = command;
    // Bash hands `--output=json` over as three words.
    for (const word of words.filter((one) => one !== "=")) this.#read(word);
  }

  /** The option whose value comes next. */
  get open(): OptionDeclaration<unknown> | undefined {
    return this.#open?.declaration;
  }

  #read(word: string): void {
    if (isOption(word)) this.#option(word);
    else if (this.#open === undefined) this.arguments.push(word);
    else {
      this.options[this.#open.key] = word;
      this.#open = undefined;
    }
  }

  #option(word: string): void {
    const [name = "", value] = word.split("=", 2);
    const option = optionNamed(this.#command, name);
    this.#open =
      value === undefined && option?.declaration.value !== undefined ? option : undefined;
    if (option !== undefined && value !== undefined) this.options[option.key] = value;
  }
}

function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

interface NamedOption {
  readonly key: string;
  readonly declaration: OptionDeclaration<unknown>;
}

function optionNamed(command: Command, name: string): NamedOption | undefined {
  const entries = Object.entries({ ...command.options, ...commonDeclarations(command) });
  const found = entries.find(
    ([key, { short }]) => longName(key) === name || (short !== undefined && `-${short}` === name),
  );
  return found === undefined ? undefined : { key: found[0], declaration: found[1] };
}

function commonDeclarations(
  command: Command,
): Readonly<Record<string, OptionDeclaration<unknown>>> {
  const common = { description: "", initial: undefined };
  const forms = [...COMMON_FORMS, ...(command.forms ?? [])];
  return {
    output: { ...common, short: "o", value: "form", candidates: forms },
    color: { ...common, value: "when", candidates: COLOR_CHOICES },
  };
}

interface Wanted {
  readonly candidates: Candidates | "options";
  /** What stands before the value in its word: `--output=`. */
  readonly prefix: string;
  readonly text: string;
}

function wanted(command: Command, typed: Typed, last: string): Wanted {
  const plain = { prefix: "", text: last };
  if (!isOption(last)) {
    if (typed.open !== undefined) return { ...plain, candidates: typed.open.candidates ?? "none" };
    const at = typed.arguments.length;
    const declared = command.arguments[at] ?? command.arguments.findLast((one) => one.isVariadic);
    return { ...plain, candidates: declared?.candidates ?? "none" };
  }
  const [name = "", value] = last.split("=", 2);
  if (value === undefined) return { ...plain, candidates: "options" };
  const candidates = optionNamed(command, name)?.declaration.candidates ?? "none";
  return { candidates, prefix: `${name}=`, text: value };
}
