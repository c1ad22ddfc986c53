/** `anyOf`, `oneOf`, `allOf` and `not` (kube-openapi pkg/validation/validate/schema_props.go). */
import { goQuote } from "../go-text.ts";
import type { JsonValue } from "../json.ts";
import type { Check, Run } from "./run.ts";

/** The compiled branches of one node. */
export interface Junctors {
  readonly anyOf: readonly Check[];
  readonly oneOf: readonly Check[];
  readonly allOf: readonly Check[];
  readonly not: Check | undefined;
}

/**
 * The check of all junctors; it adds one match and those of the branches that explain the outcome. Branches know no old
 * value: what is unchanged inside of one is ratcheted only with the whole value.
 */
export function compileJunctorCheck(junctors: Junctors): Check {
  const checks = [
    ...(junctors.anyOf.length > 0 ? [compileAnyOf(junctors.anyOf)] : []),
    ...(junctors.oneOf.length > 0 ? [compileOneOf(junctors.oneOf)] : []),
    ...(junctors.allOf.length > 0 ? [compileAllOf(junctors.allOf)] : []),
    ...(junctors.not === undefined ? [] : [compileNot(junctors.not)]),
  ];
  return (value, run) => {
    let matches = 1;
    for (const check of checks) {
      matches += check(value, run, undefined);
    }
    return matches;
  };
}

interface Trial {
  readonly branch: Check;
  readonly matches: number;
  readonly isValid: boolean;
}

/** Runs a branch without reporting: most values fail some branch of a union, and describing that would be waste. */
function tryBranch(branch: Check, value: JsonValue, run: Run): Trial {
  const mark = run.mark();
  run.quiet++;
  const matches = branch(value, run, undefined);
  run.quiet--;
  const isValid = run.failures === mark.failures;
  run.rewind(mark);
  return { branch, matches, isValid };
}

function bestOf(trials: readonly Trial[]): Trial | undefined {
  let best: Trial | undefined;
  for (const trial of trials) {
    if (best === undefined || trial.matches > best.matches) {
      best = trial;
    }
  }
  return best;
}

function compileAnyOf(branches: readonly Check[]): Check {
  return (value, run) => {
    const trials: Trial[] = [];
    for (const branch of branches) {
      const trial = tryBranch(branch, value, run);
      if (trial.isValid) {
        return trial.matches;
      }
      trials.push(trial);
    }
    run.failNowhere((name) => `${goQuote(name)} must validate at least one schema (anyOf)`);
    return bestOf(trials)?.branch(value, run, undefined) ?? 0;
  };
}

function compileOneOf(branches: readonly Check[]): Check {
  return (value, run) => {
    const trials = branches.map((branch) => tryBranch(branch, value, run));
    const valid = trials.filter((trial) => trial.isValid);
    if (valid.length === 1) {
      return valid[0]?.matches ?? 0;
    }
    const found =
      valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
    run.failNowhere(
      (name) => `${goQuote(name)} must validate one and only one schema (oneOf). ${found}`,
    );
    return valid.length === 0 ? (bestOf(trials)?.branch(value, run, undefined) ?? 0) : 0;
  };
}

function compileAllOf(branches: readonly Check[]): Check {
  return (value, run) => {
    let matches = 0;
    let validated = 0;
    for (const branch of branches) {
      const before = run.failures;
      matches += branch(value, run, undefined);
      validated += run.failures === before ? 1 : 0;
    }
    if (validated < branches.length) {
      const none = validated === 0 ? ". None validated" : "";
      run.failNowhere((name) => `${goQuote(name)} must validate all the schemas (allOf)${none}`);
    }
    return matches;
  };
}

function compileNot(branch: Check): Check {
  return (value, run) => {
    if (tryBranch(branch, value, run).isValid) {
      run.failNowhere((name) => `${goQuote(name)} must not validate the schema (not)`);
    }
    return 0;
  };
}
