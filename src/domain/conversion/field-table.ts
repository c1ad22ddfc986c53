/**
 * How the fields of a kind's hub version stand in its older version: one table a kind, from which conversion in both
 * directions and the mapping of paths come. What a table does not name has the same place in both versions.
 */
export type Table = ObjectTable | ListTable | WrappedTable;

/** An object whose fields move. */
export interface ObjectTable {
  readonly type: "object";
  /** Fields, by their name in the hub, that have another name or a table of their own. */
  readonly fields: Readonly<Record<string, Field>>;
  /** Names that only the hub has. */
  readonly hubOnly?: readonly string[];
  /** What becomes of names that neither `fields` nor `hubOnly` lists; `same` when absent. */
  readonly others?: "same" | "hubOnly";
}

/** One field: `name` is its name in the older version, the hub's when absent. */
export interface Field {
  readonly name?: string;
  readonly table?: Table;
}

/** A list whose items move; `key` is the field by which an item is known again. */
export interface ListTable {
  readonly type: "list";
  readonly key: string;
  readonly item: ObjectTable | WrappedTable;
}

/** A value of the older version that is an object in the hub, with the value under `key`. */
export interface WrappedTable {
  readonly type: "wrapped";
  readonly key: string;
}
