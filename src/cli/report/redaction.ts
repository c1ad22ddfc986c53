/**
 * Takes values out of a world before it leaves the machine. What may hold a secret is known by kind and field, not
 * guessed from names: free text that a person can set is taken out, what Kubernetes or the operator wrote stays.
 */
import { isRecord, valueAt } from "../../domain/json-object.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { World } from "../cluster/world.ts";

/** Stands where a value was. */
const REDACTED = "(redacted)";

/** Fields of a container, wherever containers stand, that hold free text. */
const CONTAINER_TEXT = new Set(["args", "command"]);
/** Fields of prism.io specs (crds/) whose values are the user's own free text, by the name of the field. */
const PRISM_FREE_MAPS = new Set(["config", "metadata"]);
/** Annotations that carry a copy of the whole object. */
const COPIES = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);
/** Kinds whose `data` is the user's or a secret. */
const DATA_KINDS = new Set(["Secret", "ConfigMap"]);
/** RFC 3986 user information, and PEM keys: nowhere, in no text. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi;
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** The world without values that may be secrets. */
export function redacted(world: World): World {
  return {
    ...world,
    objects: world.objects.map(redactedObject),
    dryRuns: world.dryRuns.map(({ subject, code, message }) => ({
      subject,
      code,
      message: scrubbed(message),
    })),
    logs: world.logs.map((log) => ({ ...log, text: scrubbed(log.text) })),
    gaps: world.gaps.map((gap) => ({ ...gap, message: scrubbed(gap.message) })),
  };
}

/** One object without values that may be secrets. */
function redactedObject(object: KubeObject): KubeObject {
  const { data, stringData, binaryData, metadata, ...rest } = object;
  const maps = { data, stringData, binaryData };
  const kept = DATA_KINDS.has(object.kind)
    ? Object.fromEntries(
        Object.entries(maps).flatMap(([key, value]) =>
          isRecord(value) ? [[key, keysOnly(value)]] : [],
        ),
      )
    : {};
  const isOwnOperator = metadata.labels?.["app.kubernetes.io/name"] === "prism-operator";
  const context = { isPrism: object.apiVersion.startsWith("prism.io/"), isOwnOperator };
  const body = walk(rest, [], context);
  return {
    ...object,
    ...(isRecord(body) ? body : {}),
    ...clearedData(object),
    ...kept,
    metadata: bareMetadata(metadata),
  };
}

/** A spread cannot take a field away. */
function clearedData(object: KubeObject): Readonly<Record<string, undefined>> {
  const fields = ["data", "stringData", "binaryData"].filter((field) =>
    Object.hasOwn(object, field),
  );
  return Object.fromEntries(fields.map((field) => [field, undefined]));
}

function keysOnly(map: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(map).map((key) => [key, REDACTED]));
}

function bareMetadata(metadata: KubeObject["metadata"]): KubeObject["metadata"] {
  const { managedFields: _, ...rest } = metadata as typeof metadata & { managedFields?: unknown };
  if (rest.annotations === undefined) return rest;
  const annotations = Object.entries(rest.annotations)
    .filter(([key]) => !COPIES.has(key))
    .map(([key, value]) => [key, isKnownAnnotation(key) ? scrubbed(value) : REDACTED]);
  return { ...rest, annotations: Object.fromEntries(annotations) };
}

/** Annotations of Kubernetes, of this operator and of the tools that own objects; others are a person's free text. */
function isKnownAnnotation(key: string): boolean {
  return /^([a-z0-9.-]+\.)?(kubernetes\.io|k8s\.io|prism\.io|helm\.sh|argoproj\.io|fluxcd\.io)\//.test(
    key,
  );
}

interface Context {
  readonly isPrism: boolean;
  readonly isOwnOperator: boolean;
}

type Path = readonly string[];

function walk(value: unknown, path: Path, context: Context): unknown {
  if (typeof value === "string") return isFreeText(path, context) ? REDACTED : scrubbed(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, path, context));
  if (!isRecord(value)) return value;
  const isVariable = path.at(-1) === "env" && typeof valueAt(value, ["value"]) === "string";
  const entries = Object.entries(value).map(([key, inner]) => {
    if (isVariable && key === "value") return [key, REDACTED];
    return [key, walk(inner, [...path, key], context)];
  });
  return Object.fromEntries(entries);
}

/** Free text that a person sets, by where it stands. */
function isFreeText(path: Path, { isPrism, isOwnOperator }: Context): boolean {
  const field = path.at(-1) ?? "";
  // The operator's own options hold no secrets, and say how it was set up.
  if (CONTAINER_TEXT.has(field)) return !isOwnOperator;
  if (path.includes("httpHeaders")) return true;
  if (!isPrism || path[0] !== "spec") return false;
  const parent = path.at(-2) ?? "";
  return PRISM_FREE_MAPS.has(parent) || parent === "annotations";
}

/** A text without what is a secret wherever it stands. */
function scrubbed(text: string): string {
  return text.replaceAll(USER_INFO, `$1${REDACTED}@`).replaceAll(PRIVATE_KEY, REDACTED);
}
