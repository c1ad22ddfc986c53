/** Patterns with Go's RE2 meaning and linear time, whatever the pattern and the text are. */
import { RE2JS } from "re2js";
import { rememberTexts } from "./text-memo.ts";

/** A compiled pattern: whether it matches somewhere in the text; `invalid` where RE2 cannot compile it. */
export type Pattern =
  | { readonly kind: "pattern"; readonly test: (text: string) => boolean }
  | { readonly kind: "invalid"; readonly message: string };

/** A pattern that is compiled when it is first used: a CRD has dozens, an object meets a few. */
export function lazyPattern(source: string): () => Pattern {
  let pattern: Pattern | undefined;
  return () => {
    pattern ??= compilePattern(source);
    return pattern;
  };
}

/** Compiles a pattern. JavaScript's RegExp is no substitute: `\s`, `\b`, case folding and time differ from RE2's. */
function compilePattern(source: string): Pattern {
  try {
    const compiled = RE2JS.compile(source);
    return { kind: "pattern", test: rememberTexts((text) => compiled.test(text)) };
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : String(error) };
  }
}
