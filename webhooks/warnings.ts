/** Warnings as the API server passes them on: it drops all of them when they are too long or hold control characters (VAL-13). */

const MAX_WARNINGS = 10;
const MAX_CHARS = 120;
const ELLIPSIS = "...";

/** At most ten different lines of at most 120 characters. */
export function boundWarnings(messages: readonly string[]): readonly string[] {
  const lines = new Set(messages.map(boundLine));
  const bounded = [...lines];
  if (bounded.length <= MAX_WARNINGS) return bounded;
  const rest = bounded.length - (MAX_WARNINGS - 1);
  return [...bounded.slice(0, MAX_WARNINGS - 1), `and ${rest} more warnings`];
}

function boundLine(message: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  const line = message.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
  return line.length <= MAX_CHARS ? line : line.slice(0, MAX_CHARS - ELLIPSIS.length) + ELLIPSIS;
}
