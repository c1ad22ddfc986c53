/** Random PrismClusters that admission accepts, in either version, and random changes of them that it accepts too. */
import { isDeepStrictEqual } from "node:util";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { type Schema, schemaOf } from "../../domain/prism-cluster/crd.ts";
import { verdictOn } from "../../domain/prism-cluster/judged.ts";
import type { Random } from "../random.ts";

export const VERSIONS = ["v1alpha1", "v1alpha2"] as const;
export type Version = (typeof VERSIONS)[number];
type Path = readonly (string | number)[];

const SPECS = new Map(
  VERSIONS.map((version) => [version, schemaOf(version).properties?.["spec"] ?? {}]),
);

/** The schema of the spec of a version. */
export function specSchema(version: Version): Schema {
  return SPECS.get(version) ?? {};
}

const BACKENDS = ["redis", "nats", "kafka", "minio", "postgres", "cache-1", "cache-2"];
/** Where conversion has most to do. */
const ALWAYS: ReadonlySet<string> = new Set(["backends", "patterns"]);
const LABELS = ["a", "team.io/a", "sessions", "redis"];
/** Each is what some field's pattern asks for. */
const TEXTS = [
  ...["redis", "nats", "keyvalue", "consumer", "a", "sessions", "1Gi", "2Gi", "500m", "250Mi"],
  ...[
    "7.4-alpine",
    "3.7",
    "15s",
    "1m",
    "10%",
    "prism.example.com",
    "*.example.com",
    "https://a.example.com",
  ],
  ...["registry.example.com/a:1", "/metrics", "TCP", "A_B", "RollingUpdate", "0", "é 😀"],
];
const MAX_ROUNDS = 20;
const MAX_ATTEMPTS = 60;

/** A valid object of a version, with this name. */
export function validObject(version: Version, name: string, random: Random): JsonRecord {
  const spec = specSchema(version);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const object = {
      apiVersion: `prism.io/${version}`,
      kind: "PrismCluster",
      metadata: { name, namespace: "fuzz" },
      spec: madeOf(spec, random),
    };
    if (isRepaired(object)) return object;
  }
  throw new Error("no valid object was made");
}

/** A change of a stored object that is accepted, made of parts of another one; undefined where none was found. */
export function changeOf(object: JsonRecord, random: Random): JsonRecord | undefined {
  const version = versionOf(object);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const changed = structuredClone(object);
    const other = validObject(version, "other", random);
    for (let left = 1 + random.below(3); left > 0; left--) changePlace(changed, other, random);
    const isSame = isDeepStrictEqual(changed["spec"], object["spec"]);
    if (!isSame && verdictOn(changed, object).problems.length === 0) return changed;
  }
  return undefined;
}

export function versionOf(object: JsonRecord): Version {
  return object["apiVersion"] === "prism.io/v1alpha1" ? "v1alpha1" : "v1alpha2";
}

/** Replaces, adds or removes one part of the spec. */
function changePlace(object: JsonRecord, other: JsonRecord, random: Random): void {
  const isRemoval = random.once(5);
  const path = random.pick(placesIn((isRemoval ? object : other)["spec"], ["spec"]));
  const parent = at(object, path.slice(0, -1));
  const key = path.at(-1) ?? "";
  if (Array.isArray(parent)) {
    const value = at(other, path);
    if (isRemoval) parent.splice(Number(key), 1);
    else parent[Math.min(Number(key), parent.length)] = value;
  } else if (isRecord(parent)) {
    if (isRemoval) delete parent[key];
    else parent[key] = at(other, path);
  }
}

function placesIn(value: unknown, path: Path): readonly Path[] {
  if (Array.isArray(value))
    return [path, ...value.flatMap((one, i) => placesIn(one, [...path, i]))];
  if (!isRecord(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))];
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined,
    root,
  );
}

