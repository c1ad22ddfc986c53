/**
 * Finds the objects of a ConversionReview in its bytes without parsing them, so that a large review is converted object
 * by object: its memory is its own length twice, in place of ten times.
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
import { MalformedJson } from "./lossless-json.ts";

/** A part of the bytes, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `envelope` is the review's text with an empty list of objects. */
export interface SplitReview {
  readonly envelope: string;
  readonly objects: readonly Span[];
}

/** Splits a review. Throws MalformedJson where `request.objects` cannot be found; each span still has to be parsed. */
export function splitReview(bytes: Uint8Array): SplitReview {
  const scanner = new Scanner(bytes);
  scanner.enter("request");
  scanner.enter("objects");
  const start = scanner.expect(OPEN_LIST);
  const objects: Span[] = [];
  if (scanner.peek() !== CLOSE_LIST) {
    objects.push(scanner.value());
    while (scanner.peek() === COMMA) {
      scanner.expect(COMMA);
      objects.push(scanner.value());
    }
  }
  const end = scanner.expect(CLOSE_LIST) + 1;
  const text = (from: number, to: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
  return { envelope: `${text(0, start)}[]${text(end, bytes.length)}`, objects };
}

/** A position in JSON bytes. It tells where values end; whether they are valid is for a parser to say. */
class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next byte that is no white space. */
  peek(): number {
    while (isSpace(this.#bytes[this.#at])) this.#at++;
    return this.#bytes[this.#at] ?? -1;
  }

  /** Takes one byte, which must come next; its position. */
  expect(byte: number): number {
    if (this.peek() !== byte) throw new MalformedJson("not JSON, or request.objects is no list");
    return this.#at++;
  }

  /** Goes to the value under `key` of the object that comes next. */
  enter(key: string): void {
    this.expect(OPEN_OBJECT);
    while (this.#key() !== key) {
      this.value();
      this.expect(COMMA);
    }
  }

  /** Takes one value of any kind. */
  value(): Span {
    const first = this.peek();
    const start = this.#at;
    if (first === QUOTE) this.#string();
    else if (first === OPEN_LIST || first === OPEN_OBJECT) this.#nested();
    else this.#word();
    if (this.#at === start) throw new MalformedJson("not JSON");
    return { start, end: this.#at };
  }

  #key(): string {
    const start = this.expect(QUOTE) + 1;
    this.#at--;
    this.#string();
    const key = Buffer.from(this.#bytes.subarray(start, this.#at - 1)).toString();
    this.expect(COLON);
    return key;
  }

  #string(): void {
    this.#at++;
    while (this.#bytes[this.#at] !== QUOTE) {
      this.#at += this.#bytes[this.#at] === BACKSLASH ? 2 : 1;
      if (this.#at >= this.#bytes.length) throw new MalformedJson("not JSON");
    }
    this.#at++;
  }

  #nested(): void {
    let depth = 0;
    do depth += this.#step();
    while (depth > 0);
  }

  /** Takes a string or one byte; how much deeper it leads. */
  #step(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new MalformedJson("not JSON");
    if (byte === QUOTE) {
      this.#string();
      return 0;
    }
    this.#at++;
    return deeperBy(byte);
  }

  /** A number, true, false or null. */
  #word(): void {
    while (isWordByte(this.#bytes[this.#at])) this.#at++;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined || isSpace(byte)) return false;
  return byte !== COMMA && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT;
}
