/** The syntax tree that the compiler reads: cel-js's tree without its macros and types. */

/** A literal's value: ints as bigint, doubles as number, uints marked. */
export type Literal =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "uint"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array };

/** Operators that take two values and evaluate both. */
export type BinaryOperator =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "in";

/** An element of a list literal; `[?x]` is optional. */
export interface Element {
  readonly value: Expression;
  readonly optional: boolean;
}

/** An entry of a map literal; `{?key: value}` is optional. */
export interface Entry extends Element {
  readonly key: Expression;
}

export type Expression =
  | { readonly kind: "literal"; readonly literal: Literal }
  | { readonly kind: "identifier"; readonly name: string }
  | {
      readonly kind: "select";
      readonly operand: Expression;
      readonly field: string;
      readonly optional: boolean;
    }
  | {
      readonly kind: "index";
      readonly operand: Expression;
      readonly index: Expression;
      readonly optional: boolean;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly target: Expression | undefined;
      readonly args: readonly Expression[];
    }
  | { readonly kind: "list"; readonly elements: readonly Element[] }
  | { readonly kind: "map"; readonly entries: readonly Entry[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "negate"; readonly operand: Expression }
  | {
      readonly kind: "logic";
      readonly operator: "&&" | "||";
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "conditional";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** An expression that this environment does not have, or that is no CEL at all; the message is for people. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}
