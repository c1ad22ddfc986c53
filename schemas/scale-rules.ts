/** The checks of a scale subresource's paths (apiextensions-apiserver pkg/registry/customresource/validator.go). */
import type { ScalePaths } from "./crd.ts";
import { goValue } from "./go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue, numberKind } from "./json.ts";
import { invalid, type Problem } from "./problem.ts";

const INT32_MAX = 2147483647;

/** Faults of the values at the scale paths; a missing value is none. */
export function scaleProblems(object: JsonObject, scale: ScalePaths): Problem[] {
  return [
    ...replicaProblems(object, scale.specReplicasPath),
    ...replicaProblems(object, scale.statusReplicasPath),
    ...(scale.labelSelectorPath === undefined
      ? []
      : selectorProblems(object, scale.labelSelectorPath)),
  ];
}

function replicaProblems(object: JsonObject, path: string): Problem[] {
  const found = find(object, path);
  if (found.kind === "misfit") {
    return [problem(path, 0, found.message)];
  }
  if (found.value === undefined) {
    return [];
  }
  const value = found.value;
  if ((typeof value !== "number" && typeof value !== "bigint") || numberKind(value) !== "int64") {
    return [problem(path, 0, accessorText(path, value, "int64"))];
  }
  if (value < 0) {
    return [problem(path, value, "should be a non-negative integer")];
  }
  return value > INT32_MAX
    ? [problem(path, value, `should be less than or equal to ${INT32_MAX}`)]
    : [];
}

function selectorProblems(object: JsonObject, path: string): Problem[] {
  const found = find(object, path);
  if (found.kind === "misfit") {
    return [problem(path, "", found.message)];
  }
  return found.value === undefined || typeof found.value === "string"
    ? []
    : [problem(path, "", accessorText(path, found.value, "string"))];
}

type Found =
  | { readonly kind: "found"; readonly value: JsonValue | undefined }
  | { readonly kind: "misfit"; readonly message: string };

function find(object: JsonObject, path: string): Found {
  const names = path.replace(/^\./, "").split(".");
  let value: JsonValue | undefined = object;
  for (const [at, name] of names.entries()) {
    if (value === undefined || value === null) {
      return { kind: "found", value: undefined };
    }
    if (!isObject(value)) {
      const parent = names.slice(0, at + 1).join(".");
      return {
        kind: "misfit",
        message: accessorText(`.${parent}`, value, "map[string]interface{}"),
      };
    }
    value = getKey(value, name);
  }
  return { kind: "found", value };
}

/** The text of unstructured's accessors for a value of the wrong type. */
function accessorText(path: string, value: JsonValue, expected: string): string {
  return `${path} accessor error: ${goValue(value)} is of the type ${goTypeOf(value)}, expected ${expected}`;
}

function goTypeOf(value: JsonValue): string {
  if (value === null) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return "[]interface {}";
  }
  if (isObject(value)) {
    return "map[string]interface {}";
  }
  return numberKind(value) ?? (typeof value === "boolean" ? "bool" : "string");
}

function problem(path: string, value: JsonValue, detail: string): Problem {
  const segments = path.replace(/^\./, "").split(".");
  return invalid({ path: segments, field: path }, value, detail);
}
