/** Macros that walk lists and maps, with one variable (cel-go parser/macro.go) or two (ext/comprehensions.go). */
import type { CompilePart } from "./compiler.ts";
import { compileStep, type Step } from "./comprehension-step.ts";
import { isConstant } from "./constant.ts";
import { LIST_COST, pairCost } from "./cost.ts";
import { CompileError, type Expression } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { sortByKeys } from "./library/lists.ts";
import { Scope } from "./scope.ts";
import { CelError, CelList, CelMap, type CelValue } from "./values/cel-value.ts";
import { goTypeOf } from "./values/value-text.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** The closure of a comprehension; undefined when the call is none. */
export function compileComprehension(
  call: Call,
  scope: Scope,
  at: CompilePart,
): Evaluate | undefined {
  const { target, name, args } = call;
  if (target === undefined) {
    return undefined;
  }
  const [variable, key] = args;
  if (name === "sortBy" && args.length === 2 && variable !== undefined && key !== undefined) {
    return compileSortBy(at(target), variableName(variable), key, scope, at);
  }
  const variables = VARIABLES.get(`${name} ${args.length}`);
  return variables === undefined ? undefined : compileWalk(call, at(target), variables, scope, at);
}

function compileWalk(
  { name, args }: Call,
  range: Evaluate,
  variables: number,
  scope: Scope,
  at: CompilePart,
): Evaluate {
  const inner = new Scope(scope);
  const names = args.slice(0, variables).map(variableName);
  if (new Set(names).size < names.length) {
    throw new CompileError(`duplicate variable name: ${names[0]}`);
  }
  const slots = names.map((variable) => inner.declare(variable));
  const bodies = args.slice(variables).map((body) => at(body, inner));
  const last = args.at(-1);
  const listCost = last !== undefined && isConstant(last, inner) ? 0 : LIST_COST;
  return walk(range, slots, compileStep(name, bodies, slots, listCost));
}

/** How many variables a macro has for its number of arguments. */
const VARIABLES: ReadonlyMap<string, number> = new Map([
  ["all 2", 1],
  ["exists 2", 1],
  ["exists_one 2", 1],
  ["map 2", 1],
  ["map 3", 1],
  ["filter 2", 1],
  ["all 3", 2],
  ["exists 3", 2],
  ["exists_one 3", 2],
  ["existsOne 3", 2],
  ["transformList 3", 2],
  ["transformList 4", 2],
  ["transformMap 3", 2],
  ["transformMap 4", 2],
  ["transformMapEntry 3", 2],
  ["transformMapEntry 4", 2],
]);

/** The name of an iteration variable. */
export function variableName(expression: Expression): string {
  if (expression.kind !== "identifier") {
    throw new CompileError("argument must be a simple name");
  }
  return expression.name;
}

function walk(range: Evaluate, slots: readonly number[], step: Step): Evaluate {
  return (frame) => {
    const container = range(frame);
    if (container instanceof CelList) {
      return fold(container.size, listItems(container, slots, frame), step, frame);
    }
    if (container instanceof CelMap) {
      const keys = container.keys();
      return fold(keys.length, mapItems(container, keys, slots, frame), step, frame);
    }
    return container instanceof CelError ? container : notIterable(container, slots.length);
  };
}

/** Puts the item at an index into the variables' slots. */
type Assign = (index: number) => void;

/** Elements, or index and element. */
function listItems(list: CelList, slots: readonly number[], frame: Frame): Assign {
  const [first = 0, second] = slots;
  return (index) => {
    frame.slots[first] = second === undefined ? list.get(index) : index;
    if (second !== undefined) {
      frame.slots[second] = list.get(index);
    }
  };
}

/** Keys, or key and value. */
function mapItems(
  map: CelMap,
  keys: readonly CelValue[],
  slots: readonly number[],
  frame: Frame,
): Assign {
  const [first = 0, second] = slots;
  return (index) => {
    const key = keys[index] ?? null;
    frame.slots[first] = key;
    if (second !== undefined) {
      frame.slots[second] = map.find(key) ?? null;
    }
  };
}

function fold(size: number, assign: Assign, step: Step, frame: Frame): CelValue {
  const state = step.start();
  for (let index = 0; index < size; index++) {
    const failed = frame.spend(step.itemCost);
    if (failed !== undefined) {
      return failed;
    }
    assign(index);
    if (step.next(state, frame)) {
      frame.cost += index + 1 < size ? step.breakCost : 0;
      break;
    }
  }
  frame.cost += step.finishCost;
  return step.finish(state);
}

function notIterable(value: CelValue, variables: number): CelError {
  return new CelError(
    variables === 1
      ? `got '${goTypeOf(value)}', expected iterable type`
      : `unsupported comprehension range type: ${goTypeOf(value)}`,
  );
}

/** The variables that cel-go's macro reads on the way: the list twice. */
const SORT_BY_COST = 2;

function compileSortBy(
  range: Evaluate,
  variable: string,
  key: Expression,
  scope: Scope,
  at: CompilePart,
): Evaluate {
  const inner = new Scope(scope);
  const slots = [inner.declare(variable)];
  const step = compileStep("map", [at(key, inner)], slots, isConstant(key, inner) ? 0 : LIST_COST);
  return (frame) => {
    const list = range(frame);
    if (!(list instanceof CelList)) {
      return list instanceof CelError
        ? list
        : new CelError(`got '${goTypeOf(list)}', expected iterable type`);
    }
    const keys = walk(() => list, slots, step)(frame);
    return keys instanceof CelList
      ? (frame.spend(pairCost(keys) + SORT_BY_COST) ?? sortByKeys(list, keys))
      : keys;
  };
}
