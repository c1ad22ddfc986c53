/** Compiles a syntax tree to closures, once; what the environment does not have is a CompileError here. */
import { compileIndex, compileSelect } from "./access.ts";
import { compileCall } from "./call.ts";
import type { Element, Entry, Expression, Literal } from "./expression.ts";
import type { Evaluate } from "./frame.ts";
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

/** The closure of an expression; throws CompileError. */
export function compile(expression: Expression, scope: Scope): Evaluate {
  const at = (child: Expression, inner: Scope = scope): Evaluate => compile(child, inner);
  switch (expression.kind) {
    case "literal":
      return compileLiteral(expression.literal);
    case "identifier":
      return scope.resolve(expression.name);
    case "select":
      return compileSelect(expression, scope, at);
    case "index":
      return compileIndex(at(expression.operand), at(expression.index), expression.optional);
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
      return compileConditional(at(expression.test), at(expression.yes), at(expression.no));
    case "binary":
      return compileBinary(expression.operator, at(expression.left), at(expression.right));
  }
}

/** Compiles a part of an expression, in the scope around it or in an inner one. */
export type CompilePart = (part: Expression, scope?: Scope) => Evaluate;

function compileLiteral(literal: Literal): Evaluate {
  const value = literalValue(literal);
  return () => value;
}

/** The value of a literal. */
export function literalValue(literal: Literal): CelValue {
  switch (literal.kind) {
    case "null":
      return null;
    case "int":
      return toInt(literal.value);
    case "uint":
      return toUint(literal.value);
    case "double":
      return new CelDouble(literal.value);
    default:
      return literal.value;
  }
}

function compileList(elements: readonly Element[], at: CompilePart): Evaluate {
  const parts = elements.map(({ value, optional }) => ({ evaluate: at(value), optional }));
  if (elements.every(({ value, optional }) => value.kind === "literal" && !optional)) {
    const constant = new ListValue(
      elements.map(({ value }) => (value.kind === "literal" ? literalValue(value.literal) : null)),
    );
    return () => constant;
  }
  return (frame) => {
    const values: CelValue[] = [];
    for (const { evaluate, optional } of parts) {
      const value = optional ? optionalElement(evaluate(frame)) : evaluate(frame);
      if (value instanceof CelError) {
        return value;
      }
      if (value !== undefined) {
        values.push(value);
      }
    }
    return new ListValue(values);
  };
}

function optionalElement(value: CelValue): CelValue | undefined {
  if (value instanceof CelError || value instanceof CelOptional) {
    return value instanceof CelError ? value : value.value;
  }
  return new CelError(
    `cannot initialize optional list element from non-optional value ${goText(value)}`,
  );
}

function compileMap(entries: readonly Entry[], at: CompilePart): Evaluate {
  const parts = entries.map(({ key, value, optional }) => ({
    key: at(key),
    value: at(value),
    optional,
  }));
  return (frame) => {
    const values: [CelValue, CelValue][] = [];
    for (const part of parts) {
      const key = part.key(frame);
      if (key instanceof CelError) {
        return key;
      }
      const value = part.optional ? optionalEntry(key, part.value(frame)) : part.value(frame);
      if (value instanceof CelError) {
        return value;
      }
      if (value !== undefined) {
        values.push([key, value]);
      }
    }
    return new MapValue(values);
  };
}

function optionalEntry(key: CelValue, value: CelValue): CelValue | undefined {
  if (value instanceof CelError || value instanceof CelOptional) {
    return value instanceof CelError ? value : value.value;
  }
  return new CelError(
    `cannot initialize optional entry '${goText(key)}' from non-optional value ${goText(value)}`,
  );
}
