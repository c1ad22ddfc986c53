/** Percent-encoding by the part of a URL: escape and unescape of Go's net/url. */
import { goQuote } from "../../go-text.ts";

/** The part of a URL that a text stands in. */
export type UrlPart = "path" | "host" | "zone" | "user" | "query" | "fragment";

/** What net/url refuses; thrown within the parser only. */
export class UrlError extends Error {
  override readonly name = "UrlError";
  readonly inFragment: boolean;

  constructor(message: string, inFragment = false) {
    super(message);
    this.inFragment = inFragment;
  }
}

/** Bytes that stand as they are, besides letters, digits and `-_.~`. */
const PLAIN: Readonly<Record<UrlPart, string>> = {
  path: "$&+,/:;=@",
  host: "!$&'()*+,;=:[]<>\"",
  zone: "!$&'()*+,;=:[]<>\"",
  user: "$&+,;=",
  query: "",
  fragment: "$&+,/:;=?@!()*",
};

function isPlain(character: string, part: UrlPart): boolean {
  return /[A-Za-z0-9\-_.~]/.test(character) || PLAIN[part].includes(character);
}

/** Decodes; throws UrlError for what this part may not contain. */
export function decodePart(text: string, part: UrlPart): string {
  for (const { 0: found, index } of text.matchAll(/%|[^%]/gsu)) {
    if (found === "%") {
      checkEscape(text.slice(index, index + 3), part);
    } else if ((part === "host" || part === "zone") && found < "\x80" && !isPlain(found, part)) {
      throw new UrlError(`invalid character ${goQuote(found)} in host name`);
    }
  }
  const spaced = part === "query" ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeBytes(spaced) : spaced;
}

function checkEscape(sequence: string, part: UrlPart): void {
  const byte = /^%[0-9a-fA-F]{2}$/.test(sequence)
    ? Number.parseInt(sequence.slice(1), 16)
    : undefined;
  const isRefused =
    byte === undefined ||
    (part === "host" && byte < 0x80 && sequence !== "%25") ||
    (part === "zone" &&
      sequence !== "%25" &&
      byte !== 0x20 &&
      !isPlain(String.fromCharCode(byte), "host"));
  if (isRefused) {
    throw new UrlError(`invalid URL escape ${goQuote(sequence)}`);
  }
}

function decodeBytes(text: string): string {
  const bytes = text
    .split(/(%[0-9a-fA-F]{2})/)
    .map((piece, index) =>
      index % 2 === 1 ? Buffer.from(piece.slice(1), "hex") : Buffer.from(piece),
    );
  return Buffer.concat(bytes).toString("utf8");
}

/** Encodes what may not stand in this part. */
export function encodePart(text: string, part: UrlPart): string {
  return Array.from(text, (character) =>
    isPlain(character, part) ? character : percentEncoded(character),
  ).join("");
}

function percentEncoded(character: string): string {
  return Buffer.from(character)
    .toString("hex")
    .toUpperCase()
    .replace(/../g, (byte) => `%${byte}`);
}
