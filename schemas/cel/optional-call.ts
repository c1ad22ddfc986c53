/** Calls on optionals that do not evaluate all of their arguments: or, orValue, optMap, optFlatMap. */
import type { CompilePart } from "./compiler.ts";
import { variableName } from "./comprehension.ts";
import type { Expression } from "./expression.ts";
import type { Evaluate } from "./frame.ts";
import { missingOverload } from "./library/function.ts";
import { Scope } from "./scope.ts";
import { CelError, CelOptional, type CelValue, NO_SUCH_OVERLOAD } from "./values/cel-value.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** The closure of such a call; undefined when the call is none. */
export function compileOptionalCall(
  call: Call,
  scope: Scope,
  at: CompilePart,
): Evaluate | undefined {
  const [first, second] = call.args;
  if (call.target === undefined || first === undefined) {
    return undefined;
  }
  const target = at(call.target);
  if (second === undefined && (call.name === "or" || call.name === "orValue")) {
    return alternative(target, at(first), call.name === "orValue");
  }
  if (second === undefined || call.args.length > 2 || !/^opt(?:Flat)?Map$/.test(call.name)) {
    return undefined;
  }
  const inner = new Scope(scope);
  const slot = inner.declare(variableName(first));
  return transformation(target, slot, at(second, inner), call.name === "optMap");
}

function alternative(target: Evaluate, other: Evaluate, unwraps: boolean): Evaluate {
  return (frame) => {
    const value = target(frame);
    if (value instanceof CelError) {
      return value;
    }
    if (!(value instanceof CelOptional)) {
      return new CelError(NO_SUCH_OVERLOAD);
    }
    if (value.value === undefined) {
      return other(frame);
    }
    return unwraps ? value.value : value;
  };
}

/** cel-go's macro evaluates the optional twice: to see whether it has a value, and for the value. */
function transformation(target: Evaluate, slot: number, body: Evaluate, wraps: boolean): Evaluate {
  const costOfSome = wraps ? 3 : 2;
  return (frame) => {
    const before = frame.cost;
    const value = target(frame);
    if (value instanceof CelError) {
      return value;
    }
    if (!(value instanceof CelOptional)) {
      return missingOverload("hasValue", [value]);
    }
    if (value.value === undefined) {
      frame.cost += 2;
      return CelOptional.none;
    }
    frame.cost += frame.cost - before + costOfSome;
    frame.slots[slot] = value.value;
    return wraps ? wrapped(body(frame)) : body(frame);
  };
}

function wrapped(value: CelValue): CelValue {
  return value instanceof CelError ? value : new CelOptional(value);
}
