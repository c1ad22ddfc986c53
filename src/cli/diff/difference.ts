/** Two JSON values, field by field. Items of lists that have names are the same item wherever they stand. */
import { isObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { sameJson } from "../../domain/same-json.ts";

/** One field that differs. A path is there where the value is. */
export interface Difference {
  readonly kind: "added" | "removed" | "changed";
  /** For people: `spec.patterns[name=keyvalue].replicas`. */
  readonly field: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly beforePath?: PathSegments;
  readonly afterPath?: PathSegments;
}

/** Every difference, the outermost of each, in the order of `before`, then of what is new. */
export function differences(before: JsonValue, after: JsonValue): readonly Difference[] {
  return compare({ value: before, path: [] }, { value: after, path: [] }, "");
}

interface Side {
  readonly value: JsonValue;
  readonly path: PathSegments;
}

function compare(before: Side, after: Side, field: string): readonly Difference[] {
  if (sameJson(before.value, after.value)) return [];
  const steps = stepsOf(before.value, after.value);
  if (steps === undefined) {
    return [
      {
        kind: "changed",
        field,
        before: before.value,
        after: after.value,
        beforePath: before.path,
        afterPath: after.path,
      },
    ];
  }
  return steps.flatMap((step) => {
    const inner = `${field}${step.printed}`.replace(/^\./, "");
    const [left, right] = [sideAt(before, step.before), sideAt(after, step.after)];
    if (left !== undefined && right !== undefined) return compare(left, right, inner);
    return oneSided(inner, left, right);
  });
}

function oneSided(field: string, left: Side | undefined, right: Side | undefined): Difference[] {
  if (left !== undefined) {
    return [{ kind: "removed", field, before: left.value, beforePath: left.path }];
  }
  return right === undefined
    ? []
    : [{ kind: "added", field, after: right.value, afterPath: right.path }];
}

interface Step {
  readonly printed: string;
  readonly before: string | number | undefined;
  readonly after: string | number | undefined;
}

/** The fields or items of two values of one shape; undefined where they can only be compared as a whole. */
function stepsOf(before: JsonValue, after: JsonValue): readonly Step[] | undefined {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].map((key) => ({
      printed: printedKey(key),
      before: Object.hasOwn(before, key) ? key : undefined,
      after: Object.hasOwn(after, key) ? key : undefined,
    }));
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const [left, right] = [indexByName(before), indexByName(after)];
  if (left === undefined || right === undefined) return undefined;
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
    printed: `[name=${name}]`,
    before: left.get(name),
    after: right.get(name),
  }));
}

/** Where each name stands; undefined for a list whose items do not all have a name of their own. */
function indexByName(list: readonly JsonValue[]): ReadonlyMap<string, number> | undefined {
  const index = new Map<string, number>();
  for (const [at, item] of list.entries()) {
    const name = isObject(item) && Object.hasOwn(item, "name") ? item["name"] : undefined;
    if (typeof name !== "string" || index.has(name)) return undefined;
    index.set(name, at);
  }
  return index;
}

function sideAt(side: Side, step: string | number | undefined): Side | undefined {
  if (step === undefined) return undefined;
  const { value, path } = side;
  const inner =
    typeof step === "number" ? Array.isArray(value) && value[step] : isObject(value) && value[step];
  return { value: inner ?? null, path: [...path, step] };
}

function printedKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? `.${key}` : `[${key}]`;
}
