/** The fields of an object that the API server would drop: `unknown field` under fieldValidation=Strict, a warning for kubectl. */
import { cloneObject } from "./clone-json.ts";
import { schemaOfKey } from "./correlation.ts";
import type { Engine } from "./engine.ts";
import { getKey, isObject, type JsonValue } from "./json.ts";
import { unknownEmbedded } from "./metadata/embedded-resource.ts";
import { readObjectMeta } from "./metadata/object-meta.ts";
import type { PathSegments } from "./problem.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A field that no schema describes. `didYouMean` is a field of the same object with a similar name. */
export interface UnknownField {
  readonly path: PathSegments;
  /** As the API server prints it: `spec.items[0].x`. */
  readonly field: string;
  readonly didYouMean?: string;
}

/** Names further apart than this have little to do with each other. */
const MAX_DISTANCE = 3;
/** Names are compared in time that grows with their lengths; no field has one this long. */
const MAX_NAME = 100;

/** The unknown fields in the order of the object. What is no object, or has metadata that cannot be decoded, has none. */
export function findUnknownFields(engine: Engine, value: JsonValue): UnknownField[] {
  if (!isObject(value)) {
    return [];
  }
  const paths: PathSegments[] = [];
  const meta = readObjectMeta(getKey(value, "metadata") ?? {});
  if (meta.kind === "malformed" || getKey(value, "kind") !== engine.crd.kind) {
    return [];
  }
  paths.push(...meta.unknown.map((below) => ["metadata", ...below]));
  const object = cloneObject(value);
  engine.prune(object, (path) => paths.push(path));
  paths.push(...unknownEmbedded(object, engine.crd.schema));
  return paths.map((path) => {
    const didYouMean = similarName(engine.crd.schema, path);
    return {
      path,
      field: printPath(path),
      ...(didYouMean === undefined ? {} : { didYouMean }),
    };
  });
}

function printPath(path: PathSegments): string {
  return path
    .map((segment) => (typeof segment === "number" ? `[${segment}]` : `.${segment}`))
    .join("")
    .replace(/^\./, "");
}

function similarName(root: StructuralSchema, path: PathSegments): string | undefined {
  const name = String(path.at(-1));
  let schema: StructuralSchema | undefined = root;
  for (const segment of path.slice(0, -1)) {
    if (schema === undefined) {
      return undefined;
    }
    schema = typeof segment === "number" ? schema.items : schemaOfKey(schema, segment);
  }
  const limit = Math.min(MAX_DISTANCE, Math.ceil(name.length / 3));
  const [best] = [...(schema?.properties.keys() ?? [])]
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return best?.candidate;
}

/** The number of single-letter changes between two names, where case does not count (Levenshtein). */
function distanceOf(left: string, right: string): number {
  if (left.length > MAX_NAME) {
    return Number.POSITIVE_INFINITY;
  }
  const to = right.toLowerCase();
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const letter of left.toLowerCase()) {
    row = nextRow(row, letter, to);
  }
  return row.at(-1) ?? 0;
}

function nextRow(row: readonly number[], letter: string, to: string): number[] {
  const next = [(row[0] ?? 0) + 1];
  for (let at = 1; at <= to.length; at++) {
    const change = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
    next.push(Math.min(change, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
  }
  return next;
}
