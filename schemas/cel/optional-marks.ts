/**
 * Finds the `?` of optional entries in literals (`[?x]`, `{?key: value}`): cel-js parses `x.?y` and `x[?y]`, but not
 * these. The marks are blanked out, which keeps every position, and put back on the parsed elements.
 */

/** The text without the marks of optional entries, and where they stood. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly number[];
}

/** Strings (raw or not, triple quoted or not), comments, words, and single characters; spaces are skipped. */
const TOKEN =
  /[rRbB]{0,2}(?:"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\/[^\n]*|\w+|[^\s]/gsu;
/** An opening bracket after one of these is an index, after anything else a list literal. */
const ENDS_OPERAND = /^(?:[\])}]|.*["']|(?!in$)\w+)$/su;

/** Blanks the marks of optional entries. */
export function findOptionalMarks(source: string): MarkedText {
  if (!/[[{,]\s*\?/.test(source)) {
    return { text: source, marks: [] };
  }
  const marks: number[] = [];
  let before = "";
  let last = "";
  for (const token of source.matchAll(TOKEN)) {
    const [word] = token;
    if (word.startsWith("//")) {
      continue;
    }
    if (word === "?" && opensEntry(last, before)) {
      marks.push(token.index);
    }
    before = last;
    last = word;
  }
  return { text: blank(source, marks), marks };
}

function opensEntry(last: string, before: string): boolean {
  return last === "," || last === "{" || (last === "[" && !ENDS_OPERAND.test(before));
}

function blank(source: string, marks: readonly number[]): string {
  const characters = [...source.split("")];
  for (const mark of marks) {
    characters[mark] = " ";
  }
  return characters.join("");
}
