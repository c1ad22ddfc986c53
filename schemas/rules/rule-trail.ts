/** Where a run of rules stands. Most rules hold, so a path is only made for the one that does not. */
import { FieldPath } from "../field-path.ts";

/** The steps from the root; `isKey` tells a map's key from a property. */
export class RuleTrail {
  readonly #steps: (string | number)[] = [];
  readonly #isKey: boolean[] = [];

  /** Goes to an item of a list. */
  index(at: number): void {
    this.#steps.push(at);
    this.#isKey.push(false);
  }

  /** Goes to a property, or to a key of a map. */
  member(key: string, isProperty: boolean): void {
    this.#steps.push(key);
    this.#isKey.push(!isProperty);
  }

  /** Goes back one step. */
  back(): void {
    this.#steps.pop();
    this.#isKey.pop();
  }

  /** The path of this place. */
  path(): FieldPath {
    return this.#steps.reduce<FieldPath>((path, step, depth) => {
      if (typeof step === "number") return path.index(step);
      return this.#isKey[depth] ? path.key(step) : path.child(step);
    }, FieldPath.root());
  }
}
