/** Items, `minItems`, `maxItems` and `uniqueItems` (kube-openapi pkg/validation/validate/slice_validator.go). */
import type { JsonValue } from "../json.ts";
import { isEqual } from "../json-equal.ts";
import { invalid, tooMany } from "../problem.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { checkChild } from "./ratchet.ts";
import type { Check, Run } from "./run.ts";

type ArraySchema = Pick<StructuralSchema, "maxItems" | "minItems" | "uniqueItems">;

/** The check of an array; it adds the matches of its items and one. */
export function compileArrayCheck(schema: ArraySchema, item: Check | undefined): Check {
  return (value, run, old) => {
    if (!Array.isArray(value)) {
      return 0;
    }
    let matches = 1;
    if (item !== undefined) {
      for (let at = 0; at < value.length; at++) {
        run.path.push(at);
        matches += checkChild(item, value[at] ?? null, run, old?.index(at));
        run.path.pop();
      }
    }
    checkSize(schema, value, run);
    return matches;
  };
}

function checkSize(schema: ArraySchema, value: readonly JsonValue[], run: Run): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const size = value.length;
  if (size < minItems) {
    run.fail((spot) => {
      const text = `${spot.name} in body should have at least ${minItems} items`;
      return { text, problem: invalid(spot, size, text) };
    });
  }
  if (size > maxItems) {
    run.fail((spot) => ({
      text: `${spot.name} in body should have at most ${maxItems} items`,
      problem: tooMany(spot, size, maxItems),
    }));
  }
  if (schema.uniqueItems && hasDuplicate(value)) {
    run.fail((spot) => {
      const text = `${spot.name} in body shouldn't contain duplicates`;
      return { text, problem: invalid(spot, "", text) };
    });
  }
}

function hasDuplicate(items: readonly JsonValue[]): boolean {
  return items.some((item, at) => items.slice(0, at).some((earlier) => isEqual(earlier, item)));
}
