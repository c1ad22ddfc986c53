/** Takes out of an export what the API server or the operator would refuse, and says so: an export can be applied. */
import type { JsonObject } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import { printPath } from "../../domain/field-path.ts";
import { isRecord, type JsonRecord, valueAt } from "../../domain/json-object.ts";
import { kindNamed } from "../../domain/registry.ts";
import type { CrdSet } from "../manifest/crd-set.ts";
import { judgeObject } from "../manifest/judgement.ts";
import { ownKind } from "../manifest/own-kind.ts";
import type { Notes } from "./note.ts";

/** Each step takes one field out; an export with more faults than this is shown with what is left of them. */
const MOST_STEPS = 200;

/** The object without unknown and refused fields; each is a note. */
export function repaired(cluster: JsonObject, notes: Notes, crds: CrdSet): JsonObject {
  const engine = crds.engine("prism.io", "v1alpha2", "PrismCluster");
  const kind = kindNamed("PrismCluster");
  if (engine === undefined || kind === undefined) throw new Error("crds/ has no PrismCluster");
  const own = ownKind(kind, crds);
  let object = cluster;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const unknown = findUnknownFields(engine, object);
    const [first] = unknown;
    if (first !== undefined) {
      notes.lost(
        "PrismCluster",
        "has no such field; what stood there is not taken over",
        first.field,
      );
      object = without(object, first.path);
      continue;
    }
    const { faults } = judgeObject(engine, own, { object, old: undefined, neighbours: [] });
    const [fault] = faults.filter(({ path }) => path.length > 1);
    if (fault === undefined) return object;
    const path = removable(object, fault.path);
    const field = printPath(path);
    notes.lost("PrismCluster", `cannot be said: ${fault.field}: ${fault.message}`, field);
    object = without(object, path);
  }
  return object;
}

/** The faulty field itself; where it is missing, or names a list's item, the nearest thing that can go. */
function removable(object: JsonObject, path: PathSegments): PathSegments {
  const isName = path.at(-1) === "name" && typeof path.at(-2) === "number";
  let end = isName ? path.length - 1 : path.length;
  while (end > 2 && valueAt(object, path.slice(0, end)) === undefined) end -= 1;
  return path.slice(0, end);
}

/** A copy without the value at a path; an object that is empty then goes, too. */
function without(root: JsonObject, path: PathSegments): JsonObject {
  const copy = structuredClone(root);
  for (let end = path.length; end > 1; end -= 1) {
    const parent = valueAt(copy, path.slice(0, end - 1));
    if (!isRecord(parent) && !Array.isArray(parent)) return copy;
    take(parent, path[end - 1]);
    if (Object.keys(parent).length > 0) return copy;
  }
  return copy;
}

function take(parent: JsonRecord | unknown[], step: string | number | undefined): void {
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else delete parent[String(step)];
}
