/** Takes the faults out of a generated object, so that what is left of it is looked at as well: the first fault hides rules. */
import { admit } from "../../../schemas/admit.ts";
import { cloneObject } from "../../../schemas/clone-json.ts";
import type { Engine } from "../../../schemas/engine.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments, Problem } from "../../../schemas/problem.ts";

const MAX_ROUNDS = 20;

/** A copy without the parts that the engine refuses, but for the first `kept` of them. The engine only guides: both sides judge the result. */
export function repair(engine: Engine, object: JsonObject, kept: number): JsonObject {
  const { group, version, kind } = engine.crd;
  const copy = cloneObject(object);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const whole = { ...copy, apiVersion: `${group}/${version}`, kind, metadata: { name: "x" } };
    const answer = admit(engine, { object: whole });
    const paths = answer.allowed
      ? []
      : answer.problems.map(faultyPart).filter((path) => path.length > 1);
    const surplus = paths.slice(kept);
    if (surplus.length === 0) {
      break;
    }
    for (const path of surplus.toSorted(byDepthAndIndex)) {
      remove(copy, path);
    }
  }
  return copy;
}

/** What to take out: the value, or its parent where something is missing or no field is named. */
function faultyPart(problem: Problem): PathSegments {
  return problem.reason === "FieldValueRequired" ? problem.path.slice(0, -1) : problem.path;
}

function byDepthAndIndex(left: PathSegments, right: PathSegments): number {
  return right.length - left.length || Number(right.at(-1)) - Number(left.at(-1)) || 0;
}

function remove(object: JsonObject, path: PathSegments): void {
  let parent: JsonValue | undefined = object;
  for (const segment of path.slice(0, -1)) {
    parent = childOf(parent, segment);
  }
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent) && typeof last === "number") {
    parent.splice(last, 1);
  } else if (isObject(parent)) {
    delete parent[last];
  }
}

function childOf(parent: JsonValue | undefined, segment: string | number): JsonValue | undefined {
  if (Array.isArray(parent)) {
    return typeof segment === "number" ? parent[segment] : undefined;
  }
  return isObject(parent) && Object.hasOwn(parent, segment) ? parent[segment] : undefined;
}
