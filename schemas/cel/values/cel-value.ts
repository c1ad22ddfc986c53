/**
 * The values of a CEL evaluation. Where JavaScript has the type, it is that type; ints are the common case and stay plain
 * numbers, so that `size(x) <= 3` allocates nothing.
 *
 * | CEL                        | here                                                           |
 * | -------------------------- | -------------------------------------------------------------- |
 * | int                        | number within ±(2^53-1), bigint beyond                         |
 * | uint, double               | CelUint, CelDouble                                             |
 * | string, bool, bytes, null  | string, boolean, Uint8Array, null                              |
 * | list, map                  | CelList, CelMap (plain values or lazy views of JSON)           |
 * | an error                   | CelError: errors are values, so that `||`, `&&` can absorb them |
 */
import type { CelDuration, CelTimestamp } from "./time.ts";

/** Any value, errors included: see the table of this module. */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | CelDouble
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelType
  | CelOptional
  | CelList
  | CelMap
  | CelOpaque
  | CelError;

/** A failed evaluation; the text is cel-go's, since the API server shows it. */
export class CelError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A CEL double. */
export class CelDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A CEL uint, 0 to 2^64-1. */
export class CelUint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A type as a value, such as the result of `type(x)`; named as cel-go names it (`google.protobuf.Timestamp`). */
export class CelType {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** `optional.none()` when the value is undefined. */
export class CelOptional {
  static readonly none: CelOptional = new CelOptional(undefined);
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A list. `get` answers an error where the element cannot be read as its schema says. */
export abstract class CelList {
  /** Its type in the API server's Go code, which some messages show. */
  abstract readonly goType: string;
  abstract readonly size: number;
  /** The element at an index within the size. */
  abstract get(index: number): CelValue;
  abstract equal(other: CelValue): CelValue;
  abstract add(other: CelList): CelValue;
  /** Whether an element equals the value; an error when that cannot be decided. */
  abstract contains(value: CelValue): CelValue;
}

/** A map or object. */
export abstract class CelMap {
  /** As in CelList. */
  abstract readonly goType: string;
  abstract readonly size: number;
  /** The value of a key, undefined when absent, an error when the key has a type the map cannot have. */
  abstract find(key: CelValue): CelValue | undefined;
  /** `find` for a string key. */
  abstract field(name: string): CelValue | undefined;
  abstract keys(): CelValue[];
  abstract equal(other: CelValue): CelValue;
}

/** A value of a Kubernetes library (URL, IP, quantity and so on). */
export abstract class CelOpaque {
  abstract readonly typeName: string;
  /** As in CelList. */
  abstract readonly goType: string;
  /** What its size counts for in the cost of a call. */
  readonly costSize: number = 1;
  abstract equal(other: CelValue): CelValue;
}

/** cel-go's answer when no function takes the given types and it does not say which. */
export const NO_SUCH_OVERLOAD = "no such overload";

/** The value itself when it is an error, else "no such overload" (cel-go's MaybeNoSuchOverloadErr). */
export function noSuchOverload(value: CelValue): CelError {
  return value instanceof CelError ? value : new CelError(NO_SUCH_OVERLOAD);
}
