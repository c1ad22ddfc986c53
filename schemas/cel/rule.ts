/**
 * One entry of x-kubernetes-validations as a function: apiextensions-apiserver's pkg/apiserver/schema/cel, validation.go.
 * Where the rule applies, what its answer becomes (reason, fieldPath) and ratcheting are the caller's.
 */
import { goQuote } from "../go-text.ts";
import type { JsonValue } from "../json.ts";
import type { StructuralSchema, ValidationRule } from "../structural-schema.ts";
import { compile } from "./compiler.ts";
import { CompileError, type Expression } from "./expression.ts";
import { type Evaluate, Frame } from "./frame.ts";
import { guardOf, isAbsent } from "./guard.ts";
import { trimSpace } from "./library/strings.ts";
import { parseExpression } from "./parser.ts";
import { Scope } from "./scope.ts";
import { adapterOf } from "./values/adapter.ts";
import { CelError, CelOptional, type CelValue } from "./values/cel-value.ts";
import { resourceSchema } from "./values/resource-schema.ts";

/** The object before an update, where there is one that corresponds. */
export type OldSelf =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly value: JsonValue };

/** What a rule says of one value; messages are in the API server's words. */
export type RuleResult =
  | { readonly kind: "holds" }
  | { readonly kind: "violated"; readonly message: string }
  | {
      readonly kind: "failed";
      readonly message: string;
      /** True when the rule has passed the API server's cost limit: it evaluates no further rule of the object. */
      readonly endsAll: boolean;
    };

/**
 * A rule ready to run. A rule with `usesOldSelf` is to be evaluated only with an old value present, unless it has
 * optionalOldSelf. Both values are JSON as in json.ts; neither is changed or kept.
 */
export type CompiledRule =
  | {
      readonly kind: "compiled";
      readonly usesOldSelf: boolean;
      /** What the last evaluation cost in the API server's units. */
      readonly cost: () => number;
      evaluate(self: JsonValue, oldSelf: OldSelf): RuleResult;
    }
  | { readonly kind: "unevaluable"; readonly what: string };

const HOLDS: RuleResult = { kind: "holds" };

/**
 * Compiles a rule for the values of the schema that carries it. At the root of a resource apiVersion, kind and the
 * names in metadata can be read even if the schema does not declare them.
 */
export function compileRule(
  rule: ValidationRule,
  schema: StructuralSchema,
  isResourceRoot = false,
): CompiledRule {
  if (trimSpace(rule.rule) === "") {
    return { kind: "compiled", usesOldSelf: false, cost: () => 0, evaluate: () => HOLDS };
  }
  const program = compileProgram(rule.rule);
  if (typeof program === "string") {
    return { kind: "unevaluable", what: program };
  }
  const message = rule.messageExpression ? compileProgram(rule.messageExpression) : undefined;
  if (typeof message === "string") {
    return { kind: "unevaluable", what: `messageExpression: ${message}` };
  }
  const adapt = adapterOf(
    isResourceRoot || schema.embeddedResource ? resourceSchema(schema) : schema,
  );
  const run = new RuleRun(rule, program.evaluate, message?.evaluate);
  const guard = schema.type === "object" ? guardOf(program.expression, schema) : undefined;
  // What a rule costs that ends at its guard is the same for every object.
  const guardCost = guard === undefined ? 0 : run.costOf(adapt({}));
  return {
    kind: "compiled",
    usesOldSelf: program.usesOldSelf,
    cost: () => run.cost,
    evaluate: (self, oldSelf) => {
      if (guard !== undefined && isAbsent(self, guard)) {
        run.cost = guardCost;
        return HOLDS;
      }
      const old = oldSelf.kind === "present" ? (oldSelf.value ?? undefined) : undefined;
      return run.evaluate(adapt(self), old === undefined ? undefined : adapt(old));
    },
  };
}

interface Program {
  readonly expression: Expression;
  readonly evaluate: Evaluate;
  readonly usesOldSelf: boolean;
}

function compileProgram(source: string): Program | string {
  try {
    const scope = new Scope();
    const expression = parseExpression(source);
    const evaluate = compile(expression, scope);
    return { expression, evaluate, usesOldSelf: scope.usesOldSelf };
  } catch (error) {
    if (error instanceof CompileError) {
      return error.message;
    }
    throw error;
  }
}

class RuleRun {
  cost = 0;
  readonly #frame = new Frame();
  readonly #rule: ValidationRule;
  readonly #program: Evaluate;
  readonly #message: Evaluate | undefined;

  constructor(rule: ValidationRule, program: Evaluate, message: Evaluate | undefined) {
    this.#rule = rule;
    this.#program = program;
    this.#message = message;
  }

  evaluate(self: CelValue, oldSelf: CelValue | undefined): RuleResult {
    const frame = this.#frame;
    const old = this.#rule.optionalOldSelf === true ? new CelOptional(oldSelf) : oldSelf;
    frame.start(self, old);
    const value = this.#program(frame);
    this.cost = frame.cost;
    const result = frame.isExhausted ? this.#exhausted() : this.#resultOf(value, self, oldSelf);
    frame.release();
    return result;
  }

  /** What the rule itself costs for a value. */
  costOf(self: CelValue): number {
    const frame = this.#frame;
    frame.start(self, undefined);
    this.#program(frame);
    frame.release();
    return frame.cost;
  }

  #resultOf(value: CelValue, self: CelValue, oldSelf: CelValue | undefined): RuleResult {
    if (value === true) {
      return HOLDS;
    }
    if (value instanceof CelError) {
      return { kind: "failed", message: failureText(value.message, this.#rule), endsAll: false };
    }
    const message = this.#messageFor(self, oldSelf);
    return this.#frame.isExhausted
      ? { kind: "failed", message: this.#exhaustedMessage(), endsAll: true }
      : { kind: "violated", message };
  }

  #exhausted(): RuleResult {
    const message = `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(this.#rule)}`;
    return { kind: "failed", message, endsAll: true };
  }

  #exhaustedMessage(): string {
    return `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${goQuote(this.#rule.messageExpression ?? "")}`;
  }

  /** The API server gives a messageExpression oldSelf itself, even where optionalOldSelf makes it an optional in the rule. */
  #messageFor(self: CelValue, oldSelf: CelValue | undefined): string {
    if (this.#message !== undefined) {
      this.#frame.start(self, oldSelf);
      const text = this.#message(this.#frame);
      this.cost += this.#frame.cost;
      if (typeof text === "string" && isUsable(trimSpace(text))) {
        return trimSpace(text);
      }
    }
    return this.#rule.message
      ? trimSpace(this.#rule.message)
      : `failed rule: ${ruleText(this.#rule)}`;
  }
}

/** k8s.io/apiserver/pkg/apis/cel MaxEvaluatedMessageExpressionSizeBytes. */
const MAX_MESSAGE_BYTES = 5 * 1024;

function isUsable(message: string): boolean {
  return (
    message !== "" && !message.includes("\n") && Buffer.byteLength(message) <= MAX_MESSAGE_BYTES
  );
}

/** A rule's name in error texts: its message, else its source. */
function ruleText(rule: ValidationRule): string {
  return trimSpace(rule.message ? rule.message : rule.rule);
}

function failureText(error: string, rule: ValidationRule): string {
  return error.startsWith("no such overload")
    ? `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`
    : `${error} evaluating rule: ${ruleText(rule)}`;
}
