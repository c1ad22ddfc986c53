/** Operators: cel-go's interpretable.go and the arithmetic of its types. */
import { compileArithmetic } from "./arithmetic.ts";
import type { CompilePart } from "./compiler.ts";
import { additionCost, equalityCost, orderingCost } from "./cost.ts";
import type { Element, Expression } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  type CelValue,
  NO_SUCH_OVERLOAD,
  noSuchOverload,
} from "./values/cel-value.ts";
import { celEqual } from "./values/equality.ts";
import { isInt, negateInt } from "./values/integer.ts";
import { compareValues, isComparable, missingOperator } from "./values/ordering.ts";
import { CelDuration, toDuration } from "./values/time.ts";

/** `&&` and `||`: the side that decides wins over an error on the other. */
export function compileLogic(operator: "&&" | "||", left: Evaluate, right: Evaluate): Evaluate {
  const decisive = operator === "||";
  return (frame) => {
    const first = left(frame);
    if (first === decisive) {
      return decisive;
    }
    const second = right(frame);
    if (second === decisive) {
      return decisive;
    }
    if (typeof first !== "boolean") {
      return noSuchOverload(first);
    }
    return typeof second === "boolean" ? second : noSuchOverload(second);
  };
}

/** `test ? yes : no` */
export function compileConditional(test: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (frame) => {
    const decision = test(frame);
    if (typeof decision !== "boolean") {
      return noSuchOverload(decision);
    }
    return decision ? yes(frame) : no(frame);
  };
}

/** `!operand` */
export function compileNot(operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
    frame.cost++;
    return typeof value === "boolean" ? !value : noSuchOverload(value);
  };
}

/** `-operand` */
export function compileNegation(operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
    frame.cost++;
    if (isInt(value)) {
      return negateInt(value);
    }
    if (value instanceof CelDouble) {
      return new CelDouble(-value.value);
    }
    if (value instanceof CelDuration) {
      return toDuration(-value.nanos);
    }
    return value instanceof CelError || typeof value === "boolean"
      ? noSuchOverload(value)
      : missingOperator("-_", value);
  };
}

type Binary = Extract<Expression, { kind: "binary" }>;

/** Operators that evaluate both sides; an error on the left comes first. */
export function compileBinary(expression: Binary, at: CompilePart): Evaluate {
  const { operator } = expression;
  const left = at(expression.left);
  const right = at(expression.right);
  switch (operator) {
    case "==":
      return both(left, right, equal);
    case "!=":
      return both(left, right, (a, b, frame) => equal(a, b, frame) !== true);
    case "in":
      return both(left, right, isIn(isLiteralList(expression.right)));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return both(left, right, comparison(operator));
    case "+":
      return both(left, right, plus);
    case "-":
    case "*":
    case "/":
    case "%":
      return both(left, right, simple(compileArithmetic(operator)));
  }
}

type Operation = (left: CelValue, right: CelValue, frame: Frame) => CelValue;

function both(left: Evaluate, right: Evaluate, operation: Operation): Evaluate {
  return (frame) => {
    const first = left(frame);
    const second = right(frame);
    if (first instanceof CelError || second instanceof CelError) {
      frame.cost++;
      return first instanceof CelError ? first : second;
    }
    return operation(first, second, frame);
  };
}

function equal(left: CelValue, right: CelValue, frame: Frame): CelValue {
  return frame.spend(equalityCost(left, right)) ?? celEqual(left, right);
}

const add = compileArithmetic("+");
/** cel-go joins lists without copying; this only keeps the time bounded. */
const JOIN_FACTOR = 0.01;

function plus(left: CelValue, right: CelValue, frame: Frame): CelValue {
  const isJoin = left instanceof CelList && right instanceof CelList;
  const joining = isJoin ? (left.size + right.size) * JOIN_FACTOR : 0;
  return frame.exert(joining) ?? frame.spend(additionCost(left, right)) ?? add(left, right);
}

/** Membership; it is free where cel-go has made a set of a list of literals. */
function isIn(isFree: boolean): Operation {
  return (value, container, frame) => {
    if (container instanceof CelList) {
      return frame.spend(isFree ? 0 : container.size) ?? container.contains(value);
    }
    frame.cost++;
    return hasKey(container, value);
  };
}

function hasKey(container: CelValue, key: CelValue): CelValue {
  if (!(container instanceof CelMap)) {
    return new CelError(NO_SUCH_OVERLOAD);
  }
  const found = container.find(key);
  return found instanceof CelError ? found : found !== undefined;
}

function isLiteralList(expression: Expression): boolean {
  return expression.kind === "list" && expression.elements.every(isPrimitive);
}

function isPrimitive({ value }: Element): boolean {
  return (
    value.kind === "literal" && value.literal.kind !== "null" && value.literal.kind !== "bytes"
  );
}

/** An operation that costs 1. */
function simple(calculate: (left: CelValue, right: CelValue) => CelValue): Operation {
  return (left, right, frame) => {
    frame.cost++;
    return calculate(left, right);
  };
}

type Comparison = "<" | "<=" | ">" | ">=";

/** Most comparisons are of small ints: each operator has its own function for them. */
function comparison(operator: Comparison): Operation {
  const holds = SMALL[operator];
  return (left, right, frame) => {
    if (typeof left === "number" && typeof right === "number") {
      frame.cost++;
      return holds(left, right);
    }
    return frame.spend(orderingCost(left, right)) ?? compare(operator, left, right);
  };
}

const SMALL: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

function compare(operator: Comparison, left: CelValue, right: CelValue): CelValue {
  const order = compareValues(left, right);
  if (typeof order === "number") {
    return SMALL[operator](order, 0);
  }
  return isComparable(left) ? order : missingOperator(`_${operator}_`, left);
}
