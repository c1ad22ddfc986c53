/** Which expressions cel-go evaluates once, when a rule is compiled; they cost nothing later. */
import type { Expression } from "./expression.ts";
import { type Scope, typeNamed } from "./scope.ts";

const CONVERSIONS = new Set(
  "bool bytes double duration dyn int string timestamp type uint".split(" "),
);

/** Literals, lists and maps of them, conversions of them, and types. */
export function isConstant(expression: Expression, scope: Scope): boolean {
  const isPart = (part: Expression) => isConstant(part, scope);
  switch (expression.kind) {
    case "literal":
      return true;
    case "identifier":
      return isType(expression.name, scope);
    case "list":
      return expression.elements.every(({ value }) => isPart(value));
    case "map":
      return expression.entries.every(({ key, value }) => isPart(key) && isPart(value));
    case "call":
      return isConversion(expression) && expression.args.every(isPart);
    case "select":
    case "index":
    case "not":
    case "negate":
    case "logic":
    case "conditional":
    case "binary":
      return false;
  }
}

function isConversion({ name, target, args }: Extract<Expression, { kind: "call" }>): boolean {
  return target === undefined && args.length === 1 && CONVERSIONS.has(name);
}

function isType(name: string, scope: Scope): boolean {
  return !scope.isLocal(name) && typeNamed(name) !== undefined;
}

/** What cel-go calls an attribute: a variable, and selections and indexes of anything. */
export function isAttribute(expression: Expression): boolean {
  return ["select", "index", "identifier"].includes(expression.kind);
}
