import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { CONVERSION_DATA } from "../../../src/domain/conversion/conversion-data.ts";
import type { FieldPath } from "../../../src/domain/field-path.ts";
import { isRecord, type JsonRecord, valueAt } from "../../../src/domain/json-object.ts";
import { prismClusterConverter as converter } from "../../../src/domain/prism-cluster/convert.ts";

export const HUB = "prism.io/v1alpha2";
export const OLDER = "prism.io/v1alpha1";
export const production: JsonRecord = parse(
  readFileSync("deploy/samples/prism-production.v1alpha2.yaml", "utf8"),
);
export const local: JsonRecord = parse(
  readFileSync("deploy/samples/prism-local.v1alpha1.yaml", "utf8"),
);

export function to(version: string, object: JsonRecord): JsonRecord {
  const conversion = converter.convert(object, version);
  assert.equal(conversion.kind, "converted");
  return conversion.object;
}

export function object(version: string, spec: unknown): JsonRecord {
  return { apiVersion: version, kind: "PrismCluster", metadata: { name: "a" }, spec };
}

/** A copy with one value set, or removed. */
export function edited(root: JsonRecord, path: FieldPath, value?: unknown): JsonRecord {
  const copy = structuredClone(root);
  const parent = valueAt(copy, path.slice(0, -1));
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent))
    parent.splice(Number(last), 1, ...(value === undefined ? [] : [value]));
  else if (isRecord(parent) && value !== undefined) parent[last] = value;
  else if (isRecord(parent)) delete parent[last];
  return copy;
}

export function annotationOf(converted: JsonRecord): unknown {
  return valueAt(converted, ["metadata", "annotations", CONVERSION_DATA]);
}
