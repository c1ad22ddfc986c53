import type { FieldPath } from "./field-path.ts";
import type { Problem, ProblemReason, Warning } from "./problem.ts";

/** Longest value that a message repeats. */
const SHOWN = 100;

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
    this.warnings.push({ path, message });
  }

  #add(path: FieldPath, reason: ProblemReason, message: string, rule: string): void {
    this.problems.push({ path, reason, message, rule });
  }
}

/** Texts in quotes, as Go prints them; long ones are cut. */
function shown(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}...`);
}
