/** How library functions are declared: by name, call style and the types of their overloads. */
import {
  CelError,
  CelList,
  CelOptional,
  type CelValue,
  NO_SUCH_OVERLOAD,
} from "../values/cel-value.ts";
import { type Int, isInt } from "../values/integer.ts";
import { typeName } from "../values/value-text.ts";

/** Answers undefined when the arguments are not of its types. */
export type Overload = (...args: readonly CelValue[]) => CelValue | undefined;

/** `x.name(y)` is a member call with two arguments, `name(x, y)` a global one. */
export interface CelFunction {
  readonly name: string;
  readonly style: "member" | "global";
  /** Arguments, the receiver of a member call included. */
  readonly arity: number;
  readonly overloads: readonly Overload[];
}

/** Tells whether a value has a type. */
export type Guard<T extends CelValue> = (value: CelValue) => value is T;

export const string: Guard<string> = (value) => typeof value === "string";
export const bool: Guard<boolean> = (value) => typeof value === "boolean";
export const int: Guard<Int> = isInt;
export const list: Guard<CelList> = (value) => value instanceof CelList;
export const optional: Guard<CelOptional> = (value) => value instanceof CelOptional;
/** Takes every value. */
export const dyn: Guard<CelValue> = (_value): _value is CelValue => true;

/** A list whose first element passes: cel-go looks no further when it chooses an overload. */
export function listOf(isElement: (element: CelValue) => boolean): Guard<CelList> {
  return (value): value is CelList =>
    value instanceof CelList && (value.size === 0 || isElement(value.get(0)));
}

/** A guard for a class of values. */
export function instance<T extends CelValue>(kind: abstract new (...args: never[]) => T): Guard<T> {
  return (value): value is T => value instanceof kind;
}

/** `receiver.name(...)` */
export function member(name: string, ...overloads: readonly Typed[]): CelFunction[] {
  return byArity(name, "member", overloads);
}

/** `name(...)`; the name may be qualified (`ip.isCanonical`). */
export function global(name: string, ...overloads: readonly Typed[]): CelFunction[] {
  return byArity(name, "global", overloads);
}

/** An overload and how many arguments it takes. */
export interface Typed {
  readonly arity: number;
  readonly run: Overload;
}

function byArity(
  name: string,
  style: CelFunction["style"],
  overloads: readonly Typed[],
): CelFunction[] {
  const arities = [...new Set(overloads.map(({ arity }) => arity))];
  return arities.map((arity) => ({
    name,
    style,
    arity,
    overloads: overloads.filter((one) => one.arity === arity).map(({ run }) => run),
  }));
}

/** An overload without arguments. */
export function takes0(run: () => CelValue): Typed {
  return { arity: 0, run };
}

/** An overload with one typed argument. */
export function takes1<A extends CelValue>(a: Guard<A>, run: (a: A) => CelValue): Typed {
  return { arity: 1, run: (x = null) => (a(x) ? run(x) : undefined) };
}

/** An overload with two typed arguments. */
export function takes2<A extends CelValue, B extends CelValue>(
  a: Guard<A>,
  b: Guard<B>,
  run: (a: A, b: B) => CelValue,
): Typed {
  return { arity: 2, run: (x = null, y = null) => (a(x) && b(y) ? run(x, y) : undefined) };
}

/** An overload with three typed arguments. */
export function takes3<A extends CelValue, B extends CelValue, C extends CelValue>(
  guards: readonly [Guard<A>, Guard<B>, Guard<C>],
  run: (a: A, b: B, c: C) => CelValue,
): Typed {
  const [a, b, c] = guards;
  return {
    arity: 3,
    run: (x = null, y = null, z = null) => (a(x) && b(y) && c(z) ? run(x, y, z) : undefined),
  };
}

/** An overload with four typed arguments. */
export function takes4<
  A extends CelValue,
  B extends CelValue,
  C extends CelValue,
  D extends CelValue,
>(
  guards: readonly [Guard<A>, Guard<B>, Guard<C>, Guard<D>],
  run: (a: A, b: B, c: C, d: D) => CelValue,
): Typed {
  const [a, b, c, d] = guards;
  return {
    arity: 4,
    run: (x = null, y = null, z = null, w = null) =>
      a(x) && b(y) && c(z) && d(w) ? run(x, y, z, w) : undefined,
  };
}

/** cel-go's answer when no overload takes the arguments: `no such overload: size(int)`. */
export function missingOverload(name: string, args: readonly CelValue[]): CelError {
  const failed = args.find((arg) => arg instanceof CelError);
  if (failed instanceof CelError) {
    return failed;
  }
  return new CelError(`${NO_SUCH_OVERLOAD}: ${name}(${args.map(typeName).join(", ")})`);
}
