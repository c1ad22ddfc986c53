/** Compiles a syntax tree to closures, once; what the environment does not have is a CompileError here. */
import { compileIndex, compileSelect } from "./access.ts";
import { compileCall } from "./call.ts";
import { isAttribute, isConstant } from "./constant.ts";
import { LIST_COST, MAP_COST } from "./cost.ts";
import type { Element, Entry, Expression, Literal } from "./expression.ts";
import { type Evaluate, Frame } from "./frame.ts";
import {
  compileBinary,
  compileConditional,
  compileLogic,
  compileNegation,
  compileNot,
} from "./operators.ts";
import type { Scope } from "./scope.ts";
import { CelDouble, CelError, CelOptional, type CelValue } from "./values/cel-value.ts";
import { toInt, toUint } from "./values/integer.ts";
import { ListValue } from "./values/list-value.ts";
import { MapValue } from "./values/map-value.ts";
import { goText } from "./values/value-text.ts";

/** The closure of an expression; throws CompileError. What is constant is evaluated here, as cel-go does it. */
export function compile(expression: Expression, scope: Scope): Evaluate {
  const evaluate = compileNode(expression, scope);
  if (expression.kind === "identifier" || !isConstant(expression, scope)) {
    return evaluate;
  }
  const value = evaluate(new Frame());
  return () => value;
}

function compileNode(expression: Expression, scope: Scope): Evaluate {
  const at = (child: Expression, inner: Scope = scope): Evaluate => compile(child, inner);
  switch (expression.kind) {
    case "literal":
      return compileLiteral(expression.literal);
    case "identifier":
      return scope.resolve(expression.name);
    case "select":
      return compileSelect(expression, scope, at);
    case "index":
      return compileIndex(expression, at);
    case "call":
      return compileCall(expression, scope, at);
    case "list":
      return compileList(expression.elements, at);
    case "map":
      return compileMap(expression.entries, at);
    case "not":
      return compileNot(at(expression.operand));
    case "negate":
      return compileNegation(at(expression.operand));
    case "logic":
      return compileLogic(expression.operator, at(expression.left), at(expression.right));
    case "conditional":
      return compileConditional(
        at(expression.test),
        branch(expression.yes, at),
        branch(expression.no, at),
      );
    case "binary":
      return compileBinary(expression, at);
  }
}

/** A branch of `?:`. cel-go resolves variables and selections there directly, without charging for the result. */
function branch(expression: Expression, at: CompilePart): Evaluate {
  const evaluate = at(expression);
  if (!isAttribute(expression)) {
    return evaluate;
  }
  return (frame) => {
    frame.cost--;
    return evaluate(frame);
  };
}

/** Compiles a part of an expression, in the scope around it or in an inner one. */
export type CompilePart = (part: Expression, scope?: Scope) => Evaluate;

function compileLiteral(literal: Literal): Evaluate {
  const value = literalValue(literal);
  return () => value;
}

/** The value of a literal. */
function literalValue(literal: Literal): CelValue {
  switch (literal.kind) {
    case "null":
      return null;
    case "int":
      return toInt(literal.value);
    case "uint":
      return toUint(literal.value);
    case "double":
      return new CelDouble(literal.value);
    case "bool":
    case "string":
    case "bytes":
      return literal.value;
  }
}

function compileList(elements: readonly Element[], at: CompilePart): Evaluate {
  const parts = elements.map(({ value, optional }) =>
    optional ? unwrapped(at(value), elementProblem) : at(value),
  );
  return (frame) => {
    frame.cost += LIST_COST;
    return listOf(parts, frame);
  };
}

/** A part whose value may be left out. */
type OptionalPart = (frame: Frame) => CelValue | undefined;

function listOf(parts: readonly OptionalPart[], frame: Frame): CelValue {
  const values: CelValue[] = [];
  for (const part of parts) {
    const value = part(frame);
    if (value instanceof CelError) {
      return value;
    }
    if (value !== undefined) {
      values.push(value);
    }
  }
  return new ListValue(values);
}

function unwrapped(part: Evaluate, problem: (value: CelValue) => string): OptionalPart {
  return (frame) => {
    const value = part(frame);
    if (value instanceof CelOptional) {
      return value.value;
    }
    return value instanceof CelError ? value : new CelError(problem(value));
  };
}

function elementProblem(value: CelValue): string {
  return `cannot initialize optional list element from non-optional value ${goText(value)}`;
}

function compileMap(entries: readonly Entry[], at: CompilePart): Evaluate {
  const parts = entries.map(({ key, value, optional }) => ({
    key: at(key),
    value: optional ? unwrapped(at(value), (given) => entryProblem(key, given)) : at(value),
  }));
  return (frame) => {
    frame.cost += MAP_COST;
    return mapOf(parts, frame);
  };
}

function mapOf(
  parts: readonly { readonly key: Evaluate; readonly value: OptionalPart }[],
  frame: Frame,
): CelValue {
  const values: [CelValue, CelValue][] = [];
  for (const part of parts) {
    const key = part.key(frame);
    const value = key instanceof CelError ? key : part.value(frame);
    if (value instanceof CelError) {
      return value;
    }
    if (value !== undefined) {
      values.push([key, value]);
    }
  }
  return new MapValue(values);
}

function entryProblem(key: Expression, value: CelValue): string {
  const name = key.kind === "literal" ? goText(literalValue(key.literal)) : "";
  return `cannot initialize optional entry '${name}' from non-optional value ${goText(value)}`;
}
