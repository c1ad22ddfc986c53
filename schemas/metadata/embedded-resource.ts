/**
 * What the API server does with values marked `x-kubernetes-embedded-resource`
 * (apiextensions-apiserver pkg/apiserver/schema/objectmeta).
 */
import { schemaOfKey } from "../correlation.ts";
import { FieldPath } from "../field-path.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../json.ts";
import { invalid, type PathSegments, type Problem, required } from "../problem.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { EMBEDDED_NAMES, metaProblems } from "./meta-rules.ts";
import { dns1035Faults } from "./name-rules.ts";
import { readObjectMeta } from "./object-meta.ts";

/** True when a schema has an embedded resource below its root; most have none, and both walks are skipped. */
export function hasEmbeddedResource(schema: StructuralSchema): boolean {
  return (
    [...schema.properties.values()].some(isOrHasEmbedded) ||
    isOrHasEmbedded(schema.items) ||
    isOrHasEmbedded(schema.additionalProperties)
  );
}

function isOrHasEmbedded(schema: StructuralSchema | boolean | undefined): boolean {
  return typeof schema === "object" && (schema.embeddedResource || hasEmbeddedResource(schema));
}

/** Normalises the metadata of embedded resources in place. What cannot be decoded is a problem that the server answers with a 400. */
export function coerceEmbedded(object: JsonObject, schema: StructuralSchema): Problem[] {
  const problems: Problem[] = [];
  walk(object, schema, FieldPath.root(), (resource, path) => {
    problems.push(...coerce(resource, path));
  });
  return problems;
}

/** The paths of what `coerceEmbedded` drops from metadata. */
export function unknownEmbedded(object: JsonObject, schema: StructuralSchema): PathSegments[] {
  const unknown: PathSegments[] = [];
  walk(object, schema, FieldPath.root(), (resource, path) => {
    const metadata = getKey(resource, "metadata");
    const read = metadata === undefined ? undefined : readObjectMeta(metadata);
    if (read?.kind === "read") {
      unknown.push(...read.unknown.map((below) => [...path.where().path, "metadata", ...below]));
    }
  });
  return unknown;
}

/** The faults of embedded resources. They are judged on updates as on creation, without ratcheting. */
export function embeddedProblems(object: JsonObject, schema: StructuralSchema): Problem[] {
  const problems: Problem[] = [];
  walk(object, schema, FieldPath.root(), (resource, path) => {
    problems.push(...resourceProblems(resource, path));
  });
  return problems;
}

type Visit = (resource: JsonObject, path: FieldPath) => void;

function walk(value: JsonValue, schema: StructuralSchema, path: FieldPath, visit: Visit): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) {
      value.forEach((item, at) => {
        walk(item, items, path.index(at), visit);
      });
    }
    return;
  }
  if (!isObject(value)) {
    return;
  }
  if (schema.embeddedResource) {
    visit(value, path);
  }
  for (const key of Object.keys(value)) {
    const child = schemaOfKey(schema, key);
    if (child !== undefined) {
      walk(value[key] ?? null, child, path.member(schema, key), visit);
    }
  }
}

function coerce(resource: JsonObject, path: FieldPath): Problem[] {
  const problems = ["apiVersion", "kind"]
    .filter((key) => Object.hasOwn(resource, key) && typeof resource[key] !== "string")
    .map((key) => invalid(path.child(key).where(), resource[key] ?? null, "must be a string"));
  const metadata = getKey(resource, "metadata");
  if (metadata === undefined) {
    return problems;
  }
  const read = readObjectMeta(metadata);
  if (read.kind === "malformed") {
    return [...problems, invalid(path.child("metadata").where(), metadata, read.message)];
  }
  resource["metadata"] = read.meta;
  return problems;
}

function resourceProblems(resource: JsonObject, path: FieldPath): Problem[] {
  const problems = ["apiVersion", "kind"]
    .filter((key) => !Object.hasOwn(resource, key))
    .map((key) => required(path.child(key).where()));
  const apiVersion = getKey(resource, "apiVersion");
  if (apiVersion !== undefined) {
    const faults = textFaults(apiVersion, apiVersionFaults);
    problems.push(
      ...faults.map((fault) => invalid(path.child("apiVersion").where(), apiVersion, fault)),
    );
  }
  const kind = getKey(resource, "kind");
  if (kind !== undefined) {
    const faults = textFaults(kind, kindFaults);
    problems.push(...faults.map((fault) => invalid(path.child("kind").where(), kind, fault)));
  }
  const metadata = getKey(resource, "metadata");
  if (isObject(metadata)) {
    const named =
      getKey(metadata, "name") === undefined ? { ...metadata, name: "fakename" } : metadata;
    problems.push(...metaProblems(named, path.child("metadata").where(), EMBEDDED_NAMES));
  }
  return problems;
}

function textFaults(value: JsonValue, faults: (text: string) => string[]): string[] {
  if (typeof value !== "string") {
    return ["must be a string"];
  }
  return value === "" ? ["must not be empty"] : faults(value);
}

function apiVersionFaults(text: string): string[] {
  return text.split("/").length > 2 ? [`unexpected GroupVersion string: ${text}`] : [];
}

function kindFaults(text: string): string[] {
  const faults = dns1035Faults(text.toLowerCase());
  return faults.length === 0
    ? []
    : [`may have mixed case, but should otherwise match: ${faults.join(",")}`];
}
