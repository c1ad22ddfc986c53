/**
 * JSON Schemas (draft 7) of a CRD's versions for editors and for kubeconform, one file a kind and version in the layout of the
 * CRDs catalogue: `<group>/<kind>_<version>.json`. They say what a JSON Schema can: CEL rules stay with the engine.
 */
import { isObject, type JsonObject, type JsonValue } from "./json.ts";

/** One file: its path below the folder of schemas, and its text. */
export interface EditorSchemaFile {
  readonly path: string;
  readonly text: string;
}

/** Keywords that mean the same in both; the others are Kubernetes' own or are translated. */
const SHARED = new Set([
  "description",
  "enum",
  "required",
  "pattern",
  "format",
  "default",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);
const LISTS_OF_SCHEMAS = ["allOf", "anyOf", "oneOf"];
const PRESERVES = "x-kubernetes-preserve-unknown-fields";

/** Schemas of every version of a CRD that is given as plain data; a part that stands in several places is written once. */
export function editorSchemas(crd: JsonObject): readonly EditorSchemaFile[] {
  const spec = objectAt(crd, "spec");
  const group = String(spec["group"]);
  const kind = String(objectAt(spec, "names")["kind"]);
  const versions = Array.isArray(spec["versions"]) ? spec["versions"].filter(isObject) : [];
  return versions.map((version) => {
    const name = String(version["name"]);
    const root = objectAt(objectAt(version, "schema"), "openAPIV3Schema");
    const schema = new Translation(root).whole(kind, `${group}/${name}`);
    return {
      path: `${group}/${kind.toLowerCase()}_${name}.json`,
      text: `${JSON.stringify(schema, null, 1)}\n`,
    };
  });
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

/** Translates one version's schema; parts that the CRD shares by YAML alias become definitions. */
class Translation {
  readonly #root: JsonObject;
  readonly #uses = new Map<JsonObject, number>();
  readonly #names = new Map<JsonObject, string>();
  readonly #definitions: Record<string, JsonObject> = {};

  constructor(root: JsonObject) {
    this.#root = root;
    this.#count(root);
  }

  whole(kind: string, apiVersion: string): JsonObject {
    const root = this.#translate(this.#root);
    const properties = {
      ...objectAt(root, "properties"),
      apiVersion: { type: "string", enum: [apiVersion] },
      kind: { type: "string", enum: [kind] },
      metadata: { type: "object" },
    };
    const required = Array.isArray(root["required"]) ? root["required"] : [];
    return {
      $schema: "http://json-schema.org/draft-07/schema#",
      title: kind,
      ...root,
      properties,
      required: [...new Set(["apiVersion", "kind", "metadata", ...required])],
      definitions: this.#definitions,
    };
  }

  #count(schema: JsonObject): void {
    const uses = (this.#uses.get(schema) ?? 0) + 1;
    this.#uses.set(schema, uses);
    if (uses > 1) return;
    for (const [, part] of partsOf(schema)) this.#count(part);
  }

  /** A reference where the part stands in several places and is worth one, else the part itself. */
  #part(schema: JsonObject, key: string): JsonObject {
    const isShared = (this.#uses.get(schema) ?? 0) > 1 && partsOf(schema).length > 0;
    if (!isShared) return this.#translate(schema);
    const known = this.#names.get(schema);
    if (known !== undefined) return { $ref: `#/definitions/${known}` };
    const name = this.#freeName(key);
    this.#names.set(schema, name);
    this.#definitions[name] = this.#translate(schema);
    return { $ref: `#/definitions/${name}` };
  }

  #freeName(key: string): string {
    const taken = new Set(this.#names.values());
    let name = key;
    for (let count = 2; taken.has(name); count++) name = `${key}${count}`;
    return name;
  }

  #translate(schema: JsonObject): JsonObject {
    const kept = Object.entries(schema).filter(([keyword]) => SHARED.has(keyword));
    const translated: JsonObject = Object.fromEntries(kept);
    Object.assign(translated, typeOf(schema), boundsOf(schema), this.#structureOf(schema));
    for (const keyword of LISTS_OF_SCHEMAS) {
      const list = schema[keyword];
      if (Array.isArray(list))
        translated[keyword] = list.filter(isObject).map((one) => this.#translate(one));
    }
    const not = schema["not"];
    if (isObject(not)) translated["not"] = this.#translate(not);
    return translated;
  }

  #structureOf(schema: JsonObject): JsonObject {
    const structure: JsonObject = {};
    const { items, additionalProperties: other } = schema;
    const properties = objectAt(schema, "properties");
    if (isObject(items)) structure["items"] = this.#part(items, "item");
    if (Object.keys(properties).length > 0) {
      structure["properties"] = Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [
          key,
          isObject(value) ? this.#part(value, key) : {},
        ]),
      );
      if (other === undefined && schema[PRESERVES] !== true)
        structure["additionalProperties"] = false;
    }
    if (isObject(other)) structure["additionalProperties"] = this.#part(other, "value");
    return structure;
  }
}

/** The schemas directly below a schema that the structure is made of. */
function partsOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { items, additionalProperties } = schema;
  const named: [string, JsonValue | undefined][] = [
    ...Object.entries(objectAt(schema, "properties")),
    ["item", items],
    ["value", additionalProperties],
  ];
  return named.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

function typeOf(schema: JsonObject): JsonObject {
  const { type, nullable, enum: values } = schema;
  if (typeof type !== "string") return {};
  if (nullable !== true) return { type };
  return { type: [type, "null"], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

/** Exclusive bounds are flags in a CRD and numbers in draft 7. */
function boundsOf(schema: JsonObject): JsonObject {
  const bounds: JsonObject = {};
  const { minimum, maximum } = schema;
  if (schema["exclusiveMinimum"] === true && minimum !== undefined)
    bounds["exclusiveMinimum"] = minimum;
  if (schema["exclusiveMaximum"] === true && maximum !== undefined)
    bounds["exclusiveMaximum"] = maximum;
  return bounds;
}
