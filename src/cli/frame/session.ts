/** What a running command has: its data goes to standard output, its talk to standard error. */
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Host } from "./host.ts";
import { jsonText } from "./json-text.ts";
import { type COLOR_CHOICES, type Paint, paintFor } from "./paint.ts";

/** Turns a model into a text for people, a graph or whatever else a form is. Everything it says must be in the model. */
export type Printer<Model> = (model: Model, paint: Paint) => string | Promise<string>;

/** The forms that each command has: two for programs, made from the model itself, and `text`. */
export const COMMON_FORMS = ["text", "json", "yaml"] as const;

/** What a command works with. */
export interface Session<Model> {
  /** The form that was asked for. */
  readonly form: string;
  /** Prints one model in the form that was asked for; call it again for each state of a watch. */
  readonly show: (model: Model) => Promise<void>;
  /** Writes data as it is, for streams that have a form of their own. */
  readonly write: (data: string | Uint8Array) => Promise<void>;
  /** One line for people, on standard error. */
  readonly say: (line: string) => void;
  /** Shows what is waited for, on a terminal only; call the answer when it is over. */
  readonly wait: (what: string) => Promise<() => void>;
  readonly stdin: Readable;
  readonly environment: Host["environment"];
  /** True when somebody watches standard output: a watch may redraw. */
  readonly isTerminal: boolean;
  /** Paint for standard error. */
  readonly paint: Paint;
  /** Aborted by Ctrl-C; see `Host.interruption`. */
  readonly interruption: Host["interruption"];
}

/** Options that each command has. */
export interface CommonValues {
  readonly output: string;
  readonly color: (typeof COLOR_CHOICES)[number];
}

/** The session of one command. */
export function openSession<Model>(
  host: Host,
  common: CommonValues,
  printers: Readonly<Record<string, Printer<Model>>>,
): Session<Model> {
  const { stdin, stdout, stderr, environment, interruption } = host;
  const paint = paintFor(common.color, stdout, environment);
  const write = (data: string | Uint8Array) => writeAll(stdout, data);
  let shown = 0;
  let signal: AbortSignal | undefined;
  return {
    form: common.output,
    show: async (model) => {
      // What was gathered until Ctrl-C is not the whole.
      if (signal?.aborted) return;
      const text = await formOf(model, common.output, printers, paint);
      await write(common.output === "yaml" && shown > 0 ? `---\n${text}` : text);
      shown += 1;
    },
    write,
    say: (line) => void stderr.write(`${line}\n`),
    wait: (what) => waitFor(stderr, what),
    stdin,
    environment,
    isTerminal: stdout.isTTY === true,
    paint: paintFor(common.color, stderr, environment),
    interruption: () => {
      signal = interruption();
      return signal;
    },
  };
}

async function formOf<Model>(
  model: Model,
  form: string,
  printers: Readonly<Record<string, Printer<Model>>>,
  paint: Paint,
): Promise<string> {
  if (form === "json") return jsonText(model);
  if (form === "yaml") {
    const { yamlText } = await import("../manifest/yaml-text.ts");
    return yamlText(model);
  }
  const print = Object.hasOwn(printers, form) ? printers[form] : undefined;
  if (print === undefined) throw new Error(`no printer for ${form}`);
  return print(model, paint);
}

async function writeAll(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (!stream.write(data)) await once(stream, "drain");
}

async function waitFor(stderr: Host["stderr"], what: string): Promise<() => void> {
  if (stderr.isTTY !== true) return () => undefined;
  const { default: yoctoSpinner } = await import("yocto-spinner");
  const spinner = yoctoSpinner({ text: what, stream: process.stderr }).start();
  return () => void spinner.stop();
}
