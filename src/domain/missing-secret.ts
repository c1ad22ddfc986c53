import type { Component } from "./child.ts";
import type { FieldPath } from "./field-path.ts";

/** Credentials that components wait for. */
export interface MissingSecret {
  readonly secret: string;
  /** What must be in it, in words: `url or password`. */
  readonly keys: string;
  /** Where the object names it; undefined for a Secret that the operator made and that is gone (REC-7). */
  readonly path: FieldPath | undefined;
  /** Components that must not be applied or pruned meanwhile: what runs keeps what it has. */
  readonly components: readonly Component[];
}
