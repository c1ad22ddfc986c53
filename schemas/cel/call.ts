/** Calls: macros first, then the functions of the environment. */
import { compileHas, qualifiedName } from "./access.ts";
import type { CompilePart } from "./compiler.ts";
import { compileComprehension } from "./comprehension.ts";
import { CompileError, type Expression } from "./expression.ts";
import { type Evaluate, type Frame, pairCost } from "./frame.ts";
import { findFunction, isFunctionName } from "./library/environment.ts";
import { type CelFunction, missingOverload, type Overload } from "./library/function.ts";
import { compileLiteralPattern, takesPattern } from "./library/regex.ts";
import { compileOptionalCall } from "./optional-call.ts";
import type { Scope } from "./scope.ts";
import { CelError, CelList, type CelValue } from "./values/cel-value.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Compiles a macro or a function call; throws CompileError for a function that the environment does not have. */
export function compileCall(call: Call, scope: Scope, at: CompilePart): Evaluate {
  if (call.target === undefined) {
    return call.name === "has" && call.args.length === 1
      ? compileHas(call.args[0], at)
      : compileFunction("global", call.name, call.args, at);
  }
  const qualified = qualifiedName(call.target);
  const name = qualified === undefined ? undefined : `${qualified}.${call.name}`;
  if (name !== undefined && isFunctionName(name)) {
    return compileFunction("global", name, call.args, at);
  }
  return (
    compileComprehension(call, scope, at) ??
    compileOptionalCall(call, scope, at) ??
    compileFunction("member", call.name, [call.target, ...call.args], at)
  );
}

function compileFunction(
  style: CelFunction["style"],
  name: string,
  args: readonly Expression[],
  at: CompilePart,
): Evaluate {
  const found = findFunction(style, name, args.length);
  if (found === undefined) {
    throw new CompileError(
      isFunctionName(name)
        ? `found no matching overload for '${name}'`
        : `undeclared reference to '${name}'`,
    );
  }
  return (
    compilePatternCall(name, args, at) ??
    applied(
      name,
      found,
      args.map((arg) => at(arg)),
    )
  );
}

/** `text.matches("literal")` and its like. */
function compilePatternCall(
  name: string,
  args: readonly Expression[],
  at: CompilePart,
): Evaluate | undefined {
  const [subject, pattern] = args;
  if (!takesPattern(name) || args.length !== 2 || subject === undefined) {
    return undefined;
  }
  const source = pattern?.kind === "literal" ? pattern.literal : undefined;
  return source?.kind === "string"
    ? compileLiteralPattern(name, at(subject), source.value)
    : undefined;
}

function applied(name: string, found: CelFunction, parts: readonly Evaluate[]): Evaluate {
  const [first, second] = parts;
  if (first !== undefined && parts.length === 1) {
    return unaryCall(name, found, first);
  }
  return first !== undefined && second !== undefined && parts.length === 2
    ? binaryCall(name, found, first, second)
    : variadicCall(name, found, parts);
}

function unaryCall(name: string, { overloads }: CelFunction, arg: Evaluate): Evaluate {
  return (frame) => {
    const value = arg(frame);
    if (value instanceof CelError) {
      return value;
    }
    return frame.spend(unaryCost(name, value)) ?? charged(frame, run(name, overloads, value));
  };
}

function binaryCall(
  name: string,
  { overloads }: CelFunction,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  return (frame) => {
    const first = left(frame);
    const second = right(frame);
    if (first instanceof CelError) {
      return first;
    }
    if (second instanceof CelError) {
      return second;
    }
    return spendOn(frame, first, second) ?? charged(frame, run(name, overloads, first, second));
  };
}

function variadicCall(
  name: string,
  { overloads }: CelFunction,
  parts: readonly Evaluate[],
): Evaluate {
  return (frame) => {
    const args: CelValue[] = [];
    for (const part of parts) {
      const value = part(frame);
      if (value instanceof CelError) {
        return value;
      }
      args.push(value);
    }
    return (
      frame.spend(args.reduce<number>((sum, arg) => sum + costOf(arg), 0)) ??
      charged(frame, run(name, overloads, ...args))
    );
  };
}

function run(name: string, overloads: readonly Overload[], ...args: readonly CelValue[]): CelValue {
  for (const overload of overloads) {
    const result = overload(...args);
    if (result !== undefined) {
      return result;
    }
  }
  return missingOverload(name, args);
}

const SIZE_FACTOR = 0.1;
/** cel-go charges nothing for the text that `format` makes; this only keeps the time bounded. */
const TEXT_FACTOR = 0.001;

/** The result, unless making it has passed the limit. */
function charged(frame: Frame, result: CelValue): CelValue {
  if (typeof result === "string") {
    return frame.spend(result.length * TEXT_FACTOR) ?? result;
  }
  return result instanceof CelList ? (frame.spend(result.size * SIZE_FACTOR) ?? result) : result;
}

/** Less than cel-go charges for reading the value once. */
function costOf(value: CelValue): number {
  if (typeof value === "string") {
    return value.length * SIZE_FACTOR;
  }
  return value instanceof CelList ? value.size * SIZE_FACTOR : 0;
}

/** cel-go charges these as if every element met every other. */
const QUADRATIC = new Set(["distinct", "sort"]);

function unaryCost(name: string, value: CelValue): number {
  return value instanceof CelList && QUADRATIC.has(name) ? pairCost(value.size) : costOf(value);
}

/** Two lists are compared element by element (`sets.contains`). */
function spendOn(frame: Frame, first: CelValue, second: CelValue): CelError | undefined {
  const product =
    first instanceof CelList && second instanceof CelList ? first.size * second.size : 0;
  return frame.spend(product + costOf(first) + costOf(second));
}
