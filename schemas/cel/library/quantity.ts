/** Kubernetes quantities: k8s.io/apiserver/pkg/cel/library/quantity.go. */
import { rememberTexts } from "../../text-memo.ts";
import {
  CelDouble,
  CelError,
  CelOpaque,
  type CelValue,
  noSuchOverload,
} from "../values/cel-value.ts";
import { type Int, toInt } from "../values/integer.ts";
import {
  type CelFunction,
  global,
  instance,
  int,
  member,
  string,
  takes1,
  takes2,
} from "./function.ts";
import {
  type Amount,
  addAmounts,
  approximateFloat,
  compareAmounts,
  integerOf,
  parseAmount,
} from "./quantity-amount.ts";

/** The value of `quantity("1.5Gi")`. */
class Quantity extends CelOpaque {
  readonly typeName = "kubernetes.Quantity";
  readonly goType = "cel.Quantity";
  readonly amount: Amount;

  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }

  equal(other: CelValue): CelValue {
    return other instanceof Quantity
      ? compareAmounts(this.amount, other.amount) === 0
      : noSuchOverload(other);
  }
}

const quantity = instance(Quantity);

/** quantity, isQuantity, sign, isInteger, asInteger, asApproximateFloat, add, sub, compareTo, isLessThan, isGreaterThan. */
export function quantityFunctions(): CelFunction[] {
  return [
    ...global("quantity", takes1(string, rememberTexts(parse))),
    ...global(
      "isQuantity",
      takes1(string, (text) => typeof parseAmount(text) !== "string"),
    ),
    ...global("sign", takes1(quantity, sign)),
    ...member(
      "isInteger",
      takes1(quantity, ({ amount }) => integerOf(amount) !== undefined),
    ),
    ...member("asInteger", takes1(quantity, asInteger)),
    ...member("asApproximateFloat", takes1(quantity, asApproximateFloat)),
    ...arithmetic("add", (amount) => amount),
    ...arithmetic("sub", negated),
    ...comparison("compareTo", (order) => order),
    ...comparison("isLessThan", (order) => order < 0),
    ...comparison("isGreaterThan", (order) => order > 0),
  ];
}

function arithmetic(name: string, adjust: (amount: Amount) => Amount): CelFunction[] {
  return member(
    name,
    takes2(quantity, quantity, (a, b) => sum(a, adjust(b.amount))),
    takes2(quantity, int, (a, b) => sum(a, adjust(amountOf(b)))),
  );
}

function comparison(name: string, result: (order: number) => number | boolean): CelFunction[] {
  return member(
    name,
    takes2(quantity, quantity, (a, b) => result(compareAmounts(a.amount, b.amount))),
  );
}

function sign({ amount }: Quantity): number {
  return Number(amount.unscaled > 0n) - Number(amount.unscaled < 0n);
}

function asApproximateFloat({ amount }: Quantity): CelDouble {
  return new CelDouble(approximateFloat(amount));
}

function parse(text: string): CelValue {
  const amount = parseAmount(text);
  return typeof amount === "string" ? new CelError(amount) : new Quantity(amount);
}

function asInteger({ amount }: Quantity): CelValue {
  const integer = integerOf(amount);
  return integer === undefined ? new CelError("cannot convert value to integer") : toInt(integer);
}

function amountOf(value: Int): Amount {
  return { unscaled: BigInt(value), scale: 0, isSmall: true };
}

function negated(amount: Amount): Amount {
  return { ...amount, unscaled: -amount.unscaled };
}

function sum(left: Quantity, right: Amount): Quantity {
  return new Quantity(addAmounts(left.amount, right));
}
