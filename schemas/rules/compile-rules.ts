/**
 * Compiles the rules of a schema into a tree that has only the nodes with rules below them
 * (apiextensions-apiserver pkg/apiserver/schema/cel/validation.go). A node's rules are compiled when the first value
 * meets them: a CRD has a hundred, an object meets a few.
 */
import { compileRule } from "../cel/rule.ts";
import type { StructuralSchema, ValidationRule } from "../structural-schema.ts";
import { type RulePath, readRulePath } from "./rule-path.ts";

/** A rule ready to run, or one that cannot be run here and is named wherever it would have been. */
export type ReadyRule =
  | {
      readonly kind: "ready";
      readonly rule: ValidationRule;
      readonly program: Extract<ReturnType<typeof compileRule>, { kind: "compiled" }>;
      readonly fieldPath: RulePath | undefined;
    }
  | ({ readonly kind: "unevaluable" } & UnevaluableRule);

/** The rules of one schema node and of those below it. */
export interface RuleNode {
  readonly schema: StructuralSchema;
  readonly rules: () => readonly ReadyRule[];
  readonly allOf: readonly RuleNode[];
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly other: RuleNode | undefined;
  readonly items: RuleNode | undefined;
}

/** A rule that cannot be evaluated, with the function or construct that is missing. `path` is that of the schema in dots (`spec.items[*].x`). */
export interface UnevaluableRule {
  readonly path: string;
  readonly rule: string;
  readonly what: string;
}

/** The tree of a resource's rules, or undefined where the schema has none. */
export function compileRules(schema: StructuralSchema): RuleNode | undefined {
  // Rules that stand only under allOf are never looked at by the API server.
  return hasRule(schema) ? compileNode(schema, schema, { path: "", isResource: true }) : undefined;
}

/** Compiles every rule of a tree; those that cannot be run here. */
export function unevaluableRules(node: RuleNode | undefined): UnevaluableRule[] {
  if (node === undefined) return [];
  const below = [...node.allOf, ...node.properties.values(), node.other, node.items];
  return [
    ...node.rules().filter((rule) => rule.kind === "unevaluable"),
    ...below.flatMap(unevaluableRules),
  ];
}

interface Place {
  readonly path: string;
  readonly isResource: boolean;
}

/** `rules` is the schema that carries the rules, `node` the one that says what the value is; they differ under allOf. */
function compileNode(
  rules: StructuralSchema,
  node: StructuralSchema,
  place: Place,
): RuleNode | undefined {
  if (!isTyped(node)) {
    return undefined;
  }
  const compiled: RuleNode = {
    schema: node,
    rules: once(() => rules.validations.map((rule) => readyRule(rule, node, place))),
    allOf: rules.allOf.flatMap((branch) => compileNode(branch, node, place) ?? []),
    properties: compileProperties(rules, node, place),
    other: compileOther(rules, node, place),
    items: compileBelow(rules.items, node.items, place, "[*]"),
  };
  return rules.validations.length === 0 && isLeaf(compiled) ? undefined : compiled;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readyRule(rule: ValidationRule, schema: StructuralSchema, place: Place): ReadyRule {
  const program = compileRule(rule, schema, place.isResource);
  if (program.kind === "unevaluable") {
    return { kind: "unevaluable", path: place.path, rule: rule.rule, what: program.what };
  }
  const fieldPath = readRulePath(rule.fieldPath ?? "", schema);
  return { kind: "ready", rule, program, fieldPath };
}

function compileProperties(
  rules: StructuralSchema,
  node: StructuralSchema,
  place: Place,
): ReadonlyMap<string, RuleNode> {
  const properties = new Map<string, RuleNode>();
  for (const [key, property] of rules.properties) {
    const step = place.path === "" ? key : `.${key}`;
    const compiled = compileBelow(property, node.properties.get(key), place, step);
    if (compiled !== undefined) {
      properties.set(key, compiled);
    }
  }
  return properties;
}

function compileOther(
  rules: StructuralSchema,
  node: StructuralSchema,
  place: Place,
): RuleNode | undefined {
  const below = rules.additionalProperties;
  const spine = node.additionalProperties;
  return typeof below === "object" && typeof spine === "object"
    ? compileBelow(below, spine, place, "[*]")
    : undefined;
}

function compileBelow(
  rules: StructuralSchema | undefined,
  node: StructuralSchema | undefined,
  place: Place,
  step: string,
): RuleNode | undefined {
  if (rules === undefined || node === undefined) {
    return undefined;
  }
  return compileNode(rules, node, {
    path: place.path + step,
    isResource: node.embeddedResource,
  });
}

function isLeaf(node: RuleNode): boolean {
  return (
    node.allOf.length === 0 &&
    node.properties.size === 0 &&
    node.other === undefined &&
    node.items === undefined
  );
}

function hasRule(schema: StructuralSchema | boolean | undefined): boolean {
  if (typeof schema !== "object") {
    return false;
  }
  return (
    schema.validations.length > 0 ||
    hasRule(schema.items) ||
    hasRule(schema.additionalProperties) ||
    [...schema.properties.values()].some(hasRule)
  );
}

/** Whether CEL has a type for values of a schema; there are no rules on others (k8s.io/apiserver cel/common/schemas.go). */
function isTyped(schema: StructuralSchema): boolean {
  if (schema.intOrString) {
    return true;
  }
  if (schema.type === "array") {
    return schema.items !== undefined && isTyped(schema.items);
  }
  const other = schema.additionalProperties;
  if (schema.type === "object" && typeof other === "object") {
    return isTyped(other);
  }
  return schema.type !== "";
}
