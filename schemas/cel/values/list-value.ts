/** A list that an expression made; it holds CEL values. */
import { CelList, type CelValue } from "./cel-value.ts";
import { celEqual, valueEqual } from "./equality.ts";

/** Equality in order; `+` joins. */
export class ListValue extends CelList {
  readonly goType: string = "*types.baseList";
  readonly elements: readonly CelValue[];

  constructor(elements: readonly CelValue[]) {
    super();
    this.elements = elements;
  }

  get size(): number {
    return this.elements.length;
  }

  get(index: number): CelValue {
    return this.elements[index] ?? null;
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof CelList) || other.size !== this.size) {
      return false;
    }
    // cel-go counts elements whose comparison fails as equal here
    return this.elements.every((element, index) => celEqual(element, other.get(index)) !== false);
  }

  add(other: CelList): CelValue {
    return joinLists(this, other);
  }

  contains(value: CelValue): CelValue {
    return this.elements.some((element) => valueEqual(value, element) === true);
  }
}

/** Every element of a list. */
export function elementsOf(list: CelList): readonly CelValue[] {
  if (list instanceof ListValue) {
    return list.elements;
  }
  return Array.from({ length: list.size }, (_, index) => list.get(index));
}

/** Both lists' elements in order; where one is empty, the other list itself with its own kind of equality. */
function joinLists(left: CelList, right: CelList): CelList {
  if (left.size === 0) {
    return right;
  }
  return right.size === 0 ? left : new ListValue([...elementsOf(left), ...elementsOf(right)]);
}
