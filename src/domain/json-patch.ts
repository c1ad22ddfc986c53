/** One operation of a JSON Patch (RFC 6902); we only ever add. */
export interface AddOperation {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}
export type JsonPatch = readonly AddOperation[];

/** A JSON Pointer (RFC 6901) from steps. */
export function jsonPointer(path: readonly (string | number)[]): string {
  let pointer = "";
  for (const step of path) {
    pointer += `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return pointer;
}
