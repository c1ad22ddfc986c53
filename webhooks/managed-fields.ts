/**
 * `metadata.managedFields` is a third of an object's JSON, in hundreds of tiny objects that nobody here looks at. It is
 * cut out of a review's text before that is parsed; kube-apiserver prints without white space and with `metadata` as
 * the third key, so finding it costs a fraction of parsing it. Where a text reads otherwise, it stays as it is; what is cut is
 * not checked, and goes back to nobody but the one who sent it.
 */
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  deeperBy,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from "./json-code.ts";

/** Where managedFields stand, end exclusive. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** A review's text with an empty list in the place of the managedFields of `object` and `oldObject`. */
export function withoutManagedFields(text: string): string {
  const place = placeIn(text, '"object":', 0);
  const oldPlace = placeIn(text, '"oldObject":', place?.end ?? 0);
  const later = oldPlace === undefined ? text : cut(text, oldPlace, "[]");
  return place === undefined ? later : cut(later, place, "[]");
}

/** A text that was cut, and what puts it together again after its objects were converted. */
export interface Shortened {
  readonly text: string;
  /** The text of the answer, or undefined where the managedFields did not come through. */
  restored(answer: string): string | undefined;
}

/** Stands for what was cut; a text that has it is left alone. */
const MARK = '"the managedFields stand here"';
const MEMBER = '"managedFields":';

/** Cuts the text of a ConversionReview with one object; undefined where it has several, or reads otherwise. */
export function shortened(text: string): Shortened | undefined {
  const place = placeIn(text, '"objects":[', 0);
  if (place === undefined || text.includes(MARK)) return undefined;
  // A second object has some of its own.
  if (text.includes(MEMBER, place.end)) return undefined;
  return {
    text: cut(text, place, MARK),
    restored(answer) {
      const start = answer.indexOf(MEMBER + MARK) + MEMBER.length;
      if (start < MEMBER.length) return undefined;
      return (
        answer.slice(0, start) +
        text.slice(place.start, place.end) +
        answer.slice(start + MARK.length)
      );
    },
  };
}

function cut(text: string, { start, end }: Place, instead: string): string {
  return text.slice(0, start) + instead + text.slice(end);
}

/** The managedFields of the object right after `opening`. */
function placeIn(text: string, opening: string, from: number): Place | undefined {
  const at = text.indexOf(`${opening}{"apiVersion":"`, from);
  if (at < 0) return undefined;
  const metadata = startOf(text, at + opening.length, '"metadata":');
  const start = metadata < 0 ? -1 : startOf(text, metadata, MEMBER);
  if (start < 0 || text.charCodeAt(start) !== OPEN_LIST) return undefined;
  const end = endOfValue(text, start);
  return end < 0 ? undefined : { start, end };
}

/** Where the value of a member such as `"metadata":` begins, in the object at `at`; -1 where there is none, or white space. */
function startOf(text: string, at: number, member: string): number {
  if (text.charCodeAt(at) !== OPEN_OBJECT) return -1;
  let next = at;
  do {
    if (text.startsWith(member, next + 1)) return next + 1 + member.length;
    next = endOfMember(text, next + 1);
  } while (next > 0 && text.charCodeAt(next) === COMMA);
  return -1;
}

function endOfMember(text: string, at: number): number {
  const colon = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : -1;
  return text.charCodeAt(colon) === COLON ? endOfValue(text, colon + 1) : -1;
}

function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  return first === OPEN_OBJECT || first === OPEN_LIST ? endOfNested(text, at) : endOfWord(text, at);
}

function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? -1 : end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let from = quote;
  while (text.charCodeAt(from - 1) === BACKSLASH) from--;
  return (quote - from) % 2 === 1;
}

function endOfNested(text: string, at: number): number {
  let depth = 0;
  let next = at;
  do {
    const code = text.charCodeAt(next);
    depth += deeperBy(code);
    next = code === QUOTE ? endOfString(text, next) : next + 1;
  } while (depth > 0 && next > 0 && next < text.length);
  return depth === 0 ? next : -1;
}

/** A number, true, false or null. */
function endOfWord(text: string, at: number): number {
  let next = at;
  while (next < text.length && !ENDS.has(text.charCodeAt(next))) next++;
  return next === at ? -1 : next;
}

const ENDS: ReadonlySet<number> = new Set([COMMA, CLOSE_OBJECT, CLOSE_LIST]);
