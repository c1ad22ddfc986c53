/** `maxLength`, `minLength` and `pattern`: the first one broken is reported (kube-openapi, stringValidator). */

import { lazyPattern } from "../pattern.ts";
import { invalid, tooLong } from "../problem.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import type { Check, Run } from "./run.ts";

type StringSchema = Pick<StructuralSchema, "maxLength" | "minLength" | "pattern">;

/** The check of a string; undefined where the schema says nothing of strings. It adds no match. */
export function compileStringCheck(schema: StringSchema): Check | undefined {
  const checks = [
    compileMaxLength(schema.maxLength),
    compileMinLength(schema.minLength),
    schema.pattern === "" ? undefined : compileMatch(schema.pattern),
  ].filter((check) => check !== undefined);
  if (checks.length === 0) {
    return undefined;
  }
  return (value, run) => {
    if (typeof value === "string") {
      for (const check of checks) {
        if (check(value, run)) {
          break;
        }
      }
    }
    return 0;
  };
}

/** True where the string is refused. */
type TextCheck = (value: string, run: Run) => boolean;

function compileMaxLength(max: number | undefined): TextCheck | undefined {
  if (max === undefined) {
    return undefined;
  }
  return (value, run) => {
    // UTF-16 has at least as many units as there are code points.
    if (value.length <= max || countCodePoints(value) <= max) {
      return false;
    }
    run.fail((spot) => ({
      text: `${spot.name} in body should be at most ${max} chars long`,
      problem: tooLong(spot, max),
    }));
    return true;
  };
}

function compileMinLength(min: number | undefined): TextCheck | undefined {
  if (min === undefined) {
    return undefined;
  }
  return (value, run) => {
    if (value.length >= min * 2 || countCodePoints(value) >= min) {
      return false;
    }
    return failText(run, value, `should be at least ${min} chars long`);
  };
}

function compileMatch(source: string): TextCheck {
  const pattern = lazyPattern(source);
  const rule = `should match '${source}'`;
  return (value, run) => {
    const compiled = pattern();
    if (compiled.kind === "invalid") {
      const fault = `should match '${source}, but pattern is invalid: ${compiled.message}'`;
      return failText(run, value, fault);
    }
    return !compiled.test(value) && failText(run, value, rule);
  };
}

function countCodePoints(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if (isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1))) {
      count--;
    }
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

function failText(run: Run, value: string, rule: string): true {
  run.fail((spot) => {
    const text = `${spot.name} in body ${rule}`;
    return { text, problem: invalid(spot, value, text) };
  });
  return true;
}
