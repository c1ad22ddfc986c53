import type { Field, ObjectTable, Table } from "./field-table.ts";

/** A table read in one direction. */
export type Plan = ObjectPlan | ListPlan | WrapPlan | UnwrapPlan;

/**
 * What becomes of a field: `same` goes over as it is, `move` under a name and by a plan, `keep` cannot be said by the
 * other version at its place and travels in the annotation.
 */
export type Step = { readonly kind: "same" } | { readonly kind: "keep" } | Move;

/** A field that goes over; `plan` is undefined where its value does not change. */
export interface Move {
  readonly kind: "move";
  readonly name: string;
  readonly plan: Plan | undefined;
}

export interface ObjectPlan {
  readonly type: "object";
  readonly fields: ReadonlyMap<string, Step>;
  readonly others: Step;
}

export interface ListPlan {
  readonly type: "list";
  /** Field of an item that identifies it in this direction's source; undefined where items are plain values. */
  readonly key: string | undefined;
  readonly item: ObjectPlan | WrapPlan | UnwrapPlan;
}

/** A plain value becomes an object with the value under `key`. */
export interface WrapPlan {
  readonly type: "wrap";
  readonly key: string;
}

/** The reverse of WrapPlan. */
export interface UnwrapPlan {
  readonly type: "unwrap";
  readonly key: string;
}

const SAME: Step = { kind: "same" };
const KEEP: Step = { kind: "keep" };

/** The plan from the hub to the older version. */
export function planDown(table: ObjectTable): ObjectPlan {
  const fields = new Map<string, Step>();
  for (const [hubName, field] of Object.entries(table.fields))
    fields.set(field.name ?? hubName, KEEP);
  for (const name of table.hubOnly ?? []) fields.set(name, KEEP);
  for (const [hubName, field] of Object.entries(table.fields)) {
    fields.set(hubName, move(field.name ?? hubName, field, down));
  }
  return { type: "object", fields, others: table.others === "hubOnly" ? KEEP : SAME };
}

/** The plan from the older version to the hub. */
export function planUp(table: ObjectTable): ObjectPlan {
  const fields = new Map<string, Step>();
  for (const name of [...(table.hubOnly ?? []), ...Object.keys(table.fields)])
    fields.set(name, KEEP);
  for (const [hubName, field] of Object.entries(table.fields)) {
    fields.set(field.name ?? hubName, move(hubName, field, up));
  }
  return { type: "object", fields, others: table.others === "hubOnly" ? KEEP : SAME };
}

function move(name: string, field: Field, read: (table: Table) => Plan): Step {
  return { kind: "move", name, plan: field.table && read(field.table) };
}

function down(table: Table): Plan {
  if (table.type === "list") return { type: "list", key: table.key, item: itemDown(table.item) };
  return itemDown(table);
}

function itemDown(table: Exclude<Table, { type: "list" }>): ObjectPlan | UnwrapPlan {
  return table.type === "object" ? planDown(table) : { type: "unwrap", key: table.key };
}

function up(table: Table): Plan {
  if (table.type !== "list") return itemUp(table);
  const item = itemUp(table.item);
  return { type: "list", key: item.type === "object" ? table.key : undefined, item };
}

function itemUp(table: Exclude<Table, { type: "list" }>): ObjectPlan | WrapPlan {
  return table.type === "object" ? planUp(table) : { type: "wrap", key: table.key };
}
