/** The page of one kind's fields, from its CRD. */
import type { CrdVersion } from "../../schemas/crd.ts";
import { getKey, isObject, type JsonObject } from "../../schemas/json.ts";
import { GENERATED } from "./banner.ts";

/** All versions of a kind, the stored one first. */
export function fieldPage(versions: readonly CrdVersion[]): string {
  const ordered = versions.toSorted((a, b) => Number(b.storage) - Number(a.storage));
  const [hub] = ordered;
  if (hub === undefined) throw new Error("a kind without a version");
  const sections = ordered.flatMap((version) => [
    `## ${version.version}${version.storage ? ", stored" : ""}`,
    "",
    ...versionLines(version),
  ]);
  return [
    `# Fields of ${hub.kind}`,
    "",
    GENERATED,
    "",
    descriptionOf(hub.source),
    "",
    `\`kubectl explain ${hub.kind.toLowerCase()}.spec\` says the same. A field that is not set has what stands under *when absent*, or what its description says.`,
    "",
    ...sections,
  ].join("\n");
}

function versionLines({ source }: CrdVersion): string[] {
  const seen = new Map<string, string>();
  const parts = ["spec", "status"].flatMap((name) => {
    const schema = propertyOf(source, name);
    return schema === undefined ? [] : [{ name, schema }];
  });
  return parts.flatMap(({ name, schema }) => [
    `### ${name}`,
    "",
    "| field | type | what it is |",
    "| --- | --- | --- |",
    ...rowsBelow(schema, name, seen),
    "",
    ...ruleLines(schema, name),
  ]);
}

/** Blocks of this many fields and more are described once. */
const LARGE = 4;

function rowsBelow(schema: JsonObject, path: string, seen: Map<string, string>): string[] {
  const required = requiredOf(schema);
  return Object.entries(propertiesOf(schema)).flatMap(([name, value]) => {
    if (!isObject(value)) return [];
    return rowsOf(value, `${path}.${name}`, required.has(name), seen);
  });
}

function rowsOf(
  schema: JsonObject,
  path: string,
  isRequired: boolean,
  seen: Map<string, string>,
): string[] {
  const { inner, suffix } = insideOf(schema);
  const row = (text: string): string =>
    `| \`${path}\` | ${cell(shapeOf(schema))}${isRequired ? ", required" : ""} | ${cell(text)} |`;
  const key = JSON.stringify(propertiesOf(inner));
  const earlier = seen.get(key);
  const own = [descriptionOf(schema), ...boundsOf(schema)].filter(Boolean).join(" ");
  if (earlier !== undefined) return [row(`${own} Fields as in \`${earlier}\`.`)];
  if (Object.keys(propertiesOf(inner)).length >= LARGE) seen.set(key, `${path}${suffix}`);
  return [row(own), ...rowsBelow(inner, `${path}${suffix}`, seen)];
}

/** Items of a list, values of a map, or the block itself. */
function insideOf(schema: JsonObject): { readonly inner: JsonObject; readonly suffix: string } {
  const items = getKey(schema, "items");
  if (isObject(items)) return { inner: items, suffix: "[]" };
  const values = getKey(schema, "additionalProperties");
  return isObject(values) ? { inner: values, suffix: ".*" } : { inner: schema, suffix: "" };
}

function shapeOf(schema: JsonObject): string {
  if (getKey(schema, "x-kubernetes-int-or-string") === true) return "integer or string";
  const { inner, suffix } = insideOf(schema);
  const type = String(getKey(schema, "type") ?? "any");
  if (suffix === "[]") return `list of ${shapeOf(inner)}`;
  if (suffix === ".*") return `map of ${shapeOf(inner)}`;
  return type;
}

const BOUNDS: readonly (readonly [string, string])[] = [
  ["enum", "One of"],
  ["default", "When absent:"],
  ["minimum", "At least"],
  ["maximum", "At most"],
  ["maxLength", "Longest:"],
  ["maxItems", "Items at most:"],
  ["format", "Format:"],
];

function boundsOf(schema: JsonObject): string[] {
  return BOUNDS.flatMap(([name, words]) => {
    const value = getKey(schema, name);
    if (value === undefined) return [];
    const shown = Array.isArray(value)
      ? value.map((one) => `\`${String(one)}\``).join(", ")
      : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
    return [`${words} ${shown}.`];
  });
}

/** The rules in CEL below a block, with what they say. */
function ruleLines(schema: JsonObject, path: string): string[] {
  const rules = rulesBelow(schema, path);
  if (rules.length === 0) return [];
  const rows = rules.map(([at, text]) => `| \`${at}\` | ${cell(text)} |`);
  return ["| rule at | what it says |", "| --- | --- |", ...rows, ""];
}

function rulesBelow(schema: JsonObject, path: string): (readonly [string, string])[] {
  const { inner, suffix } = insideOf(schema);
  const own = rulesAt(schema, path);
  const below = suffix === "" ? [] : rulesAt(inner, `${path}${suffix}`);
  const deeper = Object.entries(propertiesOf(inner)).flatMap(([name, value]) =>
    isObject(value) ? rulesBelow(value, `${path}${suffix}.${name}`) : [],
  );
  return [...own, ...below, ...deeper];
}

function rulesAt(schema: JsonObject, path: string): (readonly [string, string])[] {
  const rules = getKey(schema, "x-kubernetes-validations");
  return (Array.isArray(rules) ? rules : []).filter(isObject).map((rule) => {
    const said = getKey(rule, "message") ?? getKey(rule, "messageExpression");
    return [path, String(said ?? getKey(rule, "rule"))] as const;
  });
}

function propertyOf(schema: JsonObject, name: string): JsonObject | undefined {
  const property = propertiesOf(schema)[name];
  return isObject(property) ? property : undefined;
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = getKey(schema, "properties");
  return isObject(properties) ? properties : {};
}

function requiredOf(schema: JsonObject): ReadonlySet<string> {
  const required = getKey(schema, "required");
  return new Set(Array.isArray(required) ? required.map(String) : []);
}

function descriptionOf(schema: JsonObject): string {
  const description = getKey(schema, "description");
  return typeof description === "string" ? description.replaceAll(/\s+/g, " ").trim() : "";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
