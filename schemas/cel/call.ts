/** Calls: macros first, then the functions of the environment. */
import { compileHas, qualifiedName } from "./access.ts";
import type { CompilePart } from "./compiler.ts";
import { compileComprehension } from "./comprehension.ts";
import { callCost, resultCost } from "./cost.ts";
import { CompileError, type Expression } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { findFunction, isFunctionName } from "./library/environment.ts";
import { type CelFunction, missingOverload, type Overload } from "./library/function.ts";
import { compileLiteralPattern, takesPattern } from "./library/regex.ts";
import { compileOptionalCall } from "./optional-call.ts";
import type { Scope } from "./scope.ts";
import { CelError, type CelValue } from "./values/cel-value.ts";

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
  const cost = callCost(name);
  return (frame) => {
    const value = arg(frame);
    if (value instanceof CelError) {
      frame.cost++;
      return value;
    }
    return frame.spend(cost([value])) ?? charged(name, run(name, overloads, value), frame);
  };
}

function binaryCall(
  name: string,
  { overloads }: CelFunction,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  const cost = callCost(name);
  return (frame) => {
    const first = left(frame);
    const second = right(frame);
    if (first instanceof CelError || second instanceof CelError) {
      frame.cost++;
      return first instanceof CelError ? first : second;
    }
    return (
      frame.spend(cost([first, second])) ??
      charged(name, run(name, overloads, first, second), frame)
    );
  };
}

function variadicCall(
  name: string,
  { overloads }: CelFunction,
  parts: readonly Evaluate[],
): Evaluate {
  const cost = callCost(name);
  return (frame) => {
    const args: CelValue[] = [];
    for (const part of parts) {
      const value = part(frame);
      if (value instanceof CelError) {
        return value;
      }
      args.push(value);
    }
    return frame.spend(cost(args)) ?? charged(name, run(name, overloads, ...args), frame);
  };
}

/** A long text, such as `format` makes, takes time that cel-go does not charge for. */
const TEXT_EFFORT = 0.001;

/** The result, unless making it has passed the limit. */
function charged(name: string, result: CelValue, frame: Frame): CelValue {
  if (typeof result !== "string") {
    return result;
  }
  return (
    frame.exert(result.length * TEXT_EFFORT) ?? frame.spend(resultCost(name, result)) ?? result
  );
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
