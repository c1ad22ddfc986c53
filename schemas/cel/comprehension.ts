/** Macros that walk lists and maps, with one variable (cel-go parser/macro.go) or two (ext/comprehensions.go). */
import type { CompilePart } from "./compiler.ts";
import { compileStep, QUANTIFIERS, type Step, TRANSFORMS } from "./comprehension-step.ts";
import { CompileError, type Expression } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { sortByKeys } from "./library/lists.ts";
import { Scope } from "./scope.ts";
import { CelError, CelList, CelMap, type CelValue } from "./values/cel-value.ts";
import { elementsOf, ListValue } from "./values/list-value.ts";
import { goTypeOf } from "./values/value-text.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** The closure of a comprehension; undefined when the call is none. */
export function compileComprehension(
  call: Call,
  scope: Scope,
  at: CompilePart,
): Evaluate | undefined {
  if (call.target === undefined) {
    return undefined;
  }
  const range = () => at(call.target ?? call);
  if (call.name === "sortBy" && call.args.length === 2) {
    return compileSortBy(range(), call, scope, at);
  }
  const variables = variableCount(call.name, call.args.length);
  if (variables === 0) {
    return undefined;
  }
  const inner = new Scope(scope);
  const names = call.args.slice(0, variables).map(variableName);
  if (new Set(names).size < names.length) {
    throw new CompileError(`duplicate variable name: ${names[0]}`);
  }
  const slots = names.map((name) => inner.declare(name));
  const bodies = call.args.slice(variables).map((body) => at(body, inner));
  return walk(range(), slots, compileStep(call.name, bodies, slots));
}

/** 0 when the name and number of arguments make no comprehension. */
function variableCount(name: string, args: number): number {
  if (QUANTIFIERS.has(name)) {
    return args === 3 || (args === 2 && name !== "existsOne") ? args - 1 : 0;
  }
  if (name === "map" || name === "filter") {
    return args === 2 || (args === 3 && name === "map") ? 1 : 0;
  }
  return TRANSFORMS.has(name) && (args === 3 || args === 4) ? 2 : 0;
}

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
    const items =
      container instanceof CelError ? container : itemsOf(container, slots.length, frame);
    if (items instanceof CelError) {
      return items;
    }
    const state = step.start();
    for (const [key, value] of items) {
      frame.slots[slots[0] ?? 0] = key;
      if (slots[1] !== undefined) {
        frame.slots[slots[1]] = value;
      }
      const failed = frame.spend(1);
      if (failed !== undefined) {
        return failed;
      }
      if (step.next(state, frame)) {
        break;
      }
    }
    return step.finish(state);
  };
}

/** What the variables see: elements, or index and element; keys, or key and value. */
function itemsOf(
  container: CelValue,
  variables: number,
  frame: Frame,
): Iterable<readonly [CelValue, CelValue]> | CelError {
  if (container instanceof CelList) {
    return frame.spend(0) ?? (variables === 1 ? singles(container) : indexed(container));
  }
  if (container instanceof CelMap) {
    return container
      .keys()
      .map((key) => [key, variables === 1 ? null : (container.find(key) ?? null)] as const);
  }
  return new CelError(
    variables === 1
      ? `got '${goTypeOf(container)}', expected iterable type`
      : `unsupported comprehension range type: ${goTypeOf(container)}`,
  );
}

function* singles(list: CelList): Generator<readonly [CelValue, CelValue]> {
  for (let index = 0; index < list.size; index++) {
    yield [list.get(index), null];
  }
}

function* indexed(list: CelList): Generator<readonly [CelValue, CelValue]> {
  for (let index = 0; index < list.size; index++) {
    yield [index, list.get(index)];
  }
}

function compileSortBy(range: Evaluate, call: Call, scope: Scope, at: CompilePart): Evaluate {
  const [variable, key] = call.args;
  if (variable === undefined || key === undefined) {
    throw new CompileError("sortBy() takes a variable and a key");
  }
  const inner = new Scope(scope);
  const slot = inner.declare(variableName(variable));
  const keyOf = at(key, inner);
  const keys = (list: CelList) => walk(() => list, [slot], compileStep("map", [keyOf], [slot]));
  return (frame) => {
    const list = range(frame);
    if (!(list instanceof CelList)) {
      return list instanceof CelError
        ? list
        : new CelError(`got '${goTypeOf(list)}', expected iterable type`);
    }
    const found = keys(list)(frame);
    return found instanceof CelList ? sortByKeys(new ListValue(elementsOf(list)), found) : found;
  };
}
