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

/**
 * `root` with additions, as `applyPatch` makes them; what no operation leads through is shared with it. New keys stand
 * where kube-apiserver prints them, which sorts them: what it sends next reads the same.
 */
export function withPatch(root: JsonRecord, patch: JsonPatch): JsonRecord {
  if (patch.length === 0) return root;
  const additions = patch.map(({ path, value }) => ({
    steps: path.slice(1).split("/").map(unescapeStep),
    value,
  }));
  return withFields(root, byStep(additions, 0), 1);
}

interface Addition {
  readonly steps: readonly string[];
  readonly value: unknown;
}
type Additions = ReadonlyMap<string, readonly Addition[]>;

/** Additions by the step at one depth of their paths, in their order. */
function byStep(additions: readonly Addition[], depth: number): Additions {
  const groups = new Map<string, Addition[]>();
  for (const addition of additions) {
    const step = addition.steps[depth] ?? "";
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [addition]);
    else group.push(addition);
  }
  return groups;
}

/** `additions` are by key; `depth` is that of what is below the keys. */
function withFields(record: JsonRecord, additions: Additions, depth: number): JsonRecord {
  const result: JsonRecord = {};
  const added = [...additions.keys()].filter((key) => !Object.hasOwn(record, key)).sort();
  let next = 0;
  const addBefore = (limit: string | undefined): void => {
    for (let key = added[next]; key !== undefined; key = added[++next]) {
      if (limit !== undefined && key >= limit) return;
      const value = changed(undefined, additions.get(key), depth);
      if (value !== undefined) setOwn(result, key, value);
    }
  };
  for (const key of Object.keys(record)) {
    addBefore(key);
    setOwn(result, key, changed(record[key], additions.get(key), depth));
  }
  addBefore(undefined);
  return result;
}

/** A value after the additions that lead to it or through it. */
function changed(
  value: unknown,
  additions: readonly Addition[] | undefined,
  depth: number,
): unknown {
  if (additions === undefined) return value;
  const last = additions.findLastIndex(({ steps }) => steps.length === depth);
  const start = additions[last];
  const target = start === undefined ? value : start.value;
  const below = start === undefined ? additions : additions.slice(last + 1);
  if (below.length === 0) return target;
  if (isRecord(target)) return withFields(target, byStep(below, depth), depth + 1);
  return Array.isArray(target) ? withItems(target, byStep(below, depth), depth + 1) : target;
}

/** Additions lead through items, never to one. */
function withItems(items: readonly unknown[], additions: Additions, depth: number): unknown[] {
  return items.map((item, index) => {
    const through = additions.get(String(index))?.filter(({ steps }) => steps.length > depth);
    return changed(item, through, depth);
  });
}

function below(target: unknown, step: string): unknown {
  if (Array.isArray(target)) return target[Number(step)];
  return isRecord(target) && Object.hasOwn(target, step) ? target[step] : undefined;
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
