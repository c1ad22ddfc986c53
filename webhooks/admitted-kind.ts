import type { Kind } from "../src/domain/kind.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { SchemaEngine } from "../src/domain/schema-engine.ts";
import type { Validator } from "../src/domain/validator.ts";

/** A kind with what admission needs to judge its objects; the composition root makes it. */
export interface AdmittedKind {
  readonly kind: Kind;
  /** Of every served version, by its name. */
  readonly engines: ReadonlyMap<string, SchemaEngine>;
  /** Of the hub version. */
  readonly validator: Validator<KubeObject>;
}
