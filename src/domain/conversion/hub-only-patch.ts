import { copyValue } from "../json-copy.ts";
import { isRecord, type JsonRecord, ownValue, setOwn } from "../json-object.ts";
import { type AddOperation, type JsonPatch, jsonPointer } from "../json-patch.ts";
import { itemName, type KeptField, KeptFields, type KeptStep } from "./kept-field.ts";
import type { ObjectPlan, Plan } from "./plan.ts";
import { transferObject } from "./transfer.ts";

/**
 * Puts hub-only fields of `oldHub` that `newHub` lacks back into it, for a write through the older version that lost
 * the annotation (design, section 3). What is there wins. A list item that is gone takes its fields with it, and so
 * does a block that has `enabled`: bringing that back would turn it on.
 */
export function hubOnlyPatch(down: ObjectPlan, newHub: JsonRecord, oldHub: JsonRecord): JsonPatch {
  const kept = new KeptFields();
  transferObject(down, oldHub, kept);
  const patch = new Restoration(newHub);
  for (const field of kept.found) patch.restore(down, field, oldHub);
  return patch.operations;
}

class Restoration {
  readonly operations: AddOperation[] = [];
  readonly #root: JsonRecord;
  /** Objects that an operation above adds, by their pointer. */
  readonly #added = new Map<string, JsonRecord>();

  constructor(root: JsonRecord) {
    this.#root = root;
  }

  restore(down: ObjectPlan, [path, value]: KeptField, oldHub: JsonRecord): void {
    const last = path.at(-1);
    if (typeof last !== "string") return;
    const parent = this.#parent(path.slice(0, -1), oldHub);
    if (parent === undefined) return;
    const present = ownValue(parent.record, last);
    if (!Object.hasOwn(parent.record, last)) this.#add(parent, last, value);
    else if (isRecord(present) && isRecord(value) && endsInUnwrap(down, path)) {
      const place: Place = { record: present, path: [...parent.path, last] };
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(present, key)) this.#add(place, key, value[key]);
      }
    }
  }

  /** The object at `path` in the new hub; made where only its parents are there and nothing forbids it. */
  #parent(path: readonly KeptStep[], oldHub: JsonRecord): Place | undefined {
    let place: Place = { record: this.#root, path: [] };
    let old: unknown = oldHub;
    for (const [depth, step] of path.entries()) {
      const next = this.#step(place, step);
      if (next === "absent") return this.#make(place, path.slice(depth), old);
      if (next === undefined) return undefined;
      old = stepInto(old, step);
      place = next;
    }
    return isRecord(place.record) ? { record: place.record, path: place.path } : undefined;
  }

  #step({ record, path }: Place, step: KeptStep): Place | "absent" | undefined {
    if (typeof step === "string") {
      const to = [...path, step];
      const added = this.#added.get(jsonPointer(to));
      const next = added ?? ownValue(record, step);
      if (next === undefined) return "absent";
      return isContainer(next) ? { record: next, path: to } : undefined;
    }
    const index = indexOf(record, step);
    const item: unknown = Array.isArray(record) && index >= 0 ? record[index] : undefined;
    return isRecord(item) ? { record: item, path: [...path, index] } : undefined;
  }

  #make(place: Place, steps: readonly KeptStep[], oldParent: unknown): Place | undefined {
    let old = oldParent;
    for (const step of steps) {
      old = stepInto(old, step);
      if (typeof step !== "string" || hasSwitch(old)) return undefined;
    }
    let made = place;
    for (const step of steps) {
      if (typeof step !== "string") return undefined;
      const record: JsonRecord = {};
      this.#set(made, step, record);
      made = { record, path: [...made.path, step] };
      this.#added.set(jsonPointer(made.path), record);
    }
    return made;
  }

  /** Adds a field, inside the operation that added its parent if there is one. */
  #add(place: Place, key: string, value: unknown): void {
    // The patched object must not share parts with the stored one.
    this.#set(place, key, copyValue(value));
  }

  #set({ record, path }: Place, key: string, value: unknown): void {
    if (this.#added.get(jsonPointer(path)) === record) setOwn(record, key, value);
    else this.operations.push({ op: "add", path: jsonPointer([...path, key]), value });
  }
}

/** An object or list of the new hub, with its path. */
interface Place {
  readonly record: JsonRecord;
  readonly path: readonly (string | number)[];
}

function isContainer(value: unknown): value is JsonRecord {
  return isRecord(value) || Array.isArray(value);
}

function stepInto(value: unknown, step: KeptStep): unknown {
  if (typeof step === "string") return isRecord(value) ? ownValue(value, step) : undefined;
  return Array.isArray(value) ? value[indexOf(value, step)] : undefined;
}

/** Index of the item that a step names; -1 for steps that only make sense in an invalid list. */
function indexOf(list: unknown, step: KeptStep): number {
  if (!Array.isArray(list) || typeof step !== "object" || !("item" in step)) return -1;
  return list.findIndex((item) => itemName(item, "name") === step.item);
}

/** True for a block that is on or off; a map may have a key of that name, but then its value is no boolean. */
function hasSwitch(block: unknown): boolean {
  return isRecord(block) && typeof ownValue(block, "enabled") === "boolean";
}

function endsInUnwrap(root: ObjectPlan, path: readonly KeptStep[]): boolean {
  return path.reduce<Plan | undefined>(planBelow, root)?.type === "unwrap";
}

function planBelow(plan: Plan | undefined, step: KeptStep): Plan | undefined {
  if (plan?.type === "list") return plan.item;
  if (plan?.type !== "object" || typeof step !== "string") return undefined;
  const next = plan.fields.get(step) ?? plan.others;
  return next.kind === "move" ? next.plan : undefined;
}
