/** Reads the `fieldPath` of a rule: `.spec.x`, `.m['a.b']` (apiextensions-apiserver schema/cel/validation.go, ValidFieldPath). */
import type { StructuralSchema } from "../structural-schema.ts";

/** The place below the rule's schema, and the text that the API server prints for it. */
export interface RulePath {
  readonly segments: readonly string[];
  readonly text: string;
}

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/gy;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Undefined for an empty path. What the API server would refuse in a CRD is read as far as it goes. */
export function readRulePath(path: string, schema: StructuralSchema): RulePath | undefined {
  const segments: string[] = [];
  let text = "";
  let at: StructuralSchema | undefined = schema;
  for (const [, name, quoted] of path.matchAll(STEP)) {
    const segment: string = name ?? unescaped(quoted ?? "");
    const isProperty: boolean = at === undefined || at.properties.size > 0;
    text += isProperty ? `${text === "" ? "" : "."}${segment}` : `[${segment}]`;
    segments.push(segment);
    at = childOf(at, segment, isProperty);
  }
  return segments.length === 0 ? undefined : { segments, text };
}

function childOf(
  schema: StructuralSchema | undefined,
  segment: string,
  isProperty: boolean,
): StructuralSchema | undefined {
  if (isProperty) {
    return schema?.properties.get(segment);
  }
  const other = schema?.additionalProperties;
  return typeof other === "object" ? other : undefined;
}

function unescaped(quoted: string): string {
  return quoted.replace(/\\(.)/g, (_match, letter: string) => ESCAPES.get(letter) ?? letter);
}
