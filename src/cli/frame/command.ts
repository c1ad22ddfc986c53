/**
 * A command's declaration: everything that help, completion and the reference page say of it. Its code is loaded when it
 * is called, so that the others start no slower.
 */
import type { Exit } from "./exit-code.ts";
import type { Candidates, OptionDeclarations, OptionValues } from "./option.ts";
import type { Printer, Session } from "./session.ts";

/** One argument by place. */
export interface ArgumentDeclaration {
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  readonly isVariadic?: boolean;
  /** A list holds all values that there are. */
  readonly candidates?: Candidates;
}

/** A command line that works, and what it is for. */
export interface Example {
  readonly purpose: string;
  /** Without a prompt; starts with `prismctl`. */
  readonly line: string;
}

/** What stands in help for every command. */
export interface CommandPage {
  /** One or two words: `validate`, `kubernetes export`. */
  readonly name: string;
  /** Under which heading help lists it. */
  readonly needs: "files" | "cluster" | "shell";
  /** One line without a full stop. */
  readonly summary: string;
  /** More, for its own help page. */
  readonly description?: string;
  readonly arguments: readonly ArgumentDeclaration[];
  readonly options: OptionDeclarations;
  /** Forms beside text, json and yaml. */
  readonly forms?: readonly string[];
  readonly examples: readonly Example[];
  /** What its exit codes mean here, where the common table does not say enough. */
  readonly exits?: Readonly<Partial<Record<Exit, string>>>;
}

/** What was typed. */
export interface Input<Options extends OptionDeclarations> {
  readonly arguments: readonly string[];
  readonly options: OptionValues<Options>;
}

/** A command's code. */
export interface CommandBody<Options extends OptionDeclarations, Model> {
  readonly run: (input: Input<Options>, session: Session<Model>) => Promise<Exit>;
  /** One for `text` and one for each of the page's own forms. */
  readonly printers: Readonly<Record<string, Printer<Model>>>;
}

/** A declared command, ready to be put on the command line. */
export interface Command extends CommandPage {
  readonly run: (invocation: Invocation) => Promise<Exit>;
}

/** A call of a command, as the parser gives it. */
export interface Invocation {
  readonly arguments: readonly string[];
  /** The values of all options under their names, typed by the declarations that parsed them. */
  readonly values: <T extends Readonly<Record<string, unknown>>>() => T;
  readonly open: <Model>(printers: Readonly<Record<string, Printer<Model>>>) => Session<Model>;
}

/** Ties a page to the code that `load` imports. */
export function defineCommand<const Options extends OptionDeclarations, Model>(
  page: Omit<CommandPage, "options"> & {
    readonly options: Options;
    readonly load: () => Promise<CommandBody<Options, Model>>;
  },
): Command {
  const { load, ...rest } = page;
  return {
    ...rest,
    run: async (invocation) => {
      const { run, printers } = await load();
      const options = invocation.values<OptionValues<Options>>();
      return run({ arguments: invocation.arguments, options }, invocation.open(printers));
    },
  };
}
