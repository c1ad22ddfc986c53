/** Which names an expression may use at a place, known when it is compiled. */
import { CompileError } from "./expression.ts";
import type { Evaluate } from "./frame.ts";
import { CelError, CelType, type CelValue } from "./values/cel-value.ts";

/** Types that can be named in an expression. */
const TYPES: ReadonlyMap<string, CelType> = new Map(
  [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "optional_type",
    "net.IP",
    "net.CIDR",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
  ].map((name) => [name, new CelType(name)]),
);

const noOldSelf = new CelError("no such attribute(s): oldSelf");

/** The names of one comprehension level; `usesOldSelf` is shared by all levels. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #slots = new Map<string, number>();
  readonly #counter: { slots: number; oldSelf: boolean };

  constructor(parent?: Scope) {
    this.#parent = parent;
    this.#counter = parent === undefined ? { slots: 0, oldSelf: false } : parent.#counter;
  }

  /** True once the expression has read oldSelf. */
  get usesOldSelf(): boolean {
    return this.#counter.oldSelf;
  }

  /** A new slot for a variable of this level. */
  declare(name: string): number {
    const slot = this.#counter.slots++;
    this.#slots.set(name, slot);
    return slot;
  }

  /** True for a variable of a comprehension. */
  isLocal(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** Reads a variable or a type; throws CompileError for a name that is neither. */
  resolve(name: string): Evaluate {
    const slot = this.#find(name);
    if (slot !== undefined) {
      return (frame) => {
        frame.cost++;
        return frame.slots[slot] ?? null;
      };
    }
    if (name === "self") {
      return (frame) => {
        frame.cost++;
        return frame.self;
      };
    }
    if (name === "oldSelf") {
      this.#counter.oldSelf = true;
      return (frame) => {
        frame.cost++;
        return frame.oldSelf ?? noOldSelf;
      };
    }
    const type = typeNamed(name);
    if (type === undefined) {
      throw new CompileError(`undeclared reference to '${name}'`);
    }
    return () => type;
  }

  #find(name: string): number | undefined {
    const slot = this.#slots.get(name);
    return slot === undefined && this.#parent !== undefined ? this.#parent.#find(name) : slot;
  }
}

/** The type of a (qualified) name such as `google.protobuf.Duration`. */
export function typeNamed(name: string): CelValue | undefined {
  return TYPES.get(name);
}
