/** The command line: commands become commander's, a call becomes an exit. */
import {
  Argument,
  CommanderError,
  InvalidArgumentError,
  Option,
  Command as Program,
} from "commander";
import { writeCandidates } from "./candidates.ts";
import type { ArgumentDeclaration, Command } from "./command.ts";
import { CommandFailed, type Exit } from "./exit-code.ts";
import { describeOption, HELP_WIDTH, helpAfter } from "./help.ts";
import type { Host } from "./host.ts";
import { longName, type OptionDeclaration, type ReadText } from "./option.ts";
import { COLOR_CHOICES } from "./paint.ts";
import { COMMON_FORMS, type CommonValues, openSession } from "./session.ts";

/** Headings of the list of commands, in their order. */
const HEADINGS: Readonly<Record<Command["needs"], string>> = {
  files: "Without a cluster:",
  cluster: "With a cluster:",
  shell: "For your shell:",
};

/** How Cobra's programs are asked what may come next; kubectl does it too. */
const ASK_CANDIDATES = "__complete";

/** What stands on the first help page. */
export interface ProgramPage {
  readonly name: string;
  readonly description: string;
  readonly commands: readonly Command[];
  /** One line for each first word of commands with two. */
  readonly groups: Readonly<Record<string, string>>;
}

/** Runs one command line. Rejects only for faults of prismctl itself. */
export async function runProgram(
  page: ProgramPage,
  args: readonly string[],
  host: Host,
): Promise<Exit> {
  if (args[0] === ASK_CANDIDATES) {
    await writeCandidates(page, args.slice(1), host);
    return "done";
  }
  let exit: Exit = "done";
  let signal: AbortSignal | undefined;
  const interruption = (): AbortSignal => {
    signal ??= host.interruption();
    return signal;
  };
  const program = createProgram(page, { ...host, interruption }, (answer) => {
    exit = answer;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // What failed because of Ctrl-C is no answer, and nothing to be told.
    if (!signal?.aborted) exit = exitOf(error, page.name, host);
  }
  return signal?.aborted ? "interrupted" : exit;
}

function exitOf(error: unknown, name: string, host: Host): Exit {
  if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "usage";
  if (!(error instanceof CommandFailed)) throw error;
  host.stderr.write(`${name}: ${error.message}\n`);
  return error.exit;
}

/** The whole command line; `finish` gets each command's exit. */
function createProgram(page: ProgramPage, host: Host, finish: (exit: Exit) => void): Program {
  const program = new Program(page.name).description(page.description);
  inherited(program, host).usage("COMMAND [options]").helpCommand(false);
  program.addHelpText("after", `\nUse "${page.name} COMMAND --help" for options and examples.`);
  for (const command of page.commands) {
    const [first = "", second] = command.name.split(" ");
    const parent = second === undefined ? program : groupOf(program, first, page, host);
    addCommand(parent, second ?? first, { command, host, finish });
  }
  return program;
}

function inherited(program: Program, host: Host): Program {
  return program
    .exitOverride()
    .helpOption("-h, --help", "show this page")
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, `${pathOf(program)}: `)),
    })
    .configureHelp({ optionDescription: describeOption, subcommandTerm: (one) => one.name() })
    .showHelpAfterError(`Use "${pathOf(program)} --help".`);
}

function pathOf(program: Program): string {
  return program.parent === null ? program.name() : `${pathOf(program.parent)} ${program.name()}`;
}

function groupOf(program: Program, name: string, page: ProgramPage, host: Host): Program {
  const known = program.commands.find((one) => one.name() === name);
  if (known !== undefined) return known;
  const group = program.command(name).description(page.groups[name] ?? "");
  group.helpGroup(HEADINGS.cluster);
  return inherited(group, host).helpCommand(false);
}

interface Addition {
  readonly command: Command;
  readonly host: Host;
  readonly finish: (exit: Exit) => void;
}

function addCommand(parent: Program, name: string, { command, host, finish }: Addition): void {
  const program = parent.command(name).summary(command.summary);
  program.description([command.summary, command.description].filter(Boolean).join("\n\n"));
  program.helpGroup(HEADINGS[command.needs]);
  inherited(program, host);
  for (const declaration of command.arguments) program.addArgument(argumentOf(declaration));
  for (const [key, declaration] of Object.entries(command.options)) {
    program.addOption(optionOf(key, declaration));
  }
  for (const option of commonOptions(command)) program.addOption(option);
  program.addHelpText("after", `\n${helpAfter(command)}`);
  program.action(async () => {
    const { output, color } = program.opts<CommonValues>();
    const exit = await command.run({
      arguments: program.args,
      values: () => program.opts(),
      open: (printers) => openSession(host, { output, color }, printers),
    });
    finish(exit);
  });
}

function commonOptions(command: Command): Option[] {
  const forms = [...COMMON_FORMS, ...(command.forms ?? [])];
  return [
    new Option("-o, --output <form>", "how to print the answer").choices(forms).default("text"),
    new Option("--color <when>", "when to use colour").choices(COLOR_CHOICES).default("auto"),
  ];
}

function argumentOf(declaration: ArgumentDeclaration): Argument {
  const { name, description, isOptional, isVariadic, candidates } = declaration;
  const inner = isVariadic === true ? `${name}...` : name;
  const argument = new Argument(isOptional === true ? `[${inner}]` : `<${inner}>`, description);
  return Array.isArray(candidates) ? argument.choices(candidates) : argument;
}

function optionOf(key: string, declaration: OptionDeclaration<unknown>): Option {
  const { short, value, description, choices, parse, initial } = declaration;
  const placeholder =
    value === undefined ? "" : declaration.isValueOptional === true ? ` [${value}]` : ` <${value}>`;
  const flags = `${short === undefined ? "" : `-${short}, `}${longName(key)}${placeholder}`;
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices([...choices]);
  if (parse !== undefined) option.argParser((text) => accepted(parse(text)));
  if (declaration.isRepeatable === true) option.argParser(collectOf(choices));
  return option.default(initial);
}

function accepted<T>(read: ReadText<T>): T {
  if (read.kind === "wrong") throw new InvalidArgumentError(read.message);
  return read.value;
}

function collectOf(choices: readonly string[] | undefined) {
  return (value: string, earlier: unknown): readonly unknown[] => {
    if (choices !== undefined && !choices.includes(value)) {
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    }
    return [...(Array.isArray(earlier) ? earlier : []), value];
  };
}
