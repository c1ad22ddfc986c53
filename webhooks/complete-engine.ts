/**
 * A schema engine that goes on where kube-apiserver stops: after a structural fault it still runs the CEL rules, so that
 * a user meets all faults in one round (design, section 3).
 */

import type { Engine } from "../schemas/engine.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { Problem } from "../schemas/problem.ts";
import type { JsonRecord } from "../src/domain/json-object.ts";
import type { SchemaEngine, SchemaProblem } from "../src/domain/schema-engine.ts";

/** Stands in the server's list for the rules that it did not run. */
const NOT_CHECKED = "some validation rules were not checked";
/** A rule that met a value of the wrong type, or none, says nothing that the structural fault did not say. */
const EVALUATION_ERROR = /evaluating rule: |no such key|no such overload|invalid data, expected/;

/** Wraps a compiled CRD version; its answers are complete instead of the server's. */
export function completeEngine(engine: Engine): SchemaEngine {
  return {
    prune: (object) => engine.prune(asJson(object)),
    applyDefaults: (object) => engine.applyDefaults(asJson(object)),
    defaulted: (object) => engine.defaulted(asJson(object)),
    validate: (object, old) => ({
      problems: validate(engine, asJson(object), old && asJson(old)),
    }),
  };
}

function validate(engine: Engine, object: JsonObject, old?: JsonObject): readonly SchemaProblem[] {
  const { problems } = engine.validate(object, old);
  if (problems.length === 0 || !problems.some(isNotChecked)) return problems;
  const structural = problems.filter((problem) => !isNotChecked(problem));
  const known = new Set(structural.map(identity));
  const ruled = engine
    .validate(object, old, { isForeign: true })
    .problems.filter((problem) => !known.has(identity(problem)) && !isEvaluationError(problem));
  return [...structural, ...ruled];
}

function isNotChecked({ message }: Problem): boolean {
  return message.includes(NOT_CHECKED);
}

function isEvaluationError({ message }: Problem): boolean {
  return EVALUATION_ERROR.test(message);
}

function identity({ field, message }: Problem): string {
  return `${field}\n${message}`;
}

/** JSON as `parseJson` gives it is what the engine reads: big integers are bigint. */
function asJson(object: JsonRecord): JsonObject {
  return object as JsonObject;
}
