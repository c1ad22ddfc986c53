import type { StructuralSchema } from "../structural-schema.ts";

/**
 * The schema that rules see at the root of a resource: apiVersion, kind, metadata.name and metadata.generateName are
 * always there, and no other metadata (apiextensions-apiserver schema/cel/model/schemas.go).
 */
export function withTypeAndMeta(schema: StructuralSchema): StructuralSchema {
  const text: StructuralSchema = { ...BARE, type: "string" };
  const metadata: StructuralSchema = {
    ...BARE,
    type: "object",
    properties: new Map([
      ["name", text],
      ["generateName", text],
    ]),
  };
  const declared = schema.properties.get("metadata")?.properties;
  const isDeclared =
    schema.properties.get("kind")?.type === "string" &&
    schema.properties.get("apiVersion")?.type === "string" &&
    declared?.get("name")?.type === "string" &&
    declared.get("generateName")?.type === "string";
  if (isDeclared) {
    return schema;
  }
  const properties = new Map([
    ...schema.properties,
    ["kind", text] as const,
    ["apiVersion", text] as const,
    ["metadata", metadata] as const,
  ]);
  return { ...schema, properties };
}

const BARE: StructuralSchema = {
  type: "",
  nullable: false,
  properties: new Map(),
  intOrString: false,
  preserveUnknownFields: false,
  embeddedResource: false,
  listMapKeys: [],
  validations: [],
  format: "",
  exclusiveMaximum: false,
  exclusiveMinimum: false,
  pattern: "",
  uniqueItems: false,
  required: [],
  allOf: [],
  anyOf: [],
  oneOf: [],
};
