import type { JSONSchema } from "json-schema-to-typescript";

const STRINGS = { type: "object", additionalProperties: { type: "string" } } as const;

const OBJECT_META: JSONSchema = {
  type: "object",
  description: "The part of meta/v1 ObjectMeta that the operator reads. Times are RFC 3339.",
  required: ["name"],
  properties: {
    name: { type: "string" },
    namespace: { type: "string" },
    uid: { type: "string" },
    resourceVersion: { type: "string" },
    generation: { type: "integer" },
    creationTimestamp: { type: "string" },
    deletionTimestamp: { type: "string" },
    labels: STRINGS,
    annotations: STRINGS,
    finalizers: { type: "array", items: { type: "string" } },
    ownerReferences: { type: "array", items: { $ref: "#/definitions/OwnerReference" } },
  },
};

/** meta/v1 OwnerReference. */
const OWNER_REFERENCE: JSONSchema = {
  type: "object",
  description: "An object that this one belongs to (meta/v1 OwnerReference).",
  required: ["apiVersion", "kind", "name", "uid"],
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    name: { type: "string" },
    uid: { type: "string" },
    controller: { type: "boolean" },
    blockOwnerDeletion: { type: "boolean" },
  },
};

/** Definitions for `metadata`, which a CRD does not describe. */
export const METADATA_SCHEMAS: Readonly<Record<string, JSONSchema>> = {
  ObjectMeta: OBJECT_META,
  OwnerReference: OWNER_REFERENCE,
};
