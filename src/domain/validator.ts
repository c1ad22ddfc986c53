import type { EmbeddedJudge } from "./embedded-judge.ts";
import type { JsonRecord } from "./json-object.ts";
import { withPatch } from "./json-patch.ts";
import type { Kind } from "./kind.ts";
import type { KubeObject } from "./kube-object.ts";
import type { Problem, Warning } from "./problem.ts";
import { excuseOldProblems } from "./ratchet.ts";
import type { SchemaEngine, SchemaProblem } from "./schema-engine.ts";

declare const valid: unique symbol;

/** An object that passed the validator. Only `createValidator` makes one; the reconciler takes nothing else. */
export type Valid<T> = T & { readonly [valid]: true };

/** What the validator says of one object in the hub version, after defaulting. */
export type Verdict<T> =
  | { readonly kind: "valid"; readonly object: Valid<T>; readonly warnings: readonly Warning[] }
  | {
      readonly kind: "invalid";
      readonly problems: readonly Problem[];
      readonly warnings: readonly Warning[];
    };

/** Facts from outside the object that rules may use; absent facts skip their rules. */
export interface ValidationContext<T> {
  /** The stored object on an update, in the hub version and defaulted; transition rules and ratcheting need it. */
  readonly old?: T;
  /** Other objects of our kinds in the namespace, from a cache: names already taken, one cluster a namespace. */
  readonly neighbours?: readonly KubeObject[];
  /** Version that the user wrote, such as `v1alpha1`; some warnings depend on it. */
  readonly version?: string;
  /** Length of the object as JSON, where it is known: spares measuring its hub-only part. */
  readonly bytes?: number;
}

/** Defaults and validates an object of the hub version; the same code serves admission and reconciliation. */
export interface Validator<T> {
  judge(object: KubeObject, context: ValidationContext<T>): Verdict<T>;
}

/** What a validator is made of; `engine` is that of the hub version. */
export interface ValidatorParts {
  readonly kind: Kind;
  readonly engine: SchemaEngine;
  /** For kinds that hold an object of another kind of ours. */
  readonly judgeEmbedded?: EmbeddedJudge | undefined;
}

/**
 * Makes the validator of a kind. It defaults the object, asks schema, CEL and the kind's rules, and reports every fault at
 * once, in the order of paths. On an update, faults that the stored object has already become warnings (VAL-5); an
 * object that is being deleted, or whose spec does not change, is not judged again.
 *
 * The reconciler passes no `old`: what it gets as valid is valid as a whole.
 */
export function createValidator<T extends KubeObject>({
  kind,
  engine,
  judgeEmbedded,
}: ValidatorParts): Validator<T> {
  return {
    judge(object, context) {
      const defaulted = withDefaults({ kind, engine }, object, context.old);
      const old = context.old && withDefaults({ kind, engine }, context.old);
      const found = kind.rulesOf(defaulted, { ...context, old, judgeEmbedded });
      const schema = engine.validate(defaulted, old).problems.map(asProblem);
      const all = { problems: [...schema, ...found.problems], warnings: found.warnings };
      const judged =
        old === undefined || all.problems.length === 0
          ? all
          : excuseOldProblems(kind, all, {
              object: defaulted,
              old,
              context: { ...context, judgeEmbedded },
            });
      if (judged.problems.length > 0) return { kind: "invalid", ...judged };
      return { kind: "valid", object: asValid<T>(defaulted), warnings: judged.warnings };
    },
  };
}

/** A fault of the schema as a problem. */
export function asProblem({ path, reason, message }: SchemaProblem): Problem {
  return { path, reason, message, rule: "schema" };
}

function withDefaults(
  { kind, engine }: ValidatorParts,
  object: JsonRecord,
  old?: JsonRecord,
): JsonRecord {
  const defaulted = engine.defaulted(object);
  return withPatch(defaulted, kind.defaultsOf(defaulted, old));
}

/** An object of which its own reconciliation says that this very generation passed the validator. */
export function validBefore<T extends KubeObject>(object: KubeObject): Valid<T> {
  return asValid<T>(object);
}

/** The one place where an object becomes a valid one: the schema that made the type has just accepted it. */
function asValid<T>(object: JsonRecord): Valid<T> {
  return object as unknown as Valid<T>;
}
