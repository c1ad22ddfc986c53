/** Rules that begin with `!has(self.x) ||` hold for every object without x: most of them, and that needs no evaluation. */
import { getKey, isObject, type JsonValue } from "../json.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import type { Expression } from "./expression.ts";

/** Names that are the same in JSON and in CEL. */
const PLAIN = /^[A-Za-z][A-Za-z0-9]*$/;

/** The field whose absence makes a rule true; undefined where there is none. */
export function guardOf(rule: Expression, { properties }: StructuralSchema): string | undefined {
  let first = rule;
  while (first.kind === "logic" && first.operator === "||") {
    first = first.left;
  }
  const test = first.kind === "not" ? first.operand : undefined;
  if (test?.kind !== "call" || test.name !== "has" || test.target !== undefined) {
    return undefined;
  }
  const [field] = test.args;
  const isOwn =
    field?.kind === "select" &&
    !field.optional &&
    field.operand.kind === "identifier" &&
    field.operand.name === "self";
  return isOwn && PLAIN.test(field.field) && properties.has(field.field) ? field.field : undefined;
}

/** Whether `has(self.x)` is false: the field is missing or null. */
export function isAbsent(self: JsonValue, field: string): boolean {
  return isObject(self) && (getKey(self, field) ?? null) === null;
}
