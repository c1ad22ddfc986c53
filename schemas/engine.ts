/**
 * The schema engine: one CRD version compiled into the steps that kube-apiserver makes with it. Each step can be used
 * alone (the webhook does); `admit.ts` puts them together as a request does.
 */
import { Correlation } from "./correlation.ts";
import type { CrdVersion } from "./crd.ts";
import { compileDefaulted } from "./defaulted.ts";
import { applyDefaults, dropNulls } from "./defaults.ts";
import { isObject, type JsonObject } from "./json.ts";
import { findKeyedNodes, type KeyedNodes, listKeyProblems } from "./list-keys.ts";
import {
  coerceEmbedded,
  embeddedProblems,
  hasEmbeddedResource,
} from "./metadata/embedded-resource.ts";
import { invalid, NOWHERE, type Problem, type Reason } from "./problem.ts";
import { type OnPruned, prune } from "./prune.ts";
import {
  compileRules,
  type RuleNode,
  type UnevaluableRule,
  unevaluableRules,
} from "./rules/compile-rules.ts";
import { runRules } from "./rules/run-rules.ts";
import { scaleProblems } from "./scale-rules.ts";
import { type Accepts, compileAcceptance } from "./structure/acceptance.ts";
import { compileStructure } from "./structure/compile-structure.ts";
import { checkChild } from "./structure/ratchet.ts";
import { type Check, Run } from "./structure/run.ts";

/** A compiled CRD version. Steps that change an object do so in place. */
export interface Engine {
  readonly crd: CrdVersion;
  /** Compiles all rules of the CRD, which otherwise waits for a value that meets them: those that cannot be evaluated. */
  readonly unevaluable: () => readonly UnevaluableRule[];
  /** Removes unknown fields, and nulls that are neither allowed nor replaced by a default. */
  readonly prune: (object: JsonObject, onPruned?: OnPruned) => void;
  /** Normalises embedded metadata; what cannot be decoded is a problem, which the API server answers with a 400. */
  readonly coerceEmbedded: (object: JsonObject) => readonly Problem[];
  /** Fills in defaults. */
  readonly applyDefaults: (object: JsonObject) => void;
  /** The object with its defaults; it is not changed, and what is complete is shared with it. */
  readonly defaulted: (object: JsonObject) => JsonObject;
  /**
   * All faults of a pruned and defaulted object; those of its own metadata are looked at elsewhere. With `old` it is
   * judged as an update.
   */
  readonly validate: (object: JsonObject, old?: JsonObject, context?: ValidateContext) => Findings;
}

/** What is known before an object's schema is looked at. */
export interface ValidateContext {
  /** Faults found already. They come first in the findings, and may keep rules from being run. */
  readonly found?: readonly Problem[];
  /** The object is of another kind: its structure is not looked at, the rest is. */
  readonly isForeign?: boolean;
}

/** The faults of an object, and the rules that would have had a say and could not be evaluated. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly unevaluated: readonly UnevaluableRule[];
}

/** After one of these the API server runs no rules. */
const BLOCKING: ReadonlySet<Reason> = new Set<Reason>([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);
const NOT_CHECKED = invalid(
  NOWHERE,
  null,
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
);

/** What is compiled of a CRD version. */
interface Compiled {
  readonly crd: CrdVersion;
  /** Whether nothing is wrong with structure and list keys. */
  readonly accepts: Accepts;
  /** The check that explains a fault; compiled when the first one is met. */
  readonly structure: () => Check;
  readonly rules: RuleNode | undefined;
  readonly isRootMap: boolean;
  readonly hasEmbedded: boolean;
  readonly keyedNodes: KeyedNodes;
}

/** Compiles a CRD version once; the engine may be used for any number of objects. */
export function compileCrd(crd: CrdVersion): Engine {
  const { schema } = crd;
  const rules = compileRules(schema);
  const compiled: Compiled = {
    crd,
    accepts: compileAcceptance(schema),
    structure: lazy(() => compileStructure(schema)),
    rules,
    isRootMap: typeof schema.additionalProperties === "object",
    hasEmbedded: hasEmbeddedResource(schema),
    keyedNodes: findKeyedNodes(schema),
  };
  return {
    crd,
    unevaluable: lazy(() => unevaluableRules(rules)),
    prune: (object, onPruned) => {
      if (!crd.preserveUnknownFields) {
        prune(object, schema, onPruned);
        dropNulls(object, schema);
      }
    },
    coerceEmbedded: (object) => (compiled.hasEmbedded ? coerceEmbedded(object, schema) : []),
    applyDefaults: (object) => applyDefaults(object, schema),
    defaulted: compileDefaulted(schema),
    validate: (object, old, { found = [], isForeign = false } = {}) => {
      const correlation = old === undefined ? undefined : new Correlation(object, old, schema);
      const isSound = compiled.accepts(object);
      const problems = [
        ...found,
        ...(isForeign ? [] : structureProblems(compiled, object, correlation, isSound)),
        ...(compiled.hasEmbedded ? embeddedProblems(object, schema) : []),
        ...(isSound ? [] : newListProblems(compiled, object, correlation)),
      ];
      return withRuleProblems(compiled, object, correlation, problems);
    },
  };
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function structureProblems(
  { crd, structure, isRootMap }: Compiled,
  object: JsonObject,
  correlation: Correlation | undefined,
  isSound: boolean,
): readonly Problem[] {
  const problems = isSound ? [] : explain(structure(), isRootMap, object, correlation);
  return crd.scale === undefined ? problems : [...problems, ...scaleProblems(object, crd.scale)];
}

function explain(
  structure: Check,
  isRootMap: boolean,
  object: JsonObject,
  correlation: Correlation | undefined,
): readonly Problem[] {
  let run = new Run(isRootMap);
  structure(object, run, undefined);
  if (run.failures > 0 && correlation !== undefined) {
    // Old values only take faults away: an object without faults needs no second look.
    run = new Run(isRootMap);
    checkChild(structure, object, run, correlation);
  }
  return run.failures === 0 ? [] : run.problems();
}

function withRuleProblems(
  { rules }: Compiled,
  object: JsonObject,
  correlation: Correlation | undefined,
  problems: readonly Problem[],
): Findings {
  if (rules === undefined) {
    return { problems, unevaluated: [] };
  }
  if (problems.some((problem) => BLOCKING.has(problem.reason))) {
    return { problems: [...problems, NOT_CHECKED], unevaluated: [] };
  }
  const ruled = runRules(rules, object, correlation);
  return { problems: [...problems, ...ruled.problems], unevaluated: [...ruled.unevaluated] };
}

/** An object that had duplicates may have more. */
function newListProblems(
  { crd: { schema }, keyedNodes }: Compiled,
  object: JsonObject,
  correlation: Correlation | undefined,
): readonly Problem[] {
  const problems = listKeyProblems(object, schema, keyedNodes);
  const old = correlation?.old;
  const isOldInvalid =
    problems.length > 0 && isObject(old) && listKeyProblems(old, schema, keyedNodes).length > 0;
  return isOldInvalid ? [] : problems;
}
