import { isRecord, type JsonRecord, ownValue, setOwn } from "../json-object.ts";
import { itemName, type KeptField, type KeptStep } from "./kept-field.ts";
import type { ListPlan, ObjectPlan, Plan, UnwrapPlan } from "./plan.ts";

/**
 * Puts kept fields back into an object that `transferObject` just made, by the plan that leads away from its version.
 * A field whose parent or list item is gone is dropped, and so is one that the plan does not know as kept: the data
 * may have been written by anybody. What the object itself says always wins.
 */
export function restoreFields(
  plan: ObjectPlan,
  root: JsonRecord,
  fields: readonly KeptField[],
): void {
  const items = new ItemIndex();
  for (const [path, value] of fields) new Placement(path, value, items).intoObject(plan, root, 0);
}

class Placement {
  readonly #path: readonly KeptStep[];
  readonly #value: unknown;
  readonly #items: ItemIndex;

  constructor(path: readonly KeptStep[], value: unknown, items: ItemIndex) {
    this.#path = path;
    this.#value = value;
    this.#items = items;
  }

  intoObject(plan: ObjectPlan, target: unknown, depth: number): void {
    const key = this.#path[depth];
    if (typeof key !== "string" || !isRecord(target)) return;
    const step = plan.fields.get(key) ?? plan.others;
    if (step.kind === "keep") this.#set(target, key, depth);
    else if (step.kind === "move" && step.plan) this.#intoField(step.plan, target, key, depth + 1);
  }

  #intoField(plan: Plan, target: JsonRecord, key: string, depth: number): void {
    const whole = depth === this.#path.length;
    const value = ownValue(target, key);
    if (plan.type === "unwrap" && whole) this.#setWrapped(plan, target, key);
    else if (plan.type === "unwrap") this.#intoMaybeWrapped(plan, target, key, depth);
    else if (plan.type === "object" && value === null) this.#intoEmptied(plan, target, key, depth);
    else if (plan.type === "object") this.intoObject(plan, value, depth);
    else if (plan.type === "list" && Array.isArray(value)) this.#intoList(plan, value, depth);
  }

  /**
   * Server-side apply empties objects of what nobody owns and writes null where nothing is left, on its way through the version of every
   * manager (structured-merge-diff, `removingWalker`). Users' nulls never come here: the API server drops them before it converts.
   */
  #intoEmptied(plan: ObjectPlan, target: JsonRecord, key: string, depth: number): void {
    const made: JsonRecord = {};
    this.intoObject(plan, made, depth);
    if (Object.keys(made).length > 0) setOwn(target, key, made);
  }

  /** Likewise a plain value that nobody owns is gone for a moment, while the fields beside it are somebody's. */
  #intoMaybeWrapped(plan: UnwrapPlan, target: JsonRecord, key: string, depth: number): void {
    if (Object.hasOwn(target, key)) {
      this.#intoWrapped(plan, target[key], depth);
      return;
    }
    const made: JsonRecord = {};
    this.#intoWrapped(plan, made, depth);
    if (Object.keys(made).length > 0) setOwn(target, key, made);
  }

  #intoList(plan: ListPlan, list: unknown[], depth: number): void {
    const step = this.#path[depth];
    if (step === undefined || typeof step === "string") return;
    if (typeof step === "object" && "insert" in step) {
      if (plan.item.type === "unwrap" && depth + 1 === this.#path.length) {
        list.splice(Math.min(step.insert, list.length), 0, this.#value);
      }
      return;
    }
    const item = this.#items.pick(list, plan.key ?? "", step);
    if (plan.item.type === "unwrap") this.#intoWrapped(plan.item, item, depth + 1);
    else if (plan.item.type === "object") this.intoObject(plan.item, item, depth + 1);
  }

  /** A wrapping object whose value the other version could not say: as a whole, or beside the value it has now. */
  #setWrapped(plan: UnwrapPlan, target: JsonRecord, key: string): void {
    if (!Object.hasOwn(target, key)) setOwn(target, key, this.#value);
    const present = target[key];
    if (!isRecord(present) || !isRecord(this.#value)) return;
    for (const name of Object.keys(this.#value)) {
      if (name !== plan.key && !Object.hasOwn(present, name))
        setOwn(present, name, this.#value[name]);
    }
  }

  #intoWrapped(plan: UnwrapPlan, target: unknown, depth: number): void {
    const key = this.#path[depth];
    if (typeof key === "string" && key !== plan.key && isRecord(target))
      this.#set(target, key, depth);
  }

  #set(target: JsonRecord, key: string, depth: number): void {
    if (depth + 1 !== this.#path.length || Object.hasOwn(target, key)) return;
    setOwn(target, key, this.#value);
  }
}

/** Finds items by name; each list is read once, since anybody may write a long list and a long annotation. */
class ItemIndex {
  readonly #lists = new Map<readonly unknown[], ReadonlyMap<string, NamedItem>>();

  /** The item that a step means; one by index only where its name does not tell it from others. */
  pick(list: readonly unknown[], key: string, step: number | { readonly item: string }): unknown {
    const named = this.#named(list, key);
    if (typeof step === "object") return named.get(step.item)?.item;
    const item = list[step];
    const name = itemName(item, key);
    return name !== undefined && named.get(name)?.count === 1 ? undefined : item;
  }

  #named(list: readonly unknown[], key: string): ReadonlyMap<string, NamedItem> {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    const named = new Map<string, NamedItem>();
    for (const item of list) {
      const name = itemName(item, key);
      if (name === undefined) continue;
      const first = named.get(name);
      named.set(name, { item: first?.item ?? item, count: (first?.count ?? 0) + 1 });
    }
    this.#lists.set(list, named);
    return named;
  }
}

interface NamedItem {
  readonly item: unknown;
  readonly count: number;
}
