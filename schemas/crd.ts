/** What the engine knows of one CustomResourceDefinition (apiextensions.k8s.io/v1), read from its JSON. */
import { getKey, isObject, type JsonObject, type JsonValue } from "./json.ts";
import { readSchema } from "./schema-reader.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** The scale subresource; paths as the CRD spells them (`.spec.replicas`). */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** One served version of a CRD with all that validation needs. */
export interface CrdVersion {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly version: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly storage: boolean;
  readonly schema: StructuralSchema;
  /** The schema as the CRD has it, for what is generated from it. */
  readonly source: JsonObject;
  readonly hasStatus: boolean;
  readonly scale?: ScalePaths;
  /** spec.preserveUnknownFields: nothing is pruned. */
  readonly preserveUnknownFields: boolean;
}

/** What came of one document that should be a CRD. Versions that are not served are left out, as they answer no request. */
export type ReadCrd =
  | { readonly kind: "read"; readonly name: string; readonly versions: readonly CrdVersion[] }
  | { readonly kind: "unreadable"; readonly message: string };

/** True for a document that claims to be a CustomResourceDefinition. */
export function isCrd(json: JsonValue): json is JsonObject {
  return isObject(json) && getKey(json, "kind") === "CustomResourceDefinition";
}

/** Reads a CRD. The message names the version and the place of the first fault. */
export function readCrd(json: JsonValue): ReadCrd {
  const spec = isCrd(json) ? objectAt(json, "spec") : undefined;
  if (!isCrd(json) || spec === undefined) {
    return { kind: "unreadable", message: "is not a CustomResourceDefinition" };
  }
  const name = textAt(objectAt(json, "metadata"), "name");
  const versions: CrdVersion[] = [];
  const served = listAt(spec, "versions")
    .filter(isObject)
    .filter((version) => getKey(version, "served") !== false);
  for (const version of served) {
    const read = readVersion(spec, version);
    if (read.kind === "unreadable") {
      return {
        kind: "unreadable",
        message: `${name} ${textAt(version, "name")}: ${read.message}`,
      };
    }
    versions.push(read.version);
  }
  return versions.length === 0
    ? { kind: "unreadable", message: `${name}: has no served version` }
    : { kind: "read", name, versions };
}

function readVersion(
  spec: JsonObject,
  version: JsonObject,
):
  | { readonly kind: "read"; readonly version: CrdVersion }
  | { readonly kind: "unreadable"; readonly message: string } {
  const source = objectAt(objectAt(version, "schema"), "openAPIV3Schema");
  if (source === undefined) {
    return { kind: "unreadable", message: "schema.openAPIV3Schema is required" };
  }
  const read = readSchema(source);
  if (read.kind === "unreadable") {
    return read;
  }
  const names = objectAt(spec, "names");
  const subresources = objectAt(version, "subresources");
  return {
    kind: "read",
    version: {
      group: textAt(spec, "group"),
      kind: textAt(names, "kind"),
      plural: textAt(names, "plural"),
      version: textAt(version, "name"),
      scope: textAt(spec, "scope") === "Cluster" ? "Cluster" : "Namespaced",
      storage: getKey(version, "storage") === true,
      schema: read.schema,
      source,
      hasStatus: objectAt(subresources, "status") !== undefined,
      ...readScale(objectAt(subresources, "scale")),
      preserveUnknownFields: getKey(spec, "preserveUnknownFields") === true,
    },
  };
}

function readScale(scale: JsonObject | undefined) {
  if (scale === undefined) {
    return {};
  }
  const labelSelectorPath = textAt(scale, "labelSelectorPath");
  return {
    scale: {
      specReplicasPath: textAt(scale, "specReplicasPath"),
      statusReplicasPath: textAt(scale, "statusReplicasPath"),
      ...(labelSelectorPath === "" ? {} : { labelSelectorPath }),
    },
  };
}

function objectAt(json: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = json === undefined ? undefined : getKey(json, key);
  return isObject(value) ? value : undefined;
}

function textAt(json: JsonObject | undefined, key: string): string {
  const value = json === undefined ? undefined : getKey(json, key);
  return typeof value === "string" ? value : "";
}

function listAt(json: JsonObject, key: string): readonly JsonValue[] {
  const value = getKey(json, key);
  return Array.isArray(value) ? value : [];
}
