/** Maps and objects of the API as lazy views of their JSON: unstructuredMap of k8s.io/apiserver/pkg/cel/common. */
import { getKey, isObject, type JsonObject, type JsonValue } from "../../json.ts";
import { isEqual } from "../../json-equal.ts";
import { CelError, CelMap, type CelValue, NO_SUCH_OVERLOAD } from "./cel-value.ts";
import { valueEqual } from "./equality.ts";

/** Reads a JSON value by its schema; null included. */
export type Adapter = (raw: JsonValue) => CelValue;

/** One property of an object: its key in JSON and how its value is read. */
export interface Field {
  readonly key: string;
  readonly adapt: Adapter;
}

/** What of an object CEL sees: properties by their escaped names. */
export interface Shape {
  byName(escaped: string): Field | undefined;
  byKey(key: string): Field | undefined;
  escaped(key: string): string;
}

/** An object with properties. A null property is absent; unknown fields take part in equality only. */
export class SchemaObject extends CelMap {
  readonly goType = "*common.unstructuredMap";
  readonly raw: JsonObject;
  readonly shape: Shape;

  constructor(raw: JsonObject, shape: Shape) {
    super();
    this.raw = raw;
    this.shape = shape;
  }

  get size(): number {
    return Object.keys(this.raw).length;
  }

  find(key: CelValue): CelValue | undefined {
    return typeof key === "string" ? this.field(key) : wrongKey(key);
  }

  field(name: string): CelValue | undefined {
    const field = this.shape.byName(name);
    return field === undefined ? undefined : this.read(field);
  }

  /** The value of a field of its shape; undefined when it is absent or null. */
  read(field: Field): CelValue | undefined {
    const raw = getKey(this.raw, field.key);
    return raw === undefined || raw === null ? undefined : field.adapt(raw);
  }

  keys(): CelValue[] {
    return Object.keys(this.raw)
      .filter((key) => this.shape.byKey(key) !== undefined)
      .map((key) => this.shape.escaped(key));
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof CelMap)) {
      return other instanceof CelError ? other : new CelError(NO_SUCH_OVERLOAD);
    }
    if (other.size !== this.size) {
      return false;
    }
    for (const key of Object.keys(this.raw)) {
      const same = this.#sameAt(key, other);
      if (same !== true) {
        return same;
      }
    }
    return true;
  }

  #sameAt(key: string, other: CelMap): CelValue {
    if (this.shape.byKey(key) !== undefined) {
      // as the API server does it, the unescaped key is looked up as if it were an identifier
      return sameEntry(this.field(key), other.field(key));
    }
    if (!(other instanceof SchemaObject)) {
      return new CelError(NO_SUCH_OVERLOAD);
    }
    const twin = getKey(other.raw, key);
    return twin === undefined || isEqual(getKey(this.raw, key) ?? null, twin);
  }
}

/** An object of `additionalProperties`: any key, one schema for the values. */
export class SchemaMap extends CelMap {
  readonly goType = "*common.unstructuredMap";
  readonly raw: JsonObject;
  readonly #adapt: Adapter;

  constructor(raw: JsonObject, adapt: Adapter) {
    super();
    this.raw = raw;
    this.#adapt = adapt;
  }

  get size(): number {
    return Object.keys(this.raw).length;
  }

  find(key: CelValue): CelValue | undefined {
    return typeof key === "string" ? this.field(key) : wrongKey(key);
  }

  field(name: string): CelValue | undefined {
    const raw = getKey(this.raw, name);
    return raw === undefined ? undefined : this.#adapt(raw);
  }

  keys(): CelValue[] {
    return Object.keys(this.raw);
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof CelMap)) {
      return other instanceof CelError ? other : new CelError(NO_SUCH_OVERLOAD);
    }
    if (other.size !== this.size) {
      return false;
    }
    for (const key of Object.keys(this.raw)) {
      const same = sameEntry(this.field(key), other.field(key));
      if (same !== true) {
        return same;
      }
    }
    return true;
  }
}

function sameEntry(left: CelValue | undefined, right: CelValue | undefined): CelValue {
  if (left === undefined || right === undefined) {
    return left === right;
  }
  return valueEqual(left, right);
}

function wrongKey(key: CelValue): CelError {
  return key instanceof CelError ? key : new CelError(NO_SUCH_OVERLOAD);
}

/** The JSON a view was made of; undefined for any other value. */
export function rawObject(value: CelValue): JsonObject | undefined {
  const raw = value instanceof SchemaObject || value instanceof SchemaMap ? value.raw : undefined;
  return isObject(raw) ? raw : undefined;
}
