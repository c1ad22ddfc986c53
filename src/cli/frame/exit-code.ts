/**
 * How prismctl ends. Scripts tell three things apart: the answer is no, the question was wrong, there is no answer.
 * kubectl diff has the same order: 0 same, 1 different, above 1 an error.
 */

/** The one table of exit codes; help, pages and tests read it. */
export const EXIT_CODES = {
  done: { code: 0, meaning: "done; the answer is yes: accepted, the same, ready" },
  refused: { code: 1, meaning: "the answer is no: refused, different, not ready" },
  usage: { code: 2, meaning: "the command line is wrong; nothing was tried" },
  failed: { code: 3, meaning: "no answer: a file cannot be read, a cluster does not answer" },
  interrupted: { code: 130, meaning: "ended by Ctrl-C; nothing is left behind" },
  closed: { code: 141, meaning: "the reader of the output went away, as head does" },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>;

/** The name of an exit code. */
export type Exit = keyof typeof EXIT_CODES;

/** Ends a command with one message for people, on standard error. */
export class CommandFailed extends Error {
  override name = "CommandFailed" as const;
  readonly exit: "usage" | "failed";

  constructor(message: string, { exit, ...options }: FailureOptions) {
    super(message, options);
    this.exit = exit;
  }
}

interface FailureOptions extends ErrorOptions {
  readonly exit: "usage" | "failed";
}
