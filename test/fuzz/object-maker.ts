/** Objects as wild as JSON allows, but near a schema (CONV-8): ten times as fast as fast-check, which cannot make a million. */
import { type JsonRecord, setOwn } from "../../src/domain/json-object.ts";
import { propertyNames } from "../domain/prism-cluster/any-object.ts";
import type { Schema } from "../domain/prism-cluster/crd.ts";
import type { Random } from "./random.ts";

/** Keys that are traps for JavaScript. */
const ODD_KEYS = ["__proto__", "constructor", "toString", "0", "10", "", "größe", "\u2028", "😀"];
const MAP_KEYS = ["redis", "nats", "kafka", "minio", "postgres", "sessions", "enabled", "a"];
const TEXTS = ["redis", "keyvalue", "1Gi", "sessions", "StatefulSet", "Deployment", "", "é\u0000x"];
const NUMBERS = [0, 1, -1.5, 9_007_199_254_740_991, -9_007_199_254_740_991];
const LONG_LIST = 256;

/** What objects of a kind and version are made from. */
export interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Schema;
  /** Names of fields of any version, to be mixed in anywhere. */
  readonly names: readonly string[];
}

/** Reads the names that every version of a kind has. */
export function namesOf(schemas: readonly Schema[]): readonly string[] {
  return [...new Set(schemas.flatMap((schema) => [...propertyNames(schema)]))];
}

/** The object of a seed: whole, a fragment as the API server sends for managed fields, or torn. */
export function makeObject({ apiVersion, kind, schema, names }: Model, random: Random): JsonRecord {
  const maker = new Maker(random, names);
  const object: Record<string, unknown> = { apiVersion, kind };
  if (!random.once(10)) object["metadata"] = maker.metadata();
  for (const field of ["spec", "status"]) {
    if (random.once(field === "spec" ? 12 : 3)) continue;
    object[field] = maker.value(schema.properties?.[field] ?? {}, 0);
  }
  if (random.once(20)) setOwn(object, random.pick(ODD_KEYS), maker.scalar());
  return object;
}

class Maker {
  readonly #random: Random;
  readonly #names: readonly string[];

  constructor(random: Random, names: readonly string[]) {
    this.#random = random;
    this.#names = names;
  }

  metadata(): unknown {
    const random = this.#random;
    if (random.once(20)) return this.scalar();
    const metadata: Record<string, unknown> = { name: "a", namespace: "b" };
    if (random.once(2)) metadata["annotations"] = this.#map({ type: "string" }, 0);
    if (random.once(4)) metadata["labels"] = random.pick([null, {}, { a: "b" }]);
    if (random.once(4)) metadata["managedFields"] = [{ manager: "kubectl", apiVersion: "x" }];
    if (random.once(4)) metadata["generation"] = 9_007_199_254_740_993n;
    return metadata;
  }

  /** By the schema mostly, else anything. */
  value(schema: Schema, depth: number): unknown {
    const random = this.#random;
    if (random.once(25)) return random.once(3) ? this.#anything(depth) : this.scalar();
    if (schema.properties !== undefined) return this.#record(schema.properties, depth);
    if (schema.items !== undefined) return this.#list(schema.items, depth);
    if (schema.additionalProperties !== undefined) {
      return this.#map(schema.additionalProperties, depth);
    }
    if (schema.enum !== undefined) return random.pick(schema.enum);
    return this.#typed(schema.type ?? "", depth);
  }

  #typed(type: string, depth: number): unknown {
    const random = this.#random;
    switch (type) {
      case "string":
        return random.pick(TEXTS);
      case "integer":
        return random.once(8) ? 9_223_372_036_854_775_807n : random.pick(NUMBERS);
      case "boolean":
        return random.once(2);
      default:
        return this.#anything(depth);
    }
  }

  scalar(): unknown {
    const random = this.#random;
    return random.pick([
      null,
      true,
      false,
      random.pick(TEXTS),
      random.pick(NUMBERS),
      -(2n ** 63n),
      2n ** 63n,
    ]);
  }

  #record(properties: Readonly<Record<string, Schema>>, depth: number): JsonRecord {
    const random = this.#random;
    const made: Record<string, unknown> = {};
    // Sparse, as people write; once in a while with everything.
    const often = random.once(15) ? 1 : 3 + depth;
    for (const [key, schema] of Object.entries(properties)) {
      if (random.once(often)) made[key] = this.value(schema, depth + 1);
    }
    if (random.once(8)) setOwn(made, random.pick(ODD_KEYS), this.scalar());
    if (random.once(8)) setOwn(made, random.pick(this.#names), this.#anything(depth));
    return made;
  }

  #list(items: Schema, depth: number): readonly unknown[] {
    const random = this.#random;
    const length = random.once(400) ? LONG_LIST : random.below(4);
    const list = Array.from({ length }, () => this.value(items, depth + 1));
    // A repeated item is what a keyed list must survive.
    return list.length > 0 && random.once(6) ? [...list, list[0]] : list;
  }

  #map(values: Schema, depth: number): JsonRecord {
    const random = this.#random;
    const made: Record<string, unknown> = {};
    for (let left = random.below(4); left > 0; left--) {
      const key = random.once(6) ? random.pick(ODD_KEYS) : random.pick(MAP_KEYS);
      setOwn(made, key, this.value(values, depth + 1));
    }
    return made;
  }

  #anything(depth: number): unknown {
    const random = this.#random;
    if (depth > 6 || random.once(2)) return this.scalar();
    const free: Schema = { type: "string" };
    return random.once(2) ? this.#list(free, depth) : this.#map(free, depth);
  }
}
