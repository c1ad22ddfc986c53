/** Options of commands, typed by how they are declared. The key in a command's record is the name: `dryRun` is `--dry-run`. */

/** Where the shell gets candidates for a value. */
export type Candidates =
  | "files"
  | "none"
  | readonly string[]
  | ((session: CandidateSession) => Promise<readonly string[]>);

/** What candidates may depend on: the options that were typed before, and the environment. */
export interface CandidateSession {
  readonly options: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What came of a value's text; the message says what to write instead. */
export type ReadText<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "wrong"; readonly message: string };

/** One option. `T` is what a command gets. */
export interface OptionDeclaration<out T> {
  readonly description: string;
  readonly short?: string;
  /** How the value is called in help; no value makes it a switch. */
  readonly value?: string;
  readonly isValueOptional?: boolean;
  readonly isRepeatable?: boolean;
  readonly choices?: readonly string[];
  readonly initial: T;
  readonly parse?: (text: string) => ReadText<T>;
  readonly candidates?: Candidates;
}

/** The options of one command, by name. */
export type OptionDeclarations = Readonly<Record<string, OptionDeclaration<unknown>>>;

/** What the command gets: each option's value under its name. */
export type OptionValues<Declarations extends OptionDeclarations> = {
  readonly [Name in keyof Declarations]: Declarations[Name] extends OptionDeclaration<infer T>
    ? T
    : never;
};

interface Extras {
  readonly short?: string;
  readonly candidates?: Candidates;
}

/** `--name`: true when it is there. */
export function flag(description: string, extras: Extras = {}): OptionDeclaration<boolean> {
  return { description, initial: false, ...extras };
}

/** `--name <value>`: undefined when it is not there. */
export function text(
  value: string,
  description: string,
  extras: Extras = {},
): OptionDeclaration<string | undefined> {
  return { description, value, initial: undefined, ...extras };
}

/** `--name <value>`, with what it is when it is not there. */
export function textOr(
  value: string,
  description: string,
  initial: string,
  extras: Extras = {},
): OptionDeclaration<string> {
  return { description, value, initial, ...extras };
}

/** `--name <value>`, one of a few, as often as wanted. */
export function choices<const Value extends string>(
  value: string,
  description: string,
  known: readonly Value[],
): OptionDeclaration<readonly Value[]> {
  return { description, value, choices: known, isRepeatable: true, initial: [], candidates: known };
}

/** `--name <value>`, as often as wanted. */
export function texts(
  value: string,
  description: string,
  extras: Extras = {},
): OptionDeclaration<readonly string[]> {
  return { description, value, isRepeatable: true, initial: [], ...extras };
}

/** `--name [value]`: true when it is there without a value. */
export function textOrTrue(
  value: string,
  description: string,
  extras: Extras = {},
): OptionDeclaration<string | true | undefined> {
  return { description, value, isValueOptional: true, initial: undefined, ...extras };
}

/** `--name <value>`, one of a few. */
export function choice<const Value extends string>(
  value: string,
  description: string,
  choices: readonly Value[],
  initial: NoInfer<Value>,
): OptionDeclaration<Value> {
  return { description, value, choices, initial, candidates: choices };
}

/** `--name <value>`, read by `parse`. */
export function parsed<T>(
  value: string,
  description: string,
  parse: (text: string) => ReadText<T>,
  extras: Extras = {},
): OptionDeclaration<T | undefined> {
  return { description, value, parse, initial: undefined, ...extras };
}

/** `dryRun` is written `--dry-run`. */
export function longName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
