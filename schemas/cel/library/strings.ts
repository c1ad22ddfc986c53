/** Strings by code points: cel-go's ext/strings.go, version 2. */
import { CelError, type CelList, type CelValue } from "../values/cel-value.ts";
import type { Int } from "../values/integer.ts";
import { elementsOf, ListValue } from "../values/list-value.ts";
import { goText } from "../values/value-text.ts";
import { formatString } from "./format-string.ts";
import {
  type CelFunction,
  global,
  int,
  list,
  listOf,
  member,
  string,
  takes1,
  takes2,
  takes3,
  takes4,
} from "./function.ts";

/** charAt, indexOf, lastIndexOf, join, lowerAscii, replace, split, substring, trim, upperAscii, format, strings.quote. */
export function stringFunctions(): CelFunction[] {
  return [
    ...member("charAt", takes2(string, int, charAt)),
    ...member(
      "indexOf",
      takes2(string, string, (text, part) => indexOf(text, part, 0)),
      takes3([string, string, int], indexOf),
    ),
    ...member(
      "lastIndexOf",
      takes2(string, string, lastIndexOf),
      takes3([string, string, int], lastIndexBefore),
    ),
    ...member(
      "lowerAscii",
      takes1(string, (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
    ),
    ...member(
      "upperAscii",
      takes1(string, (text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
    ),
    ...member(
      "replace",
      takes3([string, string, string], (text, old, part) => replace(text, old, part, -1)),
      takes4([string, string, string, int], replace),
    ),
    ...member(
      "split",
      takes2(string, string, (text, separator) => split(text, separator, -1)),
      takes3([string, string, int], split),
    ),
    ...member("substring", takes2(string, int, substring), takes3([string, int, int], substring)),
    ...member("trim", takes1(string, trimSpace)),
    ...member(
      "join",
      takes1(listOf(string), (parts) => join(parts, "")),
      takes2(listOf(string), string, join),
    ),
    ...member("format", takes2(string, list, formatString)),
    ...global("strings.quote", takes1(string, quote)),
  ];
}

const ASCII = /^[\0-\x7f]*$/;

/** A string's code points; for ASCII, which most strings are, the string itself. */
function runesOf(text: string): {
  readonly length: number;
  slice(from: number, to?: number): string;
} {
  if (ASCII.test(text)) {
    return text;
  }
  const runes = Array.from(text);
  return { length: runes.length, slice: (from, to) => runes.slice(from, to).join("") };
}

function outOfRange(index: Int): CelError {
  return new CelError(`index out of range: ${index}`);
}

function charAt(text: string, index: Int): CelValue {
  const runes = runesOf(text);
  if (index < 0 || index > runes.length) {
    return outOfRange(index);
  }
  return runes.slice(Number(index), Number(index) + 1);
}

function indexOf(text: string, part: string, offset: Int): CelValue {
  if (offset < 0) {
    return outOfRange(offset);
  }
  const runes = runesOf(text);
  if (part === "") {
    return offset > runes.length ? runes.length : offset;
  }
  if (offset >= runes.length) {
    return -1;
  }
  const before = runes.slice(0, Number(offset));
  return runeIndex(text, text.indexOf(part, before.length));
}

/** The position in code points of a position in UTF-16 units. */
function runeIndex(text: string, index: number): number {
  return index < 0 || ASCII.test(text) ? index : Array.from(text.slice(0, index)).length;
}

function lastIndexOf(text: string, part: string): CelValue {
  return part === "" ? runesOf(text).length : runeIndex(text, text.lastIndexOf(part));
}

function lastIndexBefore(text: string, part: string, offset: Int): CelValue {
  if (offset < 0) {
    return outOfRange(offset);
  }
  const runes = runesOf(text);
  if (part === "") {
    return offset > runes.length ? runes.length : offset;
  }
  if (offset >= runes.length) {
    return -1;
  }
  return runeIndex(text, text.lastIndexOf(part, runes.slice(0, Number(offset)).length));
}

/** Go's strings.Replace: an empty `old` matches between all code points; a negative count means all. */
function replace(text: string, old: string, replacement: string, count: Int): CelValue {
  const pieces = old === "" ? ["", ...Array.from(text), ""] : text.split(old);
  const joints = pieces.length - 1;
  const replaced = count < 0 || count > joints ? joints : Number(count);
  if (replaced === joints) {
    return pieces.join(replacement);
  }
  const head = pieces.slice(0, replaced + 1).join(replacement);
  return [head, ...pieces.slice(replaced + 1)].join(old);
}

/** Go's strings.SplitN: an empty separator splits into code points; 0 gives none, a negative limit all. */
function split(text: string, separator: string, limit: Int): CelValue {
  const pieces = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0 || limit >= pieces.length) {
    return new ListValue(pieces);
  }
  if (limit === 0) {
    return new ListValue([]);
  }
  const last = Number(limit) - 1;
  return new ListValue([...pieces.slice(0, last), pieces.slice(last).join(separator)]);
}

function substring(text: string, start: Int, end?: Int): CelValue {
  const runes = runesOf(text);
  if (end !== undefined && start > end) {
    return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0 || start > runes.length) {
    return outOfRange(start);
  }
  if (end !== undefined && end > runes.length) {
    return outOfRange(end);
  }
  return runes.slice(Number(start), end === undefined ? undefined : Number(end));
}

/** Go's unicode.IsSpace; unlike JavaScript's trim it has U+0085 and lacks U+FEFF. */
const SPACE =
  "[\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING = new RegExp(`^${SPACE}+`);
const SPACE_END = new RegExp(`${SPACE}$`);

/** strings.TrimSpace */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE_END.test(text.charAt(end - 1))) {
    end--;
  }
  return text.slice(0, end).replace(LEADING, "");
}

function join(parts: CelList, separator: string): CelValue {
  const strings: string[] = [];
  for (const part of elementsOf(parts)) {
    if (typeof part !== "string") {
      return new CelError(`join: invalid input: ${goText(part)}`);
    }
    strings.push(part);
  }
  return strings.join(separator);
}

const QUOTED: ReadonlyMap<string, string> = new Map([
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
  ['"', '\\"'],
]);

function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters with an escape
  return `"${text.replace(/[\u0007\b\f\n\r\t\v\\"]/g, (found) => QUOTED.get(found) ?? found)}"`;
}
