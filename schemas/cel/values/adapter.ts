/**
 * Reads JSON as CEL values by its schema, lazily: UnstructuredToVal of k8s.io/apiserver/pkg/cel/common/valuesunstructured.go.
 * A value that does not fit its schema (possible after ratcheting) reads as an error with the API server's text.
 */
import { FloatLiteral, isObject, type JsonObject, type JsonValue, numberKind } from "../../json.ts";
import { isEqual } from "../../json-equal.ts";
import type { StructuralSchema } from "../../structural-schema.ts";
import { CelDouble, CelError, CelOpaque, type CelValue } from "./cel-value.ts";
import { escapeName, unescapeName } from "./escape.ts";
import { resourceSchema } from "./resource-schema.ts";
import { SchemaList, SchemaListMap, SchemaSet } from "./schema-list.ts";
import { type Adapter, type Field, SchemaMap, SchemaObject, type Shape } from "./schema-map.ts";
import { goTypeName, stringAdapter } from "./string-adapter.ts";

const adapters = new WeakMap<StructuralSchema, Adapter>();

/** The reader of a schema's values; made once per schema. */
export function adapterOf(schema: StructuralSchema): Adapter {
  const known = adapters.get(schema);
  if (known !== undefined) {
    return known;
  }
  const read = nonNullAdapter(schema);
  const adapter: Adapter = (raw) => (raw === null ? readNull(schema) : read(raw));
  adapters.set(schema, adapter);
  return adapter;
}

const unexpectedNull = new CelError("invalid data, got null for schema with nullable=false");

function readNull(schema: StructuralSchema): CelValue {
  return schema.nullable ? null : unexpectedNull;
}

function nonNullAdapter(schema: StructuralSchema): Adapter {
  if (schema.intOrString) {
    return readIntOrString;
  }
  switch (schema.type) {
    case "object":
      return objectAdapter(schema);
    case "array":
      return arrayAdapter(schema);
    case "string":
      return stringAdapter(schema.format);
    case "number":
      return readNumber;
    case "integer":
      return readInteger;
    case "boolean":
      return readBoolean;
    case "":
      return untypedAdapter(schema);
  }
}

function readIntOrString(raw: JsonValue): CelValue {
  if (typeof raw === "string") {
    return raw;
  }
  return numberKind(raw) === "int64"
    ? toIntValue(raw)
    : new CelError("invalid data, expected XIntOrString value to be either a string or integer");
}

function toIntValue(raw: JsonValue): CelValue {
  if (typeof raw === "bigint") {
    return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw;
  }
  // plain JSON.parse output may hold an integer beyond 2^53
  return typeof raw === "number" && !Number.isSafeInteger(raw) ? BigInt(raw) : Number(raw);
}

function readInteger(raw: JsonValue): CelValue {
  return numberKind(raw) === "int64"
    ? toIntValue(raw)
    : new CelError(`invalid data, expected int, got ${goTypeName(raw)}`);
}

function readNumber(raw: JsonValue): CelValue {
  if (raw instanceof FloatLiteral) {
    return new CelDouble(raw.value);
  }
  return typeof raw === "number" || typeof raw === "bigint"
    ? new CelDouble(Number(raw))
    : new CelError(`invalid data, expected float, got ${goTypeName(raw)}`);
}

function readBoolean(raw: JsonValue): CelValue {
  return typeof raw === "boolean"
    ? raw
    : new CelError(`invalid data, expected bool, got ${goTypeName(raw)}`);
}

function objectAdapter(schema: StructuralSchema): Adapter {
  const read = mappingAdapter(schema);
  return (raw) =>
    isObject(raw)
      ? read(raw)
      : new CelError("invalid data, expected a map for the provided schema with type=object");
}

type ObjectReader = (raw: JsonObject) => CelValue;

function mappingAdapter(schema: StructuralSchema): ObjectReader {
  const values = schema.additionalProperties;
  if (!schema.embeddedResource && schema.properties.size === 0 && typeof values === "object") {
    return mapAdapter(values);
  }
  const shape = shapeOf(schema.embeddedResource ? resourceSchema(schema) : schema);
  return schema.embeddedResource || schema.properties.size > 0
    ? (raw) => new SchemaObject(raw, shape)
    : shapelessObject;
}

function mapAdapter(values: StructuralSchema): ObjectReader {
  let adapt: Adapter | undefined;
  return (raw) => {
    adapt ??= adapterOf(values);
    return new SchemaMap(raw, adapt);
  };
}

const NO_FIELDS: Shape = {
  byName: () => undefined,
  byKey: () => undefined,
  escaped: (key) => key,
};

function shapelessObject(raw: JsonObject): CelValue {
  return new SchemaObject(raw, NO_FIELDS);
}

function shapeOf(schema: StructuralSchema): Shape {
  const fields = new Map<string, Field>();
  const byKey = (key: string): Field | undefined => {
    const known = fields.get(key);
    const property = known === undefined ? schema.properties.get(key) : undefined;
    if (property === undefined) {
      return known;
    }
    const field = { key, adapt: adapterOf(property) };
    fields.set(key, field);
    return field;
  };
  const byName = (escaped: string): Field | undefined => {
    const key = escaped.includes("__") ? unescapeName(escaped) : escaped;
    return key === undefined ? undefined : byKey(key);
  };
  return { byName, byKey, escaped: (key) => escapeName(key) ?? key };
}

function arrayAdapter(schema: StructuralSchema): Adapter {
  const { items } = schema;
  if (items === undefined) {
    return (raw) =>
      Array.isArray(raw)
        ? new CelError("invalid array type, expected Items with a non-empty Schema")
        : notAnArray;
  }
  let adapt: Adapter | undefined;
  const keyNames = schema.listMapKeys.map((key) => escapeName(key) ?? key);
  return (raw) => {
    adapt ??= adapterOf(items);
    return Array.isArray(raw) ? listOf(schema.listType, raw, adapt, keyNames) : notAnArray;
  };
}

const notAnArray = new CelError(
  "invalid data, expected an array for the provided schema with type=array",
);

function listOf(
  listType: StructuralSchema["listType"],
  raw: readonly JsonValue[],
  adapt: Adapter,
  keyNames: readonly string[],
): CelValue {
  if (listType === "map") {
    return new SchemaListMap(raw, adapt, keyNames);
  }
  return listType === "set" ? new SchemaSet(raw, adapt) : new SchemaList(raw, adapt);
}

function untypedAdapter(schema: StructuralSchema): Adapter {
  if (schema.preserveUnknownFields) {
    return (raw) => new UnknownValue(raw);
  }
  const error = new CelError(
    "invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ",
  );
  return () => error;
}

/** A value under x-kubernetes-preserve-unknown-fields without a type: it can only be compared. */
class UnknownValue extends CelOpaque {
  readonly typeName = "unknown";
  readonly goType = "*common.unknownPreserved";
  readonly #raw: JsonValue;

  constructor(raw: JsonValue) {
    super();
    this.#raw = raw;
  }

  equal(other: CelValue): CelValue {
    return other instanceof UnknownValue && isEqual(this.#raw, other.#raw);
  }
}
