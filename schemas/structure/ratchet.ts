import type { Correlation } from "../correlation.ts";
import type { JsonValue } from "../json.ts";
import type { Check, Run } from "./run.ts";

/**
 * Runs the check of a property or an item. Where the value equals its old one its faults are dropped: only changes have
 * to be valid (apiextensions-apiserver pkg/apiserver/validation/ratcheting.go).
 */
export function checkChild(
  check: Check,
  value: JsonValue,
  run: Run,
  old: Correlation | undefined,
): number {
  if (old === undefined) {
    return check(value, run, undefined);
  }
  const mark = run.mark();
  const matches = check(value, run, old);
  if (run.failures > mark.failures && old.isUnchanged()) {
    run.rewind(mark);
  }
  return matches;
}
