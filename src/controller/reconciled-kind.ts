import type { RenderedKind, Status } from "../domain/rendered-kind.ts";
import type { Validator } from "../domain/validator.ts";
import type { Resource } from "./resource.ts";

/** Everything that reconciliation asks about one kind that consists of children. */
export interface ReconciledKind<T, S extends Status> extends RenderedKind<T, S> {
  /** Lower case, for logs and metrics: `prismcluster`. */
  readonly name: string;
  readonly resource: Resource;
  readonly validator: Validator<T>;
  /** Kinds of ours that keep a name where both want it, in spite of admission: this one and those before it. */
  readonly rivals: readonly Resource[];
}
