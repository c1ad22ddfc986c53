/** The schema of a whole resource: apiVersion, kind and metadata's names are always there (model.WithTypeAndObjectMeta). */
import type { StructuralSchema } from "../../structural-schema.ts";

const STRING: StructuralSchema = {
  type: "string",
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

const resources = new WeakMap<StructuralSchema, StructuralSchema>();

/** The schema with what every resource has; the same object where it declares all of it itself. */
export function resourceSchema(schema: StructuralSchema): StructuralSchema {
  const known = resources.get(schema);
  if (known !== undefined) {
    return known;
  }
  const resource = declaresMetadata(schema) ? schema : withMetadata(schema);
  resources.set(schema, resource);
  return resource;
}

function declaresMetadata({ properties }: StructuralSchema): boolean {
  const metadata = properties.get("metadata");
  return (
    properties.get("kind")?.type === "string" &&
    properties.get("apiVersion")?.type === "string" &&
    metadata?.type === "object" &&
    metadata.properties.get("name")?.type === "string" &&
    metadata.properties.get("generateName")?.type === "string"
  );
}

function withMetadata(schema: StructuralSchema): StructuralSchema {
  const metadata: StructuralSchema = {
    ...STRING,
    type: "object",
    properties: new Map([
      ["name", STRING],
      ["generateName", STRING],
    ]),
  };
  const properties = new Map(schema.properties)
    .set("kind", STRING)
    .set("apiVersion", STRING)
    .set("metadata", metadata);
  return { ...schema, properties };
}
