/**
 * What cel-go charges while it evaluates (interpreter/runtimecost.go, common/cost.go, ext/lists.go) and Kubernetes for its
 * libraries (k8s.io/apiserver/pkg/cel/library/cost.go). The API server ends a rule that passes its limit.
 */
import { CelList, CelMap, CelOpaque, CelOptional, type CelValue } from "./values/cel-value.ts";

/** k8s.io/apiserver/pkg/apis/cel PerCallLimit: the most that one evaluation may cost. */
export const COST_LIMIT = 1_000_000;
export const LIST_COST = 10;
export const MAP_COST = 30;
const STRING_FACTOR = 0.1;
const PATTERN_FACTOR = 0.25;

/** What a call costs by its arguments, before it runs. */
export type CallCost = (args: readonly CelValue[]) => number;

/** Length in bytes or elements; in UTF-16 units for strings, where cel-go counts code points. 1 for scalars. */
function sizeOf(value: CelValue | undefined): number {
  if (typeof value === "string" || value instanceof Uint8Array) {
    return value.length;
  }
  if (value instanceof CelList || value instanceof CelMap) {
    return value.size;
  }
  if (value instanceof CelOpaque) {
    return value.costSize;
  }
  return value instanceof CelOptional && value.value !== undefined ? sizeOf(value.value) : 1;
}

function readingCost(size: number): number {
  return Math.ceil(size * STRING_FACTOR);
}

/** `==` and `!=` */
export function equalityCost(left: CelValue, right: CelValue): number {
  return left instanceof CelOpaque ? 1 : readingCost(Math.min(sizeOf(left), sizeOf(right)));
}

/** `<`, `<=`, `>`, `>=` */
export function orderingCost(left: CelValue, right: CelValue): number {
  return isText(left) && isText(right) ? equalityCost(left, right) : 1;
}

/** `+` */
export function additionCost(left: CelValue, right: CelValue): number {
  return isText(left) && isText(right) ? readingCost(sizeOf(left) + sizeOf(right)) : 1;
}

function isText(value: CelValue): boolean {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** A pattern searched in a text. */
export function patternCost(textLength: number, patternLength: number): number {
  return readingCost(1 + textLength) * Math.ceil(patternLength * PATTERN_FACTOR);
}

/** Every element of a list compared with every other, as sorting and telling apart are charged. */
export function pairCost(list: CelValue | undefined): number {
  const first = list instanceof CelList && list.size > 0 ? list.get(0) : 1;
  const factor = isText(first) ? 2 + STRING_FACTOR : 2;
  return Math.trunc(sizeOf(list) ** 2 * factor) + LIST_COST + 1;
}

/** One walk through a value and all that is in it. */
function traversalCost(value: CelValue | undefined): number {
  if (value instanceof CelList) {
    let cost = 0;
    for (let index = 0; index < value.size; index++) {
      cost += traversalCost(value.get(index));
    }
    return cost;
  }
  if (typeof value !== "string" && !(value instanceof Uint8Array)) {
    return 1;
  }
  return Math.trunc(Buffer.byteLength(value) * STRING_FACTOR);
}

/** Comparing the bytes of a network, and reading what is compared where it is a text. */
function containmentCost(network: CelValue | undefined, other: CelValue | undefined): number {
  const reading = typeof other === "string" ? readingCost(other.length) : 0;
  return readingCost(2 * sizeOf(network)) + reading;
}

const one: CallCost = () => 1;
const readFirst: CallCost = ([first]) => readingCost(sizeOf(first));
const readFirstTwice: CallCost = ([first]) => Math.ceil(sizeOf(first) * 2 * STRING_FACTOR);
const readSecond: CallCost = ([, second]) => readingCost(sizeOf(second));
const traverseFirst: CallCost = ([first]) => traversalCost(first);
const copyFirst: CallCost = ([first]) => sizeOf(first) + LIST_COST + 1;
const search: CallCost = ([text, pattern]) => patternCost(sizeOf(text), sizeOf(pattern));
const pairs: CallCost = ([list]) => pairCost(list);
/** Two lists, every element of one with every element of the other. */
const products =
  (times: number): CallCost =>
  ([left, right]) =>
    1 + sizeOf(left) * sizeOf(right) * times;

const COSTS: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ["startsWith", readSecond],
  ["endsWith", readSecond],
  ["contains", ([text, part]) => readingCost(sizeOf(text)) * readingCost(sizeOf(part))],
  ["strings.quote", readFirst],
  ["format", readFirst],
  ["matches", search],
  ["find", search],
  ["findAll", search],
  ...["isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"].map((name): [string, CallCost] => [
    name,
    traverseFirst,
  ]),
  ...[
    "url",
    "lowerAscii",
    "upperAscii",
    "substring",
    "trim",
    "cidr",
    "isIP",
    "isCIDR",
    "quantity",
  ].map((name): [string, CallCost] => [name, readFirst]),
  ...["isQuantity", "semver", "isSemver"].map((name): [string, CallCost] => [name, readFirst]),
  ["ip.isCanonical", readFirstTwice],
  ["replace", readFirstTwice],
  ["split", readFirstTwice],
  ["ip", ([first]) => (first instanceof CelOpaque ? 1 : readingCost(sizeOf(first)))],
  ["bytes", ([first]) => (typeof first === "string" ? readingCost(sizeOf(first)) : 1)],
  ["string", ([first]) => (first instanceof Uint8Array ? readingCost(sizeOf(first)) : 1)],
  ["validate", ([format, text]) => patternCost(sizeOf(text), sizeOf(format))],
  ["containsIP", ([network, other]) => containmentCost(network, other)],
  [
    "containsCIDR",
    ([network, other]) => containmentCost(network, other) + readingCost(sizeOf(network)) + 1,
  ],
  ["distinct", pairs],
  ["sort", pairs],
  ["reverse", copyFirst],
  ["flatten", ([list, depth = 1]) => Math.trunc(sizeOf(list) * Number(depth)) + LIST_COST + 1],
  ["slice", ([, start, end]) => Math.max(0, Number(end) - Number(start)) + LIST_COST + 1],
  ["lists.range", ([size]) => Math.max(0, Number(size)) + LIST_COST + 1],
  ["sets.contains", products(1)],
  ["sets.intersects", products(1)],
  ["sets.equivalent", products(2)],
]);

/** The cost of a function's calls; 1 where cel-go has no opinion. */
export function callCost(name: string): CallCost {
  return COSTS.get(name) ?? one;
}

/** What comes on top once the result is there. */
export function resultCost(name: string, result: CelValue): number {
  return typeof result === "string" && name === "join"
    ? Math.ceil(result.length * 2 * STRING_FACTOR) - 1
    : 0;
}
