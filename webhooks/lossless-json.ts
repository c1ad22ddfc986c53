/**
 * JSON in and out without changing a number. JavaScript reads 9007199254740993 as 9007199254740992; Kubernetes holds
 * int64. Integers that a double cannot hold become bigint, and only texts that may have one pay for it.
 */

declare global {
  interface JSON {
    /** ECMAScript proposal "JSON.parse source text access"; V8 has it, TypeScript's library not yet. */
    rawJSON(text: string): object;
  }
}

/** 2^53 has 16 digits. */
const LONG_DIGITS = 16;
const STRING = /"(?:[^"\\]|\\.)*"/g;
const INTEGER = /^-?\d+$/;

/** Thrown for texts nested deeper than the engine's stack can follow, and for texts that are no JSON. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

/** Deeper than any Kubernetes object; below what recursive functions survive on Node's default stack. */
const MAX_DEPTH = 500;

/** Parses a text; integers beyond ±(2^53-1) become bigint. Throws MalformedJson. */
export function parseJson(text: string): unknown {
  try {
    return hasLongNumber(text) ? JSON.parse(text, keepInteger) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new MalformedJson("not JSON", { cause: error });
    throw asMalformed(error, text);
  }
}

/** The error to throw for `error`: MalformedJson where the depth of `text` was the reason, else itself. */
export function asMalformed(error: unknown, text: string): unknown {
  if (!(error instanceof RangeError) || depthOf(text) <= MAX_DEPTH) return error;
  return new MalformedJson("nested too deeply", { cause: error });
}

function keepInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return INTEGER.test(source) ? BigInt(source) : value;
}

/** Prints a value of `parseJson`; bigint as plain digits. `mayHaveBigInt` is false where the text had no long number. */
export function printJson(value: unknown, mayHaveBigInt: boolean): string {
  return mayHaveBigInt ? JSON.stringify(value, printInteger) : JSON.stringify(value);
}

/**
 * Whether `parseJson` of this text may hold a bigint: it has 16 digits in a row. A row inside a string or a fraction costs
 * time, not correctness. Every row covers an index that 16 divides, so one character in 16 is looked at (a regular
 * expression takes ten times as long, 3 % of a call).
 */
export function hasLongNumber(text: string): boolean {
  for (let i = LONG_DIGITS - 1; i < text.length; i += LONG_DIGITS) {
    if (isDigit(text, i) && digitsAround(text, i) >= LONG_DIGITS) return true;
  }
  return false;
}

function digitsAround(text: string, index: number): number {
  let from = index;
  let to = index + 1;
  while (from > 0 && isDigit(text, from - 1)) from--;
  while (to < text.length && isDigit(text, to)) to++;
  return to - from;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
}

function printInteger(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.replaceAll(STRING, "").matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
