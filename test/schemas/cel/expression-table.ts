/**
 * Tables of expressions and what kube-apiserver 1.37 makes of them, one text file a library:
 *
 *     1 + 2
 *         = 3                    the value, printed by `'%s'.format([...])`
 *     1 / 0
 *         ! division by zero     the error
 *     foo(1)
 *         ?                      refused when the CRD is written
 */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ValidationRule } from "../../../schemas/structural-schema.ts";

/** One expression and its outcome (`= value`, `! error`, `?`). */
export interface Row {
  readonly expression: string;
  readonly outcome: string;
}

/** All tables by name. */
export function readTables(): ReadonlyMap<string, readonly Row[]> {
  const files = globSync(`${import.meta.dirname}/expressions/*.txt`).sort();
  return new Map(files.map((file) => [basename(file, ".txt"), readTable(file)]));
}

/** One table; costs have the same form, with a cost for the value. */
export function readTable(file: string): Row[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const rows: Row[] = [];
  for (let line = 0; line + 1 < lines.length; line += 2) {
    rows.push({ expression: lines[line] ?? "", outcome: (lines[line + 1] ?? "").trimStart() });
  }
  return rows;
}

/** A rule that is always violated, so that its message tells the expression's value, after the label. */
export function ruleShowing(expression: string, label = ""): ValidationRule {
  return {
    rule: `'%s'.format([dyn(${expression})]) == '\\u0000'`,
    message: `M${label}`,
    messageExpression: `'${label}=%s'.format([dyn(${expression})])`,
  };
}

const FAILED = /^(.*) evaluating rule: M$/s;
const NO_OVERLOAD =
  /^'(.*)': call arguments did not match a supported operator, function or macro signature for rule: M$/s;

/** The outcome that a message of such a rule tells. */
export function outcomeOf(message: string): string {
  if (message.startsWith("=")) {
    return `= ${message.slice(1)}`.trimEnd();
  }
  const error = FAILED.exec(message)?.[1] ?? NO_OVERLOAD.exec(message)?.[1];
  return error === undefined ? message : `! ${error}`;
}
