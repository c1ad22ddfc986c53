/** What a field wants, in words: where a message only says what is wrong with the value. */
import { getKey, isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";

/** Longer descriptions are cut at a sentence. */
const MOST_CHARS = 160;

/** Type, choices, bounds and meaning of the field at `path`, from the CRD's schema; undefined where it has none. */
export function adviceFor(schema: JsonObject, path: PathSegments): string | undefined {
  const field = schemaAt(schema, path);
  if (field === undefined || path.length === 0) return undefined;
  const shape = shapeOf(field);
  const meaning = meaningOf(field);
  const parts = [...(shape === "" ? [] : [shape]), ...(meaning === undefined ? [] : [meaning])];
  return parts.length === 0 ? undefined : `${nameOf(path)} is ${parts.join(": ")}`;
}

function nameOf(path: PathSegments): string {
  const [outer, last] = [path.at(-2), path.at(-1)];
  return typeof last === "number" ? `an item of ${outer ?? "the list"}` : String(last);
}

function schemaAt(root: JsonObject, path: PathSegments): JsonObject | undefined {
  let schema: JsonObject | undefined = root;
  for (const step of path) {
    if (schema === undefined) return undefined;
    schema = typeof step === "number" ? objectAt(schema, "items") : valueSchema(schema, step);
  }
  return schema;
}

function valueSchema(schema: JsonObject, key: string): JsonObject | undefined {
  const properties = objectAt(schema, "properties");
  const own = properties === undefined ? undefined : objectAt(properties, key);
  return own ?? objectAt(schema, "additionalProperties");
}

function shapeOf(schema: JsonObject): string {
  const choices = getKey(schema, "enum");
  if (Array.isArray(choices)) return `one of ${choices.map(String).join(", ")}`;
  if (getKey(schema, "x-kubernetes-int-or-string") === true) return "a number or a text";
  const type = getKey(schema, "type");
  const name = typeof type === "string" && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (name === undefined) return "";
  return [name, ...boundsOf(schema)].join(" ");
}

const TYPES: Readonly<Record<string, string>> = {
  object: "a block of fields",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function boundsOf(schema: JsonObject): string[] {
  const [least, most] = [getKey(schema, "minimum"), getKey(schema, "maximum")];
  if (least !== undefined && most !== undefined) return [`from ${shown(least)} to ${shown(most)}`];
  if (least !== undefined) return [`of at least ${shown(least)}`];
  return most === undefined ? [] : [`of at most ${shown(most)}`];
}

function shown(value: JsonValue): string {
  return String(value);
}

function meaningOf(schema: JsonObject): string | undefined {
  const description = getKey(schema, "description");
  if (typeof description !== "string") return undefined;
  const line = description.replaceAll(/\s+/g, " ").trim();
  if (line.length <= MOST_CHARS) return line;
  const sentence = line.slice(0, MOST_CHARS).replace(/(?<=[.;]) [^.;]*$/, "");
  return sentence.length < MOST_CHARS ? sentence : `${sentence}...`;
}

function objectAt(value: JsonObject, key: string): JsonObject | undefined {
  const inner = getKey(value, key);
  return isObject(inner) ? inner : undefined;
}
