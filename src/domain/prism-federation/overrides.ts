/** What is different on one member: laid over the template's spec. */
import type { FieldPath } from "../field-path.ts";
import { copyValue } from "../json-copy.ts";
import { isRecord, type JsonRecord, ownValue, setOwn } from "../json-object.ts";

/** In an item of a list by name: removes the item (the directive of Kubernetes' strategic merge patch). */
const DIRECTIVE = "$patch";

/**
 * The spec with the overrides in it. Objects are merged, null removes (RFC 7386); lists whose items all have a name
 * are merged by name, as those of a PrismCluster are, and other lists are replaced. Neither argument is changed.
 */
export function withOverrides(spec: JsonRecord, overrides: JsonRecord | undefined): JsonRecord {
  return overrides === undefined ? spec : mergeRecords(spec, overrides);
}

function mergeRecords(base: JsonRecord, over: JsonRecord): JsonRecord {
  const merged: JsonRecord = {};
  for (const key of Object.keys(base)) {
    if (!Object.hasOwn(over, key)) setOwn(merged, key, copyValue(base[key]));
    else if (over[key] !== null) setOwn(merged, key, mergeValues(base[key], over[key]));
  }
  for (const key of Object.keys(over)) {
    if (Object.hasOwn(base, key) || over[key] === null) continue;
    setOwn(merged, key, mergeValues(undefined, over[key]));
  }
  return merged;
}

function mergeValues(base: unknown, over: unknown): unknown {
  if (isRecord(over)) return mergeRecords(isRecord(base) ? base : {}, over);
  if (isNamedList(over) && over.length > 0) return mergeLists(isNamedList(base) ? base : [], over);
  return copyValue(over);
}

interface NamedItem extends JsonRecord {
  readonly name: string;
}

function isNamedList(value: unknown): value is readonly NamedItem[] {
  return (
    Array.isArray(value) &&
    value.every((item) => isRecord(item) && typeof ownValue(item, "name") === "string")
  );
}

/** Items keep the order of the base; new ones follow in theirs. */
function mergeLists(base: readonly NamedItem[], over: readonly NamedItem[]): readonly unknown[] {
  const changes = new Map(over.map((item) => [item.name, item]));
  const known = new Set(base.map(({ name }) => name));
  const kept = base.flatMap((item) => {
    const change = changes.get(item.name);
    if (change === undefined) return [copyValue(item)];
    return isRemoved(change) ? [] : [mergeRecords(item, change)];
  });
  const added = over.filter((item) => !known.has(item.name) && !isRemoved(item));
  return [...kept, ...added.map((item) => mergeRecords({}, item))];
}

function isRemoved(item: NamedItem): boolean {
  return ownValue(item, DIRECTIVE) === "delete";
}

/**
 * Where a path of the merged spec stands in one of its two sources: the source's own path, with the indices of its own
 * lists; undefined where the source says nothing there. A path that ends within what the source says as a whole
 * (a text in place of an object, a list that was replaced) stands where that is said.
 */
export function placeIn(source: unknown, merged: unknown, path: FieldPath): FieldPath | undefined {
  let from = source;
  let to = merged;
  const place: (string | number)[] = [];
  for (const step of path) {
    const own = ownStep(from, to, step);
    if (own === undefined) return isRecord(from) || isNamedList(from) ? undefined : place;
    place.push(own);
    from = below(from, own);
    to = below(to, step);
  }
  return place;
}

function ownStep(from: unknown, to: unknown, step: string | number): string | number | undefined {
  if (typeof step === "string") {
    return isRecord(from) && Object.hasOwn(from, step) ? step : undefined;
  }
  if (!isNamedList(from) || !isNamedList(to)) {
    return Array.isArray(from) && step < from.length ? step : undefined;
  }
  const name = to[step]?.name;
  const index = from.findIndex((item) => item.name === name);
  return index === -1 ? undefined : index;
}

function below(value: unknown, step: string | number): unknown {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  return isRecord(value) ? ownValue(value, step) : undefined;
}
