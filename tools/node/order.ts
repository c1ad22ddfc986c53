import { listAt, parseJson, textAt, valueAt } from "../control-plane/json-value.ts";

/** What the process outside of the namespaces tells the one inside. */
export interface Order {
  readonly folder: string;
  readonly images: string;
  readonly cgroup: string;
  readonly runc: string;
  readonly isShell: boolean;
  /** Test files; all of test/e2e when empty. */
  readonly files: readonly string[];
}

/** Reads what `JSON.stringify` made of an order. */
export function readOrder(text: string): Order {
  const order = parseJson(text);
  return {
    folder: textAt(order, "folder"),
    images: textAt(order, "images"),
    cgroup: textAt(order, "cgroup"),
    runc: textAt(order, "runc"),
    isShell: valueAt(order, "isShell") === true,
    files: listAt(order, "files").map(String),
  };
}
