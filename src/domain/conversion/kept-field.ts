import { isRecord, ownValue } from "../json-object.ts";

/**
 * One step of a kept field's path in the version that it comes from: a key, an item by the value of its list's key
 * (`{"name": ...}`), an item by index where that is not unique, or the place of an item that is kept as a whole.
 */
export type KeptStep = string | number | { readonly item: string } | { readonly insert: number };

/** A value that the other version cannot say, with its place. */
export type KeptField = readonly [path: readonly KeptStep[], value: unknown];

/** A list on the way, while the walk is inside one of its items. */
interface Position {
  readonly list: readonly unknown[];
  readonly key: string;
  readonly index: number;
}

/** Collects kept fields during a walk; paths cost nothing until a field is kept. */
export class KeptFields {
  readonly found: KeptField[] = [];
  readonly #way: (string | Position)[] = [];
  readonly #counts = new Map<readonly unknown[], ReadonlyMap<string, number>>();

  enter(step: string | Position): void {
    this.#way.push(step);
  }

  leave(): void {
    this.#way.pop();
  }

  /** Keeps `value` under `last` of where the walk is. */
  keep(last: KeptStep, value: unknown): void {
    const path: KeptStep[] = this.#way.map((step) =>
      typeof step === "string" ? step : this.#item(step),
    );
    path.push(last);
    this.found.push([path, value]);
  }

  #item({ list, key, index }: Position): KeptStep {
    const name = itemName(list[index], key);
    if (name === undefined) return index;
    let counts = this.#counts.get(list);
    if (counts === undefined) {
      counts = countNames(list, key);
      this.#counts.set(list, counts);
    }
    return counts.get(name) === 1 ? { item: name } : index;
  }
}

/** The text under `key` of a list's item, or undefined. */
export function itemName(item: unknown, key: string): string | undefined {
  const name = isRecord(item) ? ownValue(item, key) : undefined;
  return typeof name === "string" ? name : undefined;
}

/** How often each name stands in a list. */
function countNames(list: readonly unknown[], key: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of list) {
    const name = itemName(item, key);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
