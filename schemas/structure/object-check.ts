/** Properties, other keys, `required` and counts of an object (kube-openapi pkg/validation/validate/object_validator.go). */
import type { Correlation } from "../correlation.ts";
import type { JsonObject } from "../json.ts";
import { isObject } from "../json.ts";
import { invalid, required, tooMany } from "../problem.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { checkChild } from "./ratchet.ts";
import type { Check, Run } from "./run.ts";

type ObjectSchema = Pick<StructuralSchema, "maxProperties" | "minProperties" | "required">;

/** The checks of an object's values. `other` is the check for keys that are no property, or false where there may be none. */
export interface ObjectChecks {
  readonly properties: ReadonlyMap<string, Check>;
  readonly other: Check | false | undefined;
}

/** The check of an object; it adds the matches of its values. */
export function compileObjectCheck(schema: ObjectSchema, checks: ObjectChecks): Check {
  const { properties, other } = checks;
  const checkKey = (key: string, value: JsonObject, run: Run, old: Correlation | undefined) => {
    const check = properties.get(key) ?? other;
    if (check === undefined) {
      return 0;
    }
    if (check === false) {
      failUnknown(run, key);
      return 0;
    }
    run.path.push(key);
    // A change of apiVersion or kind is not visible: both objects have been converted to one version.
    const isTypeMeta = run.path.length === 1 && (key === "kind" || key === "apiVersion");
    const matches = checkChild(
      check,
      value[key] ?? null,
      run,
      isTypeMeta ? undefined : old?.key(key),
    );
    run.path.pop();
    return matches;
  };
  return (value, run, old) => {
    if (!isObject(value)) {
      return 0;
    }
    const keys = Object.keys(value);
    checkCount(schema, keys.length, run);
    let matches = 0;
    for (const key of keys) {
      matches += checkKey(key, value, run, old);
    }
    checkRequired(schema.required, value, run);
    return matches;
  };
}

function checkRequired(names: readonly string[], value: JsonObject, run: Run): void {
  for (const name of names) {
    if (!Object.hasOwn(value, name)) {
      run.fail(() => {
        const spot = run.spot(name);
        return { text: `${spot.name} in body is required`, problem: required(spot) };
      });
    }
  }
}

function checkCount(schema: ObjectSchema, count: number, run: Run): void {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (count < minProperties) {
    run.fail((spot) => {
      const text = `${spot.name} in body should have at least ${minProperties} properties`;
      return { text, problem: invalid(spot, count, text) };
    });
  }
  if (count > maxProperties) {
    run.fail((spot) => ({
      text: `${spot.name} in body should have at most ${maxProperties} properties`,
      problem: tooMany(spot, count, maxProperties),
    }));
  }
}

function failUnknown(run: Run, key: string): void {
  run.fail((spot) => {
    const text = `${spot.name}.${key} in body is a forbidden property`;
    return { text, problem: invalid(spot, key, text) };
  });
}
