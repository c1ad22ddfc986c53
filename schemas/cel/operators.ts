/** Operators: cel-go's interpretable.go and the arithmetic of its types. */
import { compileArithmetic } from "./arithmetic.ts";
import type { BinaryOperator } from "./expression.ts";
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
    return typeof value === "boolean" ? !value : noSuchOverload(value);
  };
}

/** `-operand` */
export function compileNegation(operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
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

/** Operators that evaluate both sides; an error on the left comes first. */
export function compileBinary(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case "==":
      return both(left, right, equal);
    case "!=":
      return both(left, right, (a, b, frame) => equal(a, b, frame) !== true);
    case "in":
      return both(left, right, isIn);
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
      return both(left, right, compileArithmetic(operator));
  }
}

type Operation = (left: CelValue, right: CelValue, frame: Frame) => CelValue;

function both(left: Evaluate, right: Evaluate, operation: Operation): Evaluate {
  return (frame) => {
    const first = left(frame);
    const second = right(frame);
    if (first instanceof CelError) {
      return first;
    }
    return second instanceof CelError ? second : operation(first, second, frame);
  };
}

const SIZE_FACTOR = 0.1;
/** cel-go joins lists without copying; this only keeps the time bounded. */
const JOIN_FACTOR = 0.01;

function equal(left: CelValue, right: CelValue, frame: Frame): CelValue {
  if (typeof left === "string" && typeof right === "string") {
    return frame.spend(Math.min(left.length, right.length) * SIZE_FACTOR) ?? left === right;
  }
  if (left instanceof CelList || left instanceof CelMap) {
    return frame.spend(left.size * SIZE_FACTOR) ?? celEqual(left, right);
  }
  return celEqual(left, right);
}

const add = compileArithmetic("+");

function plus(left: CelValue, right: CelValue, frame: Frame): CelValue {
  if (typeof left === "string" && typeof right === "string") {
    return frame.spend((left.length + right.length) * SIZE_FACTOR) ?? left + right;
  }
  if (left instanceof CelList && right instanceof CelList) {
    return frame.spend((left.size + right.size) * JOIN_FACTOR) ?? add(left, right);
  }
  return add(left, right);
}

function isIn(value: CelValue, container: CelValue, frame: Frame): CelValue {
  if (container instanceof CelList) {
    return frame.spend(container.size) ?? container.contains(value);
  }
  if (container instanceof CelMap) {
    const found = container.find(value);
    return found instanceof CelError ? found : found !== undefined;
  }
  return new CelError(NO_SUCH_OVERLOAD);
}

type Comparison = "<" | "<=" | ">" | ">=";

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Most comparisons are of small ints: each operator has its own function for them. */
function comparison(operator: Comparison): Operation {
  switch (operator) {
    case "<":
      return (a, b) =>
        typeof a === "number" && typeof b === "number" ? a < b : compare(operator, a, b);
    case "<=":
      return (a, b) =>
        typeof a === "number" && typeof b === "number" ? a <= b : compare(operator, a, b);
    case ">":
      return (a, b) =>
        typeof a === "number" && typeof b === "number" ? a > b : compare(operator, a, b);
    case ">=":
      return (a, b) =>
        typeof a === "number" && typeof b === "number" ? a >= b : compare(operator, a, b);
  }
}

function compare(operator: Comparison, left: CelValue, right: CelValue): CelValue {
  const order = compareValues(left, right);
  if (typeof order === "number") {
    return HOLDS[operator](order);
  }
  return isComparable(left) ? order : missingOperator(`_${operator}_`, left);
}
