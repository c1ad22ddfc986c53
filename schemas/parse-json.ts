/**
 * Reads JSON text without losing what the API server sees in it: integers beyond 2^53, floats with an integral value,
 * duplicate keys. Most text has none of these and goes through JSON.parse.
 */
import { FloatLiteral, type JsonObject, type JsonValue, setKey } from "./json.ts";

/** What came of a text. `duplicates` are paths of repeated keys, as sigs.k8s.io/json prints them; the last value wins. */
export type ParsedJson =
  | { readonly kind: "parsed"; readonly value: JsonValue; readonly duplicates: readonly string[] }
  | { readonly kind: "malformed"; readonly message: string };

/** The API server's own limit is 10,000 (sigs.k8s.io/json); ours is lower, so that every recursive step has stack to spare. */
export const MAX_DEPTH = 1000;

/** A number whose text matters: 16 digits or more, an exponent, or a fraction of zeros. */
const EXACT_NUMBER = /\d{16}|\d[eE]|\.0+(?!\d)/;
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
const OPENS = new Set<string | undefined>(["{", "["]);
const CLOSES = new Set<string | undefined>(["}", "]"]);
const LITERALS: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/**
 * Parses one JSON text. Nesting beyond `MAX_DEPTH`, numbers beyond float64 (`1E400`) and syntax errors give
 * `malformed`; nothing is thrown. With `strict`, duplicate keys are found as well (slower).
 */
export function parseJson(text: string, options: { readonly strict?: boolean } = {}): ParsedJson {
  if (isTooDeep(text)) {
    return { kind: "malformed", message: "exceeded max depth" };
  }
  try {
    if (options.strict || EXACT_NUMBER.test(text) || SURROGATE_ESCAPE.test(text)) {
      const reader = new Reader(text);
      return { kind: "parsed", value: reader.document(), duplicates: reader.duplicates };
    }
    return { kind: "parsed", value: JSON.parse(text), duplicates: [] };
  } catch (error) {
    return { kind: "malformed", message: error instanceof Error ? error.message : String(error) };
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    depth += OPENS.has(character) ? 1 : CLOSES.has(character) ? -1 : 0;
    if (depth > MAX_DEPTH) {
      return true;
    }
    at++;
  }
  return false;
}

/** The position after the string that opens at `start`, or the text's end. A scan, since a pattern would need stack for 3 MiB. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === "\\") {
    first--;
  }
  return (at - first) % 2 === 1;
}

/** The value of a JSON number's text, in the representation of `json.ts`; throws where Go's decoder has no value. */
export function numberFromText(text: string): number | bigint | FloatLiteral {
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new SyntaxError(`json: cannot unmarshal number ${text} into Go value of type float64`);
  }
  if (!Number.isInteger(value)) {
    return value;
  }
  if (/[.eE]/.test(text)) {
    return new FloatLiteral(value);
  }
  if (Number.isSafeInteger(value)) {
    return value;
  }
  const exact = BigInt(text);
  if (exact >= INT64_MIN && exact <= INT64_MAX) {
    return exact;
  }
  // The integers just below int64 round to its least value, which would pass for an integer.
  return value === Number(INT64_MIN) ? new FloatLiteral(value) : value;
}

class Reader {
  readonly duplicates: string[] = [];
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#match(WHITE_SPACE);
    if (this.#at < this.#text.length) {
      throw this.#unexpected("after top-level value");
    }
    return value;
  }

  #value(): JsonValue {
    this.#match(WHITE_SPACE);
    const first = this.#text[this.#at];
    if (first === "{") {
      return this.#object();
    }
    if (first === "[") {
      return this.#array();
    }
    if (first === '"') {
      return this.#string();
    }
    const literal = LITERALS.find(([word]) => this.#text.startsWith(word, this.#at));
    if (literal !== undefined) {
      this.#at += literal[0].length;
      return literal[1];
    }
    const number = this.#match(NUMBER);
    if (number === "") {
      throw this.#unexpected("looking for beginning of value");
    }
    return numberFromText(number);
  }

  #object(): JsonObject {
    const object: JsonObject = {};
    const seen = new Set<string>();
    this.#items("}", () => {
      this.#match(WHITE_SPACE);
      const key = this.#string();
      this.#match(WHITE_SPACE);
      this.#expect(":");
      this.#path.push(key);
      if (seen.has(key)) {
        this.duplicates.push(printPath(this.#path));
      }
      seen.add(key);
      setKey(object, key, this.#value());
      this.#path.pop();
    });
    return object;
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = [];
    this.#items("]", () => {
      this.#path.push(array.length);
      array.push(this.#value());
      this.#path.pop();
    });
    return array;
  }

  #items(end: string, readItem: () => void): void {
    this.#at++;
    this.#match(WHITE_SPACE);
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      readItem();
      this.#match(WHITE_SPACE);
      if (this.#text[this.#at] === end) {
        this.#at++;
        return;
      }
      this.#expect(",");
    }
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') {
      throw this.#unexpected("looking for beginning of object key string");
    }
    const end = endOfString(this.#text, this.#at);
    const value: unknown = JSON.parse(this.#text.slice(this.#at, end));
    this.#at = end;
    return String(value).toWellFormed();
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) {
      throw this.#unexpected(`looking for '${character}'`);
    }
    this.#at++;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #unexpected(where: string): SyntaxError {
    const character = this.#text[this.#at];
    return new SyntaxError(
      character === undefined
        ? "unexpected end of JSON input"
        : `invalid character ${JSON.stringify(character)} ${where}`,
    );
  }
}

function printPath(path: readonly (string | number)[]): string {
  return path
    .map((segment, at) =>
      typeof segment === "number" ? `[${segment}]` : at === 0 ? segment : `.${segment}`,
    )
    .join("");
}
