import type { JSONSchema } from "json-schema-to-typescript";
import { type Document, isAlias, isCollection, isMap, isScalar, type YAMLMap } from "yaml";

const VERSION_SUFFIX = /V\d+((alpha|beta)\d+)?$/;

/** Turns a CRD schema, with its anchors, into a JSON Schema with definitions; what types cannot say is left out. */
export class SchemaReader {
  readonly definitions: Record<string, JSONSchema> = {};
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  read(node: unknown): JSONSchema {
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    if (!isMap(target)) return {};
    const schema = this.#plain(target);
    const named = schema.properties !== undefined || (schema.type === "string" && schema.enum);
    if (target.anchor === undefined || !named) return schema;
    const name = target.anchor.replace(VERSION_SUFFIX, "");
    this.definitions[name] = schema;
    return { $ref: `#/definitions/${name}` };
  }

  #plain(node: YAMLMap): JSONSchema {
    const schema: JSONSchema = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const read = KEYWORDS[name];
      if (read !== undefined) read(schema, value, this);
    }
    return schema;
  }

  /** The items of a list of strings or numbers. */
  list(node: unknown): (string | number)[] {
    const value: unknown = isCollection(node) ? node.toJS(this.#document) : undefined;
    if (!Array.isArray(value)) throw new Error(`no list: ${node}`);
    return value.filter((item) => typeof item === "string" || typeof item === "number");
  }
}

const TYPES = ["object", "array", "string", "integer", "number", "boolean"] as const;

type ReadKeyword = (schema: JSONSchema, value: unknown, reader: SchemaReader) => void;

/** The keywords that matter for a type; bounds, patterns and CEL rules do not. */
const KEYWORDS: Readonly<Record<string, ReadKeyword>> = {
  type: (schema, value) => {
    schema.type = TYPES.find((type) => type === String(value));
  },
  description: (schema, value) => {
    schema.description = String(value);
  },
  enum: (schema, value, reader) => {
    schema.enum = reader.list(value);
  },
  required: (schema, value, reader) => {
    schema.required = reader.list(value).map(String);
  },
  "x-kubernetes-int-or-string": (schema) => {
    schema.type = ["integer", "string"];
  },
  items: (schema, value, reader) => {
    schema.items = reader.read(value);
    if (schema.items.properties !== undefined) throw new Error(`an item needs an anchor: ${value}`);
  },
  additionalProperties: (schema, value, reader) => {
    schema.additionalProperties = reader.read(value);
  },
  properties: (schema, value, reader) => {
    if (!isMap(value)) return;
    schema.properties = Object.fromEntries(
      value.items.map(({ key, value: property }) => [String(key), reader.read(property)]),
    );
  },
};
