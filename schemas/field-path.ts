/**
 * A path as the API server's own walks print it, where keys of maps stand in brackets: `spec.labels[app].x`
 * (k8s.io/apimachinery/pkg/util/validation/field/path.go). kube-openapi prints `spec.labels.app.x` for the same place.
 */
import type { Where } from "./problem.ts";
import type { StructuralSchema } from "./structural-schema.ts";

type Step =
  | { readonly kind: "child" | "key"; readonly name: string }
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "suffix"; readonly text: string; readonly segments: readonly string[] };

/** An immutable path. Text is made only when a fault needs it: most paths are walked and dropped. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #step: Step | undefined;

  private constructor(parent?: FieldPath, step?: Step) {
    this.#parent = parent;
    this.#step = step;
  }

  static root(): FieldPath {
    return new FieldPath();
  }

  /** A property. */
  child(name: string): FieldPath {
    return new FieldPath(this, { kind: "child", name });
  }

  /** An item of a list. */
  index(at: number): FieldPath {
    return new FieldPath(this, { kind: "index", at });
  }

  /** A key of a map. */
  key(name: string): FieldPath {
    return new FieldPath(this, { kind: "key", name });
  }

  /** A key of an object: a property where the schema has one of that name, else a key of its map. */
  member(schema: StructuralSchema, key: string): FieldPath {
    return schema.properties.has(key) ? this.child(key) : this.key(key);
  }

  /** A place below, whose text and segments come from a rule's `fieldPath`. */
  suffix(text: string, segments: readonly string[]): FieldPath {
    return new FieldPath(this, { kind: "suffix", text, segments });
  }

  /** The path for a problem. */
  where(): Where {
    const path: (string | number)[] = [];
    let field = "";
    for (let at: FieldPath | undefined = this; at !== undefined; at = at.#parent) {
      if (at.#step !== undefined) {
        path.unshift(...segmentsOf(at.#step));
        field = textOf(at.#step) + field;
      }
    }
    return { path, field: field === "" ? "<nil>" : field.replace(/^\./, "") };
  }
}

function segmentsOf(step: Step): readonly (string | number)[] {
  if (step.kind === "suffix") {
    return step.segments;
  }
  return [step.kind === "index" ? step.at : step.name];
}

function textOf(step: Step): string {
  switch (step.kind) {
    case "child":
      return step.name === "" ? "[]" : `.${step.name}`;
    case "key":
      return `[${step.name}]`;
    case "index":
      return `[${step.at}]`;
    case "suffix":
      return `.${step.text}`;
  }
}