/** Takes out what is refused, until nothing is. */
function isRepaired(object: JsonRecord): boolean {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { problems } = verdictOn(object);
    if (problems.length === 0) return true;
    const paths = problems.map(({ path, reason }) =>
      reason === "FieldValueRequired" ? path.slice(0, -1) : path,
    );
    // The last of a list first, since a removal moves the items behind it.
    const removed = [...new Map(paths.map((path) => [path.join("/"), path])).values()]
      .toSorted((a, b) => b.length - a.length || Number(b.at(-1)) - Number(a.at(-1)) || 0)
      .filter((path) => remove(object, path));
    if (removed.length === 0) return false;
  }
  return false;
}

/** A place that this version does not have is looked for as far as it goes; false where nothing below the spec is to be removed. */
function remove(object: JsonRecord, path: Path): boolean {
  for (let length = path.length; length > 1; length--) {
    const parent = at(object, path.slice(0, length - 1));
    const key = path[length - 1] ?? "";
    if (Array.isArray(parent) && Number(key) < parent.length) {
      parent.splice(Number(key), 1);
      return true;
    }
    if (isRecord(parent) && Object.hasOwn(parent, key)) return delete parent[key];
  }
  return false;
}

function madeOf(schema: Schema, random: Random): unknown {
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema["x-kubernetes-int-or-string"] === true) {
    return random.once(2) ? numberOf(schema, random) : textOf(schema, random);
  }
  switch (schema.type ?? "string") {
    case "object":
      return recordOf(schema, random);
    case "array":
      return listOf(schema, random);
    case "boolean":
      return random.once(2);
    case "integer":
      return numberOf(schema, random);
    default:
      return textOf(schema, random);
  }
}

function recordOf(schema: Schema, random: Random): JsonRecord {
  const isFull = random.once(6);
  const fields = Object.entries(schema.properties ?? {})
    .filter(
      ([key]) =>
        ALWAYS.has(key) || schema.required?.includes(key) === true || isFull || random.once(3),
    )
    .map(([key, below]): [string, unknown] => [key, madeOf(below, random)]);
  const { additionalProperties } = schema;
  const entries = additionalProperties === undefined ? [] : entriesOf(additionalProperties, random);
  return Object.fromEntries([...fields, ...entries]);
}

function entriesOf(values: Schema, random: Random): readonly (readonly [string, unknown])[] {
  const isBackends = values.properties?.["type"] !== undefined;
  return Array.from({ length: random.below(4) }, () => {
    const key = random.pick(isBackends ? BACKENDS : LABELS);
    const value = madeOf(values, random);
    return [key, isBackends && isRecord(value) ? withType(key, value, values, random) : value];
  });
}

/** A backend of a wrong type would take all of them away, since a rule of the whole map refuses it. */
function withType(name: string, backend: JsonRecord, schema: Schema, random: Random): JsonRecord {
  const types = schema.properties?.["type"]?.enum ?? [];
  return { ...backend, type: types.includes(name) ? name : random.pick(types) };
}

function listOf(schema: Schema, random: Random): readonly unknown[] {
  const items = Array.from({ length: random.below(4) }, () => madeOf(schema.items ?? {}, random));
  const keys = schema["x-kubernetes-list-map-keys"];
  const identity = (item: unknown): string =>
    JSON.stringify(Array.isArray(keys) ? keys.map((key) => at(item, [String(key)])) : item);
  if (schema["x-kubernetes-list-type"] === "atomic") return items;
  return [...new Map(items.map((item) => [identity(item), item])).values()];
}

function numberOf({ minimum, maximum }: Schema, random: Random): number {
  const least = typeof minimum === "number" ? minimum : 0;
  const most = typeof maximum === "number" ? maximum : Number.MAX_SAFE_INTEGER;
  return random.once(12) ? most : Math.min(most, least + random.below(6));
}

function textOf({ pattern, maxLength }: Schema, random: Random): string {
  const limit = typeof maxLength === "number" ? maxLength : Number.MAX_SAFE_INTEGER;
  const fits = TEXTS.filter(
    (text) => text.length <= limit && (pattern === undefined || new RegExp(pattern).test(text)),
  );
  return fits.length > 0 ? random.pick(fits) : "a";
}
