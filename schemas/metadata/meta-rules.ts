/** The rules of metadata (k8s.io/apimachinery/pkg/api/validation/objectmeta.go), for resources and embedded ones. */
import { goJson } from "../go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../json.ts";
import { invalid, invalidText, type Problem, required, tooLong, type Where } from "../problem.ts";
import {
  generatedNameFaults,
  labelFaults,
  labelValueFaults,
  pathSegmentFaults,
  qualifiedNameFaults,
  subdomainFaults,
} from "./name-rules.ts";

/** How the names of an object are judged. */
export interface NameRules {
  readonly name: (text: string) => string[];
  readonly generateName: (text: string) => string[];
}

/** Names of custom resources. */
export const RESOURCE_NAMES: NameRules = {
  name: (text) => subdomainFaults(text),
  generateName: generatedNameFaults,
};
/** Names of embedded resources. */
export const EMBEDDED_NAMES: NameRules = {
  name: pathSegmentFaults,
  generateName: (text) =>
    pathSegmentFaults(text).filter((fault) => !fault.startsWith("may not be")),
};

const MAX_ANNOTATIONS_BYTES = 256 * 1024;
const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/** Faults of normalised metadata at creation. The namespace is judged only where one is given. */
export function metaProblems(meta: JsonObject, at: Where, names: NameRules): Problem[] {
  const problems: Problem[] = [];
  const generateName = textAt(meta, "generateName");
  const name = textAt(meta, "name");
  if (generateName !== "") {
    problems.push(...invalids(below(at, "generateName"), generateName, names.generateName));
  }
  if (name !== "") {
    problems.push(...invalids(below(at, "name"), name, names.name));
  } else if (generateName === "") {
    problems.push(required(below(at, "name"), "name or generateName is required"));
  }
  const namespace = textAt(meta, "namespace");
  if (namespace !== "") {
    problems.push(...invalids(below(at, "namespace"), namespace, labelFaults));
  }
  return [...problems, ...commonProblems(meta, at), ...finalizerProblems(meta, at)];
}

/** Faults of what create and update judge alike: labels, annotations, owners. */
export function commonProblems(meta: JsonObject, at: Where): Problem[] {
  return [
    ...labelProblems(meta, below(at, "labels")),
    ...annotationProblems(meta, below(at, "annotations")),
    ...ownerProblems(meta, below(at, "ownerReferences")),
  ];
}

function labelProblems(meta: JsonObject, at: Where): Problem[] {
  return textEntries(meta, "labels").flatMap(([key, value]) => [
    ...invalids(at, key, qualifiedNameFaults),
    ...invalids(at, value, labelValueFaults),
  ]);
}

function annotationProblems(meta: JsonObject, at: Where): Problem[] {
  const entries = textEntries(meta, "annotations");
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return [
    ...entries.flatMap(([key]) =>
      invalids(at, key, (text) => qualifiedNameFaults(text.toLowerCase())),
    ),
    ...(bytes > MAX_ANNOTATIONS_BYTES ? [tooLong(at, MAX_ANNOTATIONS_BYTES)] : []),
  ];
}

function ownerProblems(meta: JsonObject, at: Where): Problem[] {
  const owners = listAt(meta, "ownerReferences").filter(isObject);
  const controllers = owners.filter((owner) => getKey(owner, "controller") === true);
  const names = controllers.map((owner) => `${textAt(owner, "kind")}/${textAt(owner, "name")}`);
  return [
    ...owners.flatMap((owner, index) => ownerFieldProblems(owner, belowIndex(at, index))),
    ...names
      .slice(1)
      .map((name) =>
        invalidText(
          at,
          `[${owners.map(structText).join(",")}]`,
          `Only one reference can have Controller set to true. Found "true" in references for ${names[0]} and ${name}`,
        ),
      ),
  ];
}

/** A Go struct as JSON: its fields in their own order, which is that of the normalised object. */
function structText(struct: JsonObject): string {
  const fields = Object.keys(struct).map((key) => `${goJson(key)}:${goJson(struct[key] ?? null)}`);
  return `{${fields.join(",")}}`;
}

const GROUP_VERSION = /^(?:[^/]+\/)?[^/]+$/;

function ownerFieldProblems(owner: JsonObject, at: Where): Problem[] {
  const apiVersion = textAt(owner, "apiVersion");
  const problems = ["apiVersion", "kind", "name", "uid"]
    .filter((field) => textAt(owner, field) === "")
    .map((field) => required(below(at, field), "must not be empty"));
  if (apiVersion !== "" && !GROUP_VERSION.test(apiVersion)) {
    problems.push(
      invalid(below(at, "apiVersion"), apiVersion, "must be <group>/<version> or <version>"),
    );
  }
  if (apiVersion === "v1" && textAt(owner, "kind") === "Event") {
    problems.push(
      invalidText(at, structText(owner), "/v1, Kind=Event is disallowed from being an owner"),
    );
  }
  return problems;
}

function finalizerProblems(meta: JsonObject, at: Where): Problem[] {
  const where = below(at, "finalizers");
  const finalizers = listAt(meta, "finalizers").filter((one) => typeof one === "string");
  const isBoth = finalizers.includes(FOREGROUND) && finalizers.includes(ORPHAN);
  return [
    ...finalizers.flatMap((one) => invalids(where, one, qualifiedNameFaults)),
    ...(isBoth
      ? [invalid(where, finalizers, `finalizer ${FOREGROUND} and ${ORPHAN} cannot be both set`)]
      : []),
  ];
}

function invalids(at: Where, text: string, faults: (text: string) => string[]): Problem[] {
  return faults(text).map((fault) => invalid(at, text, fault));
}

/** The place of a field under another. */
export function below(at: Where, field: string): Where {
  return {
    path: [...at.path, field],
    field: at.path.length === 0 ? field : `${at.field}.${field}`,
  };
}

/** The place of an item of a list. */
function belowIndex(at: Where, index: number): Where {
  return { path: [...at.path, index], field: `${at.field}[${index}]` };
}

function textAt(object: JsonObject, key: string): string {
  const value = getKey(object, key);
  return typeof value === "string" ? value : "";
}

function listAt(object: JsonObject, key: string): readonly JsonValue[] {
  const value = getKey(object, key);
  return Array.isArray(value) ? value : [];
}

function textEntries(object: JsonObject, key: string): [string, string][] {
  const map = getKey(object, key);
  return isObject(map) ? Object.keys(map).map((name) => [name, textAt(map, name)]) : [];
}
