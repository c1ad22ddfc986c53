/**
 * What a comprehension does with each item. cel-go folds with `&&`, `||`, `?:` and `+`, so which error survives
 * differs between the macros; each step here says it.
 */
import { CompileError } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import {
  CelError,
  CelMap,
  type CelValue,
  NO_SUCH_OVERLOAD,
  noSuchOverload,
} from "./values/cel-value.ts";
import { ListValue } from "./values/list-value.ts";
import { MapValue } from "./values/map-value.ts";
import { goText } from "./values/value-text.ts";

/** What a comprehension has gathered. */
export interface State {
  failure: CelError | undefined;
  decided: boolean;
  count: number;
  readonly values: CelValue[];
  readonly map: MapValue;
}

/** One macro: `next` answers true when no further item can change the result. */
export interface Step {
  /** What cel-go charges besides the macro's expressions: for each item, for the look after the deciding one, at the end. */
  readonly itemCost: number;
  readonly breakCost: number;
  readonly finishCost: number;
  start(): State;
  next(state: State, frame: Frame): boolean;
  finish(state: State): CelValue;
}

/** Of steps that gather no map; nobody adds to it. */
const NO_MAP = new MapValue([]);

function start(): State {
  return { failure: undefined, decided: false, count: 0, values: [], map: NO_MAP };
}

function startMap(): State {
  return { ...start(), map: new MapValue([]) };
}

/** The step of a macro; bodies are its expressions after the variables, an optional filter first. */
export function compileStep(
  name: string,
  bodies: readonly Evaluate[],
  slots: readonly number[],
  listCost: number,
): Step {
  const [first, second] = bodies;
  if (first === undefined) {
    throw new CompileError(`${name}() lacks its expression`);
  }
  const filter = second === undefined ? undefined : first;
  const body = second ?? first;
  switch (name) {
    case "all":
      return quantifier(body, false);
    case "exists":
      return quantifier(body, true);
    case "exists_one":
    case "existsOne":
      return counter(body);
    case "filter":
      return collector(body, (frame) => frame.slots[slots[0] ?? 0] ?? null, pushValue(13), listOf);
    case "transformMap":
      return collector(filter, body, insertAt(slots[0] ?? 0), mapOf);
    case "transformMapEntry":
      return collector(filter, body, insertEntries, mapOf);
    default:
      return collector(filter, body, pushValue(2 + listCost), listOf);
  }
}

/** `all` is decided by a false, `exists` by a true; before that the first error stays. */
function quantifier(predicate: Evaluate, decisive: boolean): Step {
  const lookCost = decisive ? 3 : 2;
  return {
    itemCost: lookCost + 1,
    breakCost: lookCost,
    finishCost: 1,
    start,
    next: (state, frame) => {
      const holds = predicate(frame);
      if (holds === decisive) {
        state.decided = true;
        return true;
      }
      if (typeof holds !== "boolean") {
        state.failure ??= noSuchOverload(holds);
      }
      return false;
    },
    finish: (state) => (state.decided ? decisive : (state.failure ?? !decisive)),
  };
}

function counter(predicate: Evaluate): Step {
  return {
    itemCost: 0,
    breakCost: 0,
    finishCost: 2,
    start,
    next: (state, frame) => countOne(state, predicate(frame), frame),
    finish: oneOf,
  };
}

/** The predicate's last error stays: it replaces the count. */
function countOne(state: State, holds: CelValue, frame: Frame): boolean {
  if (holds === true) {
    frame.cost += 2;
    state.count++;
  } else if (holds !== false) {
    state.failure = noSuchOverload(holds);
  }
  return false;
}

function oneOf(state: State): CelValue {
  return state.failure ?? state.count === 1;
}

type Gather = (state: State, value: CelValue, frame: Frame) => CelError | undefined;

/** A filter's last error stays, of the transformations the first. */
function collector(
  filter: Evaluate | undefined,
  transform: Evaluate,
  gather: Gather,
  result: (state: State) => CelValue,
): Step {
  return {
    itemCost: 0,
    breakCost: 0,
    finishCost: 1,
    start: result === mapOf ? startMap : start,
    next: (state, frame) => {
      const wanted = filter === undefined || filter(frame);
      if (typeof wanted !== "boolean") {
        state.failure = noSuchOverload(wanted);
      } else if (wanted && state.failure === undefined) {
        const value = transform(frame);
        state.failure = value instanceof CelError ? value : gather(state, value, frame);
      }
      return false;
    },
    finish: (state) => state.failure ?? result(state),
  };
}

function pushValue(cost: number): Gather {
  return (state, value, frame) => {
    state.values.push(value);
    return frame.spend(cost);
  };
}

function listOf(state: State): CelValue {
  return new ListValue(state.values);
}

function mapOf(state: State): CelValue {
  return state.map;
}

function insertAt(slot: number): Gather {
  return (state, value, frame) => frame.spend(3) ?? insert(state, frame.slots[slot] ?? null, value);
}

function insertEntries(state: State, value: CelValue, frame: Frame): CelError | undefined {
  frame.cost += 2;
  if (!(value instanceof CelMap)) {
    return new CelError(NO_SUCH_OVERLOAD);
  }
  for (const key of value.keys()) {
    const failed = insert(state, key, value.find(key) ?? null);
    if (failed !== undefined) {
      return failed;
    }
  }
  return undefined;
}

function insert(state: State, key: CelValue, value: CelValue): CelError | undefined {
  if (key instanceof CelError) {
    return key;
  }
  return state.map.insert(key, value)
    ? undefined
    : new CelError(`insert failed: key ${goText(key)} already exists`);
}
