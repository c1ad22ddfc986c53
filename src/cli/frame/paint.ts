/** Colour, where it is wanted. */
import { styleText } from "node:util";

/** Formats of `styleText` that commands use: never the only carrier of a meaning. */
export type PaintFormat = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Paints a text, or leaves it as it is. */
export type Paint = (format: PaintFormat, text: string) => string;

/** `--color`. */
export const COLOR_CHOICES = ["auto", "always", "never"] as const;

/** The part of a stream that says whether it can show colour; `hasColors` is there on terminals only. */
export interface MaybeTerminal {
  readonly isTTY?: boolean;
  readonly hasColors?: (environment?: object) => boolean;
}

/** `auto` paints on a terminal that can show it, unless NO_COLOR says otherwise (https://no-color.org). */
export function paintFor(
  choice: (typeof COLOR_CHOICES)[number],
  stream: MaybeTerminal,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const isPainted =
    choice === "always" ||
    (choice === "auto" &&
      stream.isTTY === true &&
      (environment["NO_COLOR"] ?? "") === "" &&
      stream.hasColors?.(environment) === true);
  return isPainted
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}
