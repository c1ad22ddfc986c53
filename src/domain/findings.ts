import type { FieldPath } from "./field-path.ts";
import type { Problem, ProblemReason, Warning } from "./problem.ts";

/** Longest value that a message repeats. */
const SHOWN = 100;
/** Longest message: names and versions in it may be of any length before the schema has judged them. */
const MESSAGE = 500;

/** Collects what rules find, in the words of apimachinery's `field.Error`. `rule` is a stable id for metrics. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Warning[] = [];

  invalid(path: FieldPath, value: unknown, detail: string, rule: string): void {
    this.#add(path, "FieldValueInvalid", `Invalid value: ${shown(value)}: ${detail}`, rule);
  }

  forbidden(path: FieldPath, detail: string, rule: string): void {
    this.#add(path, "FieldValueForbidden", `Forbidden: ${detail}`, rule);
  }

  required(path: FieldPath, detail: string, rule: string): void {
    this.#add(path, "FieldValueRequired", `Required value: ${detail}`, rule);
  }

  duplicate(path: FieldPath, value: unknown, detail: string, rule: string): void {
    this.#add(path, "FieldValueDuplicate", `Duplicate value: ${shown(value)}: ${detail}`, rule);
  }

  notFound(path: FieldPath, value: unknown, detail: string, rule: string): void {
    this.#add(path, "FieldValueNotFound", `Not found: ${shown(value)}: ${detail}`, rule);
  }

  warn(path: FieldPath, message: string): void {
    this.warnings.push({ path, message: cut(message, MESSAGE) });
  }

  #add(path: FieldPath, reason: ProblemReason, message: string, rule: string): void {
    this.problems.push({ path, reason, message: cut(message, MESSAGE), rule });
  }
}

/** Texts in quotes, as Go prints them. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(cut(value, SHOWN)) : String(value);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}
