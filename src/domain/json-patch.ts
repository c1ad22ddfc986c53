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

/** `root` with additions, as `applyPatch` makes them; what no operation leads through is shared with it. */
export function withPatch(root: JsonRecord, patch: JsonPatch): JsonRecord {
  if (patch.length === 0) return root;
  const copies = new Set<unknown>();
  const result: JsonRecord = { ...root };
  copies.add(result);
  for (const { path } of patch) ownCopies(result, path.slice(1).split("/"), copies);
  applyPatch(result, patch);
  return result;
}

/** Replaces the containers on the way to a place by copies of their own. */
function ownCopies(root: JsonRecord, steps: readonly string[], copies: Set<unknown>): void {
  let target: unknown = root;
  for (const escaped of steps.slice(0, -1)) target = ownCopy(target, unescapeStep(escaped), copies);
}

/** What is below a step, as a copy that stands in the place of the original. */
function ownCopy(target: unknown, step: string, copies: Set<unknown>): unknown {
  const child = below(target, step);
  if (typeof child !== "object" || child === null || copies.has(child)) return child;
  const copy = shallowCopy(child);
  copies.add(copy);
  if (Array.isArray(target)) target[Number(step)] = copy;
  else if (isRecord(target)) setOwn(target, step, copy);
  return copy;
}

function shallowCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice();
  return isRecord(value) ? { ...value } : value;
}

function below(target: unknown, step: string): unknown {
  if (Array.isArray(target)) return target[Number(step)];
  return isRecord(target) && Object.hasOwn(target, step) ? target[step] : undefined;
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
