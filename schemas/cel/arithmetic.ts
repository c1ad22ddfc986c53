/** `+ - * / %` for every type that has them. */
import {
  CelDouble,
  CelError,
  CelList,
  CelUint,
  type CelValue,
  NO_SUCH_OVERLOAD,
} from "./values/cel-value.ts";
import {
  addInt,
  calculateUint,
  divideInt,
  type Int,
  isInt,
  moduloInt,
  multiplyInt,
  subtractInt,
} from "./values/integer.ts";
import { missingOperator } from "./values/ordering.ts";
import { CelDuration, CelTimestamp, toDuration, toTimestamp } from "./values/time.ts";

type Arithmetic = "+" | "-" | "*" | "/" | "%";
type Calculate = (left: CelValue, right: CelValue) => CelValue;

const INT: Readonly<Record<Arithmetic, (a: Int, b: Int) => Int | CelError>> = {
  "+": addInt,
  "-": subtractInt,
  "*": multiplyInt,
  "/": divideInt,
  "%": moduloInt,
};

const noOverload = new CelError(NO_SUCH_OVERLOAD);

/** The operation on two values that are no errors. */
export function compileArithmetic(operator: Arithmetic): Calculate {
  const calculateInt = INT[operator];
  const calculateOther = operator === "+" ? add : operator === "-" ? subtract : missing(operator);
  return (left, right) => {
    if (isInt(left)) {
      return isInt(right) ? calculateInt(left, right) : noOverload;
    }
    return left instanceof CelDouble || left instanceof CelUint
      ? calculateNumber(operator, left, right)
      : calculateOther(left, right);
  };
}

function calculateNumber(
  operator: Arithmetic,
  left: CelDouble | CelUint,
  right: CelValue,
): CelValue {
  if (left instanceof CelUint) {
    return right instanceof CelUint ? calculateUint(operator, left, right) : noOverload;
  }
  if (operator === "%") {
    return missingOperator("_%_", left);
  }
  return right instanceof CelDouble
    ? new CelDouble(calculateDouble(operator, left.value, right.value))
    : noOverload;
}

function calculateDouble(operator: Exclude<Arithmetic, "%">, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
  }
}

function missing(operator: Arithmetic): Calculate {
  return (left) => missingOperator(`_${operator}_`, left);
}

function add(left: CelValue, right: CelValue): CelValue {
  if (typeof left === "string") {
    return typeof right === "string" ? left + right : noOverload;
  }
  if (left instanceof CelList) {
    return right instanceof CelList ? left.add(right) : noOverload;
  }
  if (left instanceof Uint8Array) {
    return right instanceof Uint8Array ? new Uint8Array([...left, ...right]) : noOverload;
  }
  return addTime(left, right);
}

function addTime(left: CelValue, right: CelValue): CelValue {
  if (left instanceof CelDuration && right instanceof CelDuration) {
    return toDuration(left.nanos + right.nanos);
  }
  const timestamp = left instanceof CelTimestamp ? left : right;
  const duration = left instanceof CelTimestamp ? right : left;
  if (timestamp instanceof CelTimestamp && duration instanceof CelDuration) {
    return toTimestamp(timestamp.nanos + duration.nanos, timestamp.offsetMinutes);
  }
  return left instanceof CelDuration || left instanceof CelTimestamp
    ? noOverload
    : missingOperator("_+_", left);
}

function subtract(left: CelValue, right: CelValue): CelValue {
  if (left instanceof CelDuration) {
    return right instanceof CelDuration ? toDuration(left.nanos - right.nanos) : noOverload;
  }
  if (!(left instanceof CelTimestamp)) {
    return missingOperator("_-_", left);
  }
  if (right instanceof CelTimestamp) {
    return toDuration(left.nanos - right.nanos);
  }
  return right instanceof CelDuration
    ? toTimestamp(left.nanos - right.nanos, left.offsetMinutes)
    : noOverload;
}
