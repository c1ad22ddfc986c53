/** The `email` format: what Go's mail.ParseAddress takes (net/mail), a reader of RFC 5322 with display names and comments. */
import { isStrictIp } from "./ip-address.ts";

const ATOM = /[^\0-\x20\x7f()<>[\]:;@\\,"]+/uy;
const SPACES = /[ \t]*/y;
/** RFC 2047 encoded words in a character set other than these are an error to Go. */
const ENCODED_WORD = /^=\?([^?]*)\?[bBqQ]\?[^?]*\?=$/;
const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "iso-8859-1", "us-ascii"]);

/** True for exactly one address: `a@b.c`, `A <a@b.c>`, `"q s"@b.c (comment)`, a group of one. */
export function isEmail(text: string): boolean {
  const reader = new AddressReader(text);
  return reader.readAddress(true) === 1 && reader.skipComments() && reader.isAtEnd();
}

class AddressReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The number of addresses read; undefined for a syntax error. */
  readAddress(mayBeGroup: boolean): number | undefined {
    this.#skipSpace();
    if (this.#tryAddrSpec()) {
      this.#skipSpace();
      return this.#peek() !== "(" || this.#skipComment() ? 1 : undefined;
    }
    return this.#namedAddress(mayBeGroup);
  }

  #namedAddress(mayBeGroup: boolean): number | undefined {
    const isNamed = this.#peek() === "<" || this.#phrase();
    this.#skipSpace();
    if (isNamed && mayBeGroup && this.#consume(":")) {
      return this.#group();
    }
    const isRead = isNamed && this.#consume("<") && this.#tryAddrSpec() && this.#consume(">");
    return isRead ? 1 : undefined;
  }

  /** Skips spaces and comments; false for a comment without end. */
  skipComments(): boolean {
    this.#skipSpace();
    while (this.#peek() === "(") {
      if (!this.#skipComment()) {
        return false;
      }
      this.#skipSpace();
    }
    return true;
  }

  #group(): number | undefined {
    this.#skipSpace();
    if (this.#consume(";")) {
      return this.skipComments() ? 0 : undefined;
    }
    let count = 0;
    do {
      const read = this.readAddress(false);
      if (read === undefined || !this.skipComments()) {
        return undefined;
      }
      count += read;
    } while (this.#consume(","));
    return this.#consume(";") && this.skipComments() ? count : undefined;
  }

  #tryAddrSpec(): boolean {
    const start = this.#at;
    const isRead = this.#localPart() && this.#consume("@") && this.#domain();
    if (!isRead) {
      this.#at = start;
    }
    return isRead;
  }

  #localPart(): boolean {
    this.#skipSpace();
    if (this.#peek() === '"') {
      return (this.#quotedString() ?? "") !== "";
    }
    return isDotAtom(this.#match(ATOM));
  }

  #domain(): boolean {
    this.#skipSpace();
    if (this.#peek() !== "[") {
      return isDotAtom(this.#match(ATOM));
    }
    const end = this.#text.indexOf("]", this.#at);
    const literal = this.#text.slice(this.#at + 1, end === -1 ? this.#at : end);
    this.#at = end + 1;
    return end !== -1 && isStrictIp(literal);
  }

  #phrase(): boolean {
    let words = 0;
    for (;;) {
      if (words > 0 && !this.skipComments()) {
        return false;
      }
      this.#skipSpace();
      const word = this.#peek() === '"' ? this.#quotedString() : this.#word();
      if (word === undefined || this.isAtEnd()) {
        return words > 0 || word !== undefined;
      }
      words++;
    }
  }

  #word(): string | undefined {
    const start = this.#at;
    const atom = this.#match(ATOM);
    const charset = ENCODED_WORD.exec(atom)?.[1]?.toLowerCase();
    if (atom === "" || (charset !== undefined && !CHARSETS.has(charset))) {
      this.#at = atom === "" ? start : this.#at;
      return undefined;
    }
    return atom;
  }

  /** The content of a quoted string; undefined, without moving, where there is none. */
  #quotedString(): string | undefined {
    let content = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? "";
      if (character === '"') {
        this.#at = at + 1;
        return content;
      }
      const quoted = character === "\\" ? (this.#text[++at] ?? "") : character;
      if (!isVisible(quoted)) {
        return undefined;
      }
      content += quoted;
    }
    return undefined;
  }

  #skipComment(): boolean {
    let depth = 0;
    for (; !this.isAtEnd(); this.#at++) {
      const character = this.#peek();
      if (character === "\\" && this.#at + 1 < this.#text.length) {
        this.#at++;
      } else if (character === "(") {
        depth++;
      } else if (character === ")" && --depth === 0) {
        this.#at++;
        return true;
      }
    }
    return false;
  }

  #skipSpace(): void {
    this.#match(SPACES);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #consume(character: string): boolean {
    const isThere = this.#peek() === character;
    this.#at += isThere ? 1 : 0;
    return isThere;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function isDotAtom(atom: string): boolean {
  return atom !== "" && !atom.startsWith(".") && !atom.endsWith(".") && !atom.includes("..");
}

/** VCHAR or white space of RFC 5322; everything beyond ASCII counts as visible. */
function isVisible(character: string): boolean {
  return character === "\t" || (character >= " " && character !== "\u007f");
}
