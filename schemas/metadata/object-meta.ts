/**
 * Metadata as the API server stores it: read into metav1.ObjectMeta and written back, which drops unknown fields and
 * empty ones, turns null into the zero value and refuses wrong types with a 400.
 */
import {
  FloatLiteral,
  getKey,
  isObject,
  type JsonObject,
  type JsonValue,
  numberKind,
  setKey,
} from "../json.ts";

/** Normalised metadata, or why the API server could not decode it. */
export type ReadMeta =
  | {
      readonly kind: "read";
      readonly meta: JsonObject;
      readonly unknown: readonly (readonly (string | number)[])[];
    }
  | { readonly kind: "malformed"; readonly message: string };

/** A value of the wrong type; the text is the decoder's. */
class MetaError extends Error {
  override name = "MetaError" as const;
}

type Reader = (value: JsonValue, field: string) => JsonValue | undefined;

const TEXT_MAP: Reader = (value, field) => {
  const map = objectOf(value, field);
  const texts: JsonObject = {};
  for (const key of Object.keys(map)) {
    setKey(texts, key, text(map[key] ?? null, field) ?? "");
  }
  return Object.keys(texts).length === 0 ? undefined : texts;
};

const OWNER_FIELDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["apiVersion", (value, field) => text(value, field) ?? ""],
  ["kind", (value, field) => text(value, field) ?? ""],
  ["name", (value, field) => text(value, field) ?? ""],
  ["uid", (value, field) => text(value, field) ?? ""],
  ["controller", flag],
  ["blockOwnerDeletion", flag],
]);
const REQUIRED_OWNER_FIELDS = ["apiVersion", "kind", "name", "uid"];

/** metav1.ObjectMeta; managedFields belong to the server and are left out. */
const FIELDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["name", text],
  ["generateName", text],
  ["namespace", text],
  ["selfLink", text],
  ["uid", text],
  ["resourceVersion", text],
  ["generation", (value, field) => integer(value, field) || undefined],
  ["creationTimestamp", time],
  ["deletionTimestamp", time],
  ["deletionGracePeriodSeconds", integer],
  ["labels", TEXT_MAP],
  ["annotations", TEXT_MAP],
  ["ownerReferences", ownerReferences],
  ["finalizers", textList],
  ["managedFields", managedFields],
]);

/** Reads the value of a `metadata` key. `unknown` holds the paths, below metadata, of what was dropped. */
export function readObjectMeta(value: JsonValue): ReadMeta {
  try {
    const fields = objectOf(value, "metadata");
    const meta: JsonObject = {};
    const unknown: (string | number)[][] = [];
    for (const key of Object.keys(fields)) {
      const reader = FIELDS.get(key);
      const content = fields[key] ?? null;
      const read = reader?.(content, `ObjectMeta.${key}`);
      if (read !== undefined) {
        meta[key] = read;
      }
      unknown.push(...(reader === undefined ? [[key]] : unknownOwnerFields(key, content)));
    }
    return { kind: "read", meta, unknown };
  } catch (error) {
    if (error instanceof MetaError) {
      return { kind: "malformed", message: error.message };
    }
    throw error;
  }
}

function unknownOwnerFields(key: string, value: JsonValue): (string | number)[][] {
  if (key !== "ownerReferences" || !Array.isArray(value)) {
    return [];
  }
  return value.flatMap((owner, at) =>
    (isObject(owner) ? Object.keys(owner) : [])
      .filter((field) => !OWNER_FIELDS.has(field))
      .map((field) => [key, at, field]),
  );
}

function ownerReferences(value: JsonValue, field: string): JsonValue | undefined {
  const owners = listOf(value, field).map((owner) => {
    const fields = objectOf(owner, field);
    const read: JsonObject = {};
    for (const [key, reader] of OWNER_FIELDS) {
      const content = reader(getKey(fields, key) ?? null, `${field}.${key}`);
      if (content !== undefined && (content !== "" || REQUIRED_OWNER_FIELDS.includes(key))) {
        read[key] = content;
      }
    }
    return read;
  });
  return owners.length === 0 ? undefined : owners;
}

function textList(value: JsonValue, field: string): JsonValue | undefined {
  const texts = listOf(value, field).map((item) => text(item, field) ?? "");
  return texts.length === 0 ? undefined : texts;
}

function managedFields(value: JsonValue, field: string): JsonValue | undefined {
  for (const entry of listOf(value, field)) {
    objectOf(entry, field);
  }
  return undefined;
}

function text(value: JsonValue, field: string): string | undefined {
  if (value !== null && typeof value !== "string") {
    throw mismatch(value, field, "string");
  }
  return value || undefined;
}

function flag(value: JsonValue, field: string): boolean | undefined {
  if (value !== null && typeof value !== "boolean") {
    throw mismatch(value, field, "bool");
  }
  return value ?? undefined;
}

function integer(value: JsonValue, field: string): number | bigint | undefined {
  if (value === null) {
    return undefined;
  }
  const number = value instanceof FloatLiteral ? value.value : value;
  if (
    (typeof number !== "number" && typeof number !== "bigint") ||
    numberKind(number) !== "int64"
  ) {
    throw mismatch(value, field, "int64");
  }
  return number;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function time(value: JsonValue, field: string): string | undefined {
  const written = text(value, field);
  if (written === undefined) {
    if (value === "") {
      throw new MetaError('parsing time "\\"\\"" as "2006-01-02T15:04:05Z07:00": cannot parse');
    }
    return undefined;
  }
  const instant = TIME.test(written) ? Date.parse(written.replace(",", ".")) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new MetaError(`parsing time ${JSON.stringify(written)}: cannot parse as RFC 3339`);
  }
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

function objectOf(value: JsonValue, field: string): JsonObject {
  if (value === null) {
    return {};
  }
  if (!isObject(value)) {
    throw mismatch(value, field, "object");
  }
  return value;
}

function listOf(value: JsonValue, field: string): readonly JsonValue[] {
  if (value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw mismatch(value, field, "array");
  }
  return value;
}

function mismatch(value: JsonValue, field: string, expected: string): MetaError {
  const actual = Array.isArray(value) ? "array" : isObject(value) ? "object" : typeof value;
  const name = actual === "bigint" ? "number" : actual;
  return new MetaError(
    `json: cannot unmarshal ${name} into Go struct field ${field} of type ${expected}`,
  );
}
