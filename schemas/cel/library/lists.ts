/** Lists: k8s.io/apiserver/pkg/cel/library/lists.go and cel-go's ext/lists.go. */

import { compileArithmetic } from "../arithmetic.ts";
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  CelUint,
  type CelValue,
  NO_SUCH_OVERLOAD,
  noSuchOverload,
} from "../values/cel-value.ts";
import { valueEqual } from "../values/equality.ts";
import { type Int, isInt } from "../values/integer.ts";
import { elementsOf, ListValue } from "../values/list-value.ts";
import { compareValues, isComparable, missingOperator } from "../values/ordering.ts";
import { SchemaList } from "../values/schema-list.ts";
import { CelDuration } from "../values/time.ts";
import { goText, typeName } from "../values/value-text.ts";
import {
  type CelFunction,
  dyn,
  global,
  int,
  list,
  listOf,
  member,
  takes1,
  takes2,
  takes3,
} from "./function.ts";

/** isSorted, sum, min, max, indexOf, lastIndexOf, slice, flatten, sort, distinct, reverse, lists.range. */
export function listFunctions(): CelFunction[] {
  return [
    ...member("isSorted", takes1(listOf(isComparable), isSorted)),
    ...member("sum", takes1(listOf(isSummable), sum)),
    ...member(
      "min",
      takes1(listOf(isComparable), (values) => extreme(values, "min", 1)),
    ),
    ...member(
      "max",
      takes1(listOf(isComparable), (values) => extreme(values, "max", -1)),
    ),
    ...member(
      "indexOf",
      takes2(list, dyn, (values, item) => elementsOf(values).findIndex(equals(item))),
    ),
    ...member(
      "lastIndexOf",
      takes2(list, dyn, (values, item) => elementsOf(values).findLastIndex(equals(item))),
    ),
    ...member("slice", takes3([list, int, int], slice)),
    ...member(
      "flatten",
      takes1(dyn, (values) => flatten(values, 1)),
      takes2(dyn, int, (values, depth) => flatten(values, Number(depth), "int")),
    ),
    ...member(
      "sort",
      takes1(dyn, (values) =>
        values instanceof CelList ? sortByKeys(values, values) : missingOperator("sort", values),
      ),
    ),
    ...member("distinct", takes1(list, distinct)),
    ...member(
      "reverse",
      takes1(list, (values) => new ListValue(elementsOf(values).toReversed())),
    ),
    ...global("lists.range", takes1(int, range)),
  ];
}

/** What has a sum. */
function isSummable(value: CelValue): boolean {
  return (
    isInt(value) ||
    value instanceof CelDouble ||
    value instanceof CelUint ||
    value instanceof CelDuration
  );
}

function equals(item: CelValue): (element: CelValue) => boolean {
  return (element) => valueEqual(element, item) === true;
}

function isSorted(values: CelList): CelValue {
  let previous: CelValue | undefined;
  for (const element of elementsOf(values)) {
    if (!isComparable(element)) {
      return noSuchOverload(element);
    }
    if (previous !== undefined && compareValues(previous, element) === 1) {
      return false;
    }
    previous = element;
  }
  return true;
}

const add = compileArithmetic("+");

function sum(values: CelList): CelValue {
  let total: CelValue | undefined;
  for (const element of elementsOf(values)) {
    total = total === undefined ? element : add(total, element);
    if (total instanceof CelError) {
      return total;
    }
  }
  return total ?? zeroOf(values);
}

/** The zero of an empty list: its element type is known by its schema alone. */
function zeroOf(values: CelList): CelValue {
  const sample = values instanceof SchemaList ? values.adapt(0) : 0;
  if (sample instanceof CelDouble) {
    return sample;
  }
  const text = values instanceof SchemaList ? values.adapt("0s") : 0;
  return text instanceof CelDuration ? text : 0;
}

function extreme(values: CelList, name: string, replaces: number): CelValue {
  let result: CelValue | undefined;
  for (const element of elementsOf(values)) {
    if (!isComparable(element)) {
      return noSuchOverload(element);
    }
    if (result === undefined || compareValues(result, element) === replaces) {
      result = element;
    }
  }
  return result ?? new CelError(`${name} called on empty list`);
}

function slice(values: CelList, start: Int, end: Int): CelValue {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0 || end < 0) {
    return new CelError(`${call}, negative indexes not supported`);
  }
  if (start > end) {
    return new CelError(`${call}, start index must be less than or equal to end index`);
  }
  if (end > values.size) {
    return new CelError(`${call}, list is length ${values.size}`);
  }
  return new ListValue(elementsOf(values).slice(Number(start), Number(end)));
}

function flatten(values: CelValue, depth: number, argument = ""): CelValue {
  if (!(values instanceof CelList)) {
    return new CelError(`${NO_SUCH_OVERLOAD}: ${typeText(values)}.flatten(${argument})`);
  }
  return depth < 0
    ? new CelError("level must be non-negative")
    : new ListValue(flattened(values, depth));
}

function flattened(values: CelList, depth: number): CelValue[] {
  return elementsOf(values).flatMap((element) =>
    element instanceof CelList && depth > 0 ? flattened(element, depth - 1) : [element],
  );
}

/** The elements in the order of their keys; an error when those differ in type or have no order. */
export function sortByKeys(values: CelList, keys: CelList): CelValue {
  if (values.size === 0) {
    return values;
  }
  const ordered = elementsOf(keys);
  const [first = null] = ordered;
  if (!isComparable(first)) {
    return new CelError("list elements must be comparable");
  }
  const type = typeName(first);
  if (ordered.some((key) => typeName(key) !== type)) {
    return new CelError("list elements must have the same type");
  }
  const elements = elementsOf(values);
  const positions = ordered.map((key, index) => ({ key, index }));
  positions.sort((a, b) => orderOf(a.key, b.key));
  return new ListValue(positions.map(({ index }) => elements[index] ?? null));
}

function orderOf(left: CelValue, right: CelValue): number {
  const order = compareValues(left, right);
  return typeof order === "number" ? order : 0;
}

function distinct(values: CelList): CelValue {
  const scalars = new Set<CelValue>();
  const found: CelValue[] = [];
  for (const element of elementsOf(values)) {
    const isScalar = typeof element === "string" || typeof element === "number";
    const isKnown = isScalar ? scalars.has(element) : found.some(equals(element));
    if (!isKnown) {
      scalars.add(element);
      found.push(element);
    }
  }
  return new ListValue(found);
}

/** A type as cel-go prints it where it knows its parameters. */
function typeText(value: CelValue): string {
  return value instanceof CelMap ? "map(dyn, dyn)" : typeName(value);
}

/** A range longer than this would exceed the cost limit anyway. */
const MAX_RANGE = 1_000_000;

function range(size: Int): CelValue {
  if (size < 0) {
    return new CelError(`lists.range: size must be non-negative, got ${goText(size)}`);
  }
  if (size > MAX_RANGE) {
    return new CelError("operation cancelled: actual cost limit exceeded");
  }
  return new ListValue(Array.from({ length: Number(size) }, (_, index) => index));
}
