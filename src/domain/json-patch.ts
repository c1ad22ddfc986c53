import { isRecord, type JsonRecord, setOwn } from "./json-object.ts";

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

/** Applies additions to `root` in place; values are shared. What does not lead anywhere is skipped. */
export function applyPatch(root: JsonRecord, patch: JsonPatch): void {
  for (const { path, value } of patch) {
    const steps = path.slice(1).split("/").map(unescapeStep);
    const last = steps.pop() ?? "";
    let target: unknown = root;
    for (const step of steps) target = below(target, step);
    if (isRecord(target)) setOwn(target, last, value);
  }
}

function below(target: unknown, step: string): unknown {
  if (Array.isArray(target)) return target[Number(step)];
  return isRecord(target) && Object.hasOwn(target, step) ? target[step] : undefined;
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
