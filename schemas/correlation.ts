/**
 * The old value that belongs to a part of the new object, found through keys and list-map keys, for ratcheting:
 * what was invalid already and has not changed does not block
 * (k8s.io/apiserver/pkg/cel/common/equality.go, KEP-4008).
 */
import { getKey, isObject, type JsonValue } from "./json.ts";
import { isEqual } from "./json-equal.ts";
import { createMapList, type MapList } from "./map-list.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A pair of a new value and its old one. Children and the answer of `isUnchanged` are computed once. */
export class Correlation {
  readonly value: JsonValue;
  readonly old: JsonValue;
  readonly schema: StructuralSchema;
  readonly #children = new Map<string | number, Correlation>();
  #mapList: MapList | undefined;
  #unchanged: boolean | undefined;

  constructor(value: JsonValue, old: JsonValue, schema: StructuralSchema) {
    this.value = value;
    this.old = old;
    this.schema = schema;
  }

  /** The pair under an object's key; undefined where either side or a schema for the key is missing. */
  key(name: string): Correlation | undefined {
    const known = this.#children.get(name);
    if (known !== undefined) {
      return known;
    }
    if (!isObject(this.value) || !isObject(this.old)) {
      return undefined;
    }
    const schema = schemaOfKey(this.schema, name);
    const value = getKey(this.value, name);
    const old = getKey(this.old, name);
    if (schema === undefined || value === undefined || old === undefined) {
      return undefined;
    }
    return this.#remember(name, new Correlation(value, old, schema));
  }

  /** The pair of a list-map's item, found by its keys; undefined in every other kind of list. */
  index(at: number): Correlation | undefined {
    const known = this.#children.get(at);
    if (known !== undefined) {
      return known;
    }
    const item = Array.isArray(this.value) ? this.value[at] : undefined;
    if (item === undefined || !Array.isArray(this.old) || this.schema.listType !== "map") {
      return undefined;
    }
    this.#mapList ??= createMapList(this.schema, this.old);
    const old = this.#mapList(item);
    if (old === undefined || this.schema.items === undefined) {
      return undefined;
    }
    return this.#remember(at, new Correlation(item, old, this.schema.items));
  }

  /** True when the value equals its old one. Keys that no schema describes count as changed, as in the API server. */
  isUnchanged(): boolean {
    this.#unchanged ??= this.#compare();
    return this.#unchanged;
  }

  #remember(key: string | number, child: Correlation): Correlation {
    this.#children.set(key, child);
    return child;
  }

  #compare(): boolean {
    const { value, old } = this;
    if (Array.isArray(value) && Array.isArray(old)) {
      return value.length === old.length && this.#isSameArray(value, old);
    }
    if (isObject(value) && isObject(old)) {
      const keys = Object.keys(value);
      return (
        keys.length === Object.keys(old).length &&
        keys.every((key) => this.key(key)?.isUnchanged() ?? false)
      );
    }
    return isEqual(value, old);
  }

  #isSameArray(value: readonly JsonValue[], old: JsonValue[]): boolean {
    for (let at = 0; at < value.length; at++) {
      const child = this.index(at);
      if (child === undefined) {
        return this.#mapList === undefined && isEqual(old, [...value]);
      }
      if (!child.isUnchanged()) {
        return false;
      }
    }
    return true;
  }
}

/** The schema for the values under a key: its property's, else that of the other keys. */
export function schemaOfKey(schema: StructuralSchema, key: string): StructuralSchema | undefined {
  const property = schema.properties.get(key);
  if (property !== undefined) {
    return property;
  }
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
