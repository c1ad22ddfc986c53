/**
 * Turns the JSON of an `openAPIV3Schema` into a `StructuralSchema`. Constructs that the API server refuses in a CRD
 * (`$ref`, `definitions`, `patternProperties`, ...) are problems; unknown keywords are ignored, as its decoder does.
 */
import { getKey, isObject, type JsonValue } from "./json.ts";
import { Fields, isAbsent, SchemaError } from "./schema-fields.ts";
import type { SchemaType, StructuralSchema, ValidationRule } from "./structural-schema.ts";

const TYPES: ReadonlySet<string> = new Set([
  "",
  "object",
  "array",
  "string",
  "integer",
  "number",
  "boolean",
]);
/** apiextensions-apiserver pkg/apiserver/schema/convert.go, validateUnsupportedFields. */
const UNSUPPORTED = [
  "id",
  "$schema",
  "$ref",
  "patternProperties",
  "dependencies",
  "additionalItems",
  "definitions",
];
/** Deeper than any real CRD; the reader and the compiled validators recurse on it. */
const MAX_SCHEMA_DEPTH = 200;

/** Reads one schema node and all below. The message names the place as `spec.properties.x` style path from the root. */
export function readSchema(
  json: JsonValue,
):
  | { readonly kind: "read"; readonly schema: StructuralSchema }
  | { readonly kind: "unreadable"; readonly message: string } {
  try {
    return { kind: "read", schema: readNode(json, "openAPIV3Schema", 0) };
  } catch (error) {
    if (error instanceof SchemaError) {
      return { kind: "unreadable", message: error.message };
    }
    throw error;
  }
}

function readNode(json: JsonValue, path: string, depth: number): StructuralSchema {
  if (!isObject(json)) {
    throw new SchemaError(`${path}: must be a schema object`);
  }
  if (depth > MAX_SCHEMA_DEPTH) {
    throw new SchemaError(`${path}: is nested too deeply`);
  }
  const unsupported = UNSUPPORTED.find((keyword) => hasContent(getKey(json, keyword)));
  if (unsupported !== undefined) {
    throw new SchemaError(`${path}: '${unsupported}' is not supported in a structural schema`);
  }
  const node = new Fields(json, path);
  return {
    ...readStructure(node, depth),
    ...readExtensions(node),
    ...readBounds(node),
    ...readSizes(node),
    ...readJunctors(node, depth),
  };
}

function readStructure(node: Fields, depth: number) {
  const value = node.get("default");
  const items = node.get("items");
  return {
    type: readType(node),
    nullable: node.flag("nullable"),
    // A default of null is no default: the API server's decoder cannot tell them apart.
    ...(value === undefined || value === null ? {} : { default: { value } }),
    properties: readProperties(node, depth),
    ...(isAbsent(items) ? {} : { items: readNode(items, `${node.path}.items`, depth + 1) }),
    ...readAdditionalProperties(node, depth),
  };
}

function readType(node: Fields): SchemaType {
  const type = node.text("type");
  if (!isSchemaType(type)) {
    throw new SchemaError(`${node.path}.type: unsupported type ${JSON.stringify(type)}`);
  }
  return type;
}

function isSchemaType(type: string): type is SchemaType {
  return TYPES.has(type);
}

function readProperties(node: Fields, depth: number): ReadonlyMap<string, StructuralSchema> {
  const properties = node.get("properties");
  if (isAbsent(properties)) {
    return new Map();
  }
  if (!isObject(properties)) {
    throw new SchemaError(`${node.path}.properties: must be an object`);
  }
  return new Map(
    Object.keys(properties).map((key) => [
      key,
      readNode(properties[key] ?? null, `${node.path}.properties[${key}]`, depth + 1),
    ]),
  );
}

function readAdditionalProperties(node: Fields, depth: number) {
  const value = node.get("additionalProperties");
  if (isAbsent(value)) {
    return {};
  }
  return {
    additionalProperties:
      typeof value === "boolean"
        ? value
        : readNode(value, `${node.path}.additionalProperties`, depth + 1),
  };
}

function readExtensions(node: Fields) {
  const listType = node.text("x-kubernetes-list-type");
  const mapType = node.text("x-kubernetes-map-type");
  return {
    intOrString: node.flag("x-kubernetes-int-or-string"),
    preserveUnknownFields: node.flag("x-kubernetes-preserve-unknown-fields"),
    embeddedResource: node.flag("x-kubernetes-embedded-resource"),
    ...(isListType(listType) ? { listType } : {}),
    listMapKeys: node.texts("x-kubernetes-list-map-keys"),
    ...(isMapType(mapType) ? { mapType } : {}),
    validations: node.list("x-kubernetes-validations").map((rule, at) => readRule(rule, node, at)),
  };
}

function isListType(value: string): value is NonNullable<StructuralSchema["listType"]> {
  return value === "atomic" || value === "set" || value === "map";
}

function isMapType(value: string): value is NonNullable<StructuralSchema["mapType"]> {
  return value === "atomic" || value === "granular";
}

function readRule(json: JsonValue, parent: Fields, at: number): ValidationRule {
  const path = `${parent.path}.x-kubernetes-validations[${at}]`;
  if (!isObject(json)) {
    throw new SchemaError(`${path}: must be an object`);
  }
  const node = new Fields(json, path);
  return {
    rule: node.text("rule"),
    ...node.optionalText("message"),
    ...node.optionalText("messageExpression"),
    ...node.optionalText("reason"),
    ...node.optionalText("fieldPath"),
    ...(node.flag("optionalOldSelf") ? { optionalOldSelf: true } : {}),
  };
}

function readBounds(node: Fields) {
  return {
    format: node.text("format"),
    ...node.optionalNumber("maximum"),
    exclusiveMaximum: node.flag("exclusiveMaximum"),
    ...node.optionalNumber("minimum"),
    exclusiveMinimum: node.flag("exclusiveMinimum"),
    ...node.optionalNumber("multipleOf"),
    pattern: node.text("pattern"),
    ...(isAbsent(node.get("enum")) ? {} : { enum: node.list("enum") }),
    required: node.texts("required"),
  };
}

function readSizes(node: Fields) {
  return {
    ...node.optionalNumber("maxLength"),
    ...node.optionalNumber("minLength"),
    ...node.optionalNumber("maxItems"),
    ...node.optionalNumber("minItems"),
    uniqueItems: node.flag("uniqueItems"),
    ...node.optionalNumber("maxProperties"),
    ...node.optionalNumber("minProperties"),
  };
}

function readJunctors(node: Fields, depth: number) {
  const branches = (keyword: string) =>
    node
      .list(keyword)
      .map((branch, at) => readNode(branch, `${node.path}.${keyword}[${at}]`, depth + 1));
  const not = node.get("not");
  return {
    allOf: branches("allOf"),
    anyOf: branches("anyOf"),
    oneOf: branches("oneOf"),
    ...(isAbsent(not) ? {} : { not: readNode(not, `${node.path}.not`, depth + 1) }),
  };
}

function hasContent(value: JsonValue | undefined): boolean {
  return !isAbsent(value) && value !== "" && !(isObject(value) && Object.keys(value).length === 0);
}
