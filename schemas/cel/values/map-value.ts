/** A map that an expression made; it holds CEL values. */
import { CelDouble, CelMap, CelUint, type CelValue } from "./cel-value.ts";
import { celEqual } from "./equality.ts";
import { toInt } from "./integer.ts";

/** Keys of equal numeric value are one key, whatever their type. */
export class MapValue extends CelMap {
  readonly goType = "*types.baseMap";
  readonly #entries = new Map<unknown, readonly [CelValue, CelValue]>();

  constructor(entries: Iterable<readonly [CelValue, CelValue]>) {
    super();
    for (const entry of entries) {
      this.#entries.set(canonicalKey(entry[0]), entry);
    }
  }

  /** Adds an entry while the map is being built; false when the key is there already. */
  insert(key: CelValue, value: CelValue): boolean {
    const canonical = canonicalKey(key);
    if (this.#entries.has(canonical)) {
      return false;
    }
    this.#entries.set(canonical, [key, value]);
    return true;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: CelValue): CelValue | undefined {
    return this.#entries.get(canonicalKey(key))?.[1];
  }

  field(name: string): CelValue | undefined {
    return this.#entries.get(name)?.[1];
  }

  keys(): CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof CelMap) || other.size !== this.size) {
      return false;
    }
    return [...this.#entries.values()].every(([key, value]) => {
      const found = other.find(key);
      return found !== undefined && celEqual(value, found) !== false;
    });
  }
}

/** A key as a JavaScript Map tells keys apart: equal for 1, 1u and 1.0. */
function canonicalKey(key: CelValue): unknown {
  if (key instanceof CelUint) {
    const int = toInt(key.value);
    return typeof int === "object" ? key.value : int;
  }
  if (!(key instanceof CelDouble)) {
    return key;
  }
  return Number.isInteger(key.value) && !Number.isSafeInteger(key.value)
    ? BigInt(key.value)
    : key.value;
}
