/** Regular expressions with RE2's meaning and linear time: matches (cel-go), find and findAll (Kubernetes). */
import { RE2JS } from "re2js";
import { rememberTexts } from "../../text-memo.ts";
import { patternCost } from "../cost.ts";
import { CompileError } from "../expression.ts";
import type { Evaluate } from "../frame.ts";
import { CelError, type CelValue, NO_SUCH_OVERLOAD, noSuchOverload } from "../values/cel-value.ts";
import type { Int } from "../values/integer.ts";
import { ListValue } from "../values/list-value.ts";
import { missingOperator } from "../values/ordering.ts";
import { type CelFunction, dyn, global, int, member, string, takes2, takes3 } from "./function.ts";

/** Patterns built from data are few; the oldest goes when there are more. */
const MAX_PATTERNS = 500;
const patterns = new Map<string, RE2JS | string>();

/** The compiled pattern, or RE2's reason against it. */
function patternOf(source: string): RE2JS | string {
  const known = patterns.get(source);
  if (known !== undefined) {
    return known;
  }
  const compiled = compilePattern(source);
  const [oldest] = patterns.keys();
  if (patterns.size >= MAX_PATTERNS && oldest !== undefined) {
    patterns.delete(oldest);
  }
  patterns.set(source, compiled);
  return compiled;
}

function compilePattern(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** matches as function and member, find, findAll with and without a limit. */
export function regexFunctions(): CelFunction[] {
  return [
    ...global("matches", takes2(dyn, dyn, matches)),
    ...member("matches", takes2(dyn, dyn, matches)),
    ...member("find", takes2(string, string, find)),
    ...member(
      "findAll",
      takes2(string, string, (text, source) => findAll(text, source, -1)),
      takes3([string, string, int], findAll),
    ),
  ];
}

function matches(text: CelValue, source: CelValue): CelValue {
  if (typeof text !== "string") {
    return missingOperator("matches", text);
  }
  if (typeof source !== "string") {
    return new CelError(NO_SUCH_OVERLOAD);
  }
  const pattern = patternOf(source);
  return typeof pattern === "string" ? new CelError(pattern) : pattern.test(text);
}

/**
 * `text.matches("literal")`, find and findAll alike: the pattern is compiled with the rule and a text that is no string
 * is "no such overload" without a name. Throws CompileError where RE2 refuses the pattern.
 */
export function compileLiteralPattern(name: string, text: Evaluate, pattern: string): Evaluate {
  const compiled = patternOf(pattern);
  if (typeof compiled === "string") {
    throw new CompileError(`invalid ${name} argument: ${compiled}`);
  }
  const applier = appliers[name];
  const apply = applier && rememberTexts((text) => applier(text, compiled));
  return (frame) => {
    const value = text(frame);
    if (typeof value !== "string") {
      return noSuchOverload(value);
    }
    return (
      frame.spend(patternCost(value.length, pattern.length)) ??
      apply?.(value) ??
      noSuchOverload(value)
    );
  };
}

const appliers: Readonly<Record<string, (text: string, pattern: RE2JS) => CelValue>> = {
  matches: (text, pattern) => pattern.test(text),
  find: (text, pattern) => matchesOf(text, pattern, 1)[0] ?? "",
  findAll: (text, pattern) => new ListValue(matchesOf(text, pattern, -1)),
};

/** True for the functions whose literal pattern is compiled with the rule. */
export function takesPattern(name: string): boolean {
  return Object.hasOwn(appliers, name);
}

function find(text: string, source: string): CelValue {
  const found = findAll(text, source, 1);
  return found instanceof ListValue ? (found.elements[0] ?? "") : found;
}

function findAll(text: string, source: string, limit: Int): CelValue {
  const pattern = patternOf(source);
  return typeof pattern === "string"
    ? new CelError(`Illegal regex: ${pattern}`)
    : new ListValue(matchesOf(text, pattern, Number(limit)));
}

/** regexp.FindAllString: an empty match right after another match does not count. */
function matchesOf(text: string, pattern: RE2JS, limit: number): string[] {
  const matcher = pattern.matcher(text);
  const found: string[] = [];
  let previousEnd = -1;
  while ((limit < 0 || found.length < limit) && matcher.find()) {
    if (matcher.end() > matcher.start() || matcher.start() !== previousEnd) {
      found.push(matcher.group() ?? "");
    }
    previousEnd = matcher.end();
  }
  return found;
}
