import { readFileSync } from "node:fs";
import { type CrdVersion, readCrd } from "../../schemas/crd.ts";
import type { JsonObject, JsonValue } from "../../schemas/json.ts";
import { isObject } from "../../schemas/json.ts";
import { readYaml } from "../../schemas/yaml/yaml-stream.ts";

/** The first document of a YAML file of this repository. */
export function readDocument(path: string): JsonObject {
  const read = readYaml(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
  const value: JsonValue = read.kind === "read" ? (read.documents[0]?.value ?? null) : null;
  if (!isObject(value)) {
    throw new Error(`${path} holds no object`);
  }
  return value;
}

/** The versions of a CRD of this repository. */
export function readVersions(path: string): readonly CrdVersion[] {
  return versionsOf(readDocument(path));
}

/** A CRD version with a schema for its spec and nothing else. */
export function crdOf(spec: JsonObject, more: JsonObject = {}): CrdVersion {
  const openAPIV3Schema = { type: "object", properties: { spec }, ...more };
  const [version] = versionsOf({
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      names: { kind: "Thing", plural: "things" },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  if (version === undefined) {
    throw new Error("the CRD has no version");
  }
  return version;
}

/** A Thing with a spec. */
export function thing(spec: JsonValue, name = "x"): JsonObject {
  return { apiVersion: "example.com/v1", kind: "Thing", metadata: { name }, spec };
}

function versionsOf(crd: JsonObject): readonly CrdVersion[] {
  const read = readCrd(crd);
  if (read.kind === "unreadable") {
    throw new Error(read.message);
  }
  return read.versions;
}
