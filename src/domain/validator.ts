import type { KubeObject } from "./kube-object.ts";
import type { Problem, Warning } from "./problem.ts";

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
}

/** Defaults and validates an object of the hub version; the same code serves admission and reconciliation. */
export interface Validator<T> {
  judge(object: KubeObject, context: ValidationContext<T>): Verdict<T>;
}
