/** Removes what the schema does not describe (apiextensions-apiserver pkg/apiserver/schema/pruning). Objects are changed in place. */
import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** Told the path of each key that is removed. */
export type OnPruned = (path: readonly (string | number)[]) => void;

const META_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);
const NO_FIELDS: ReadonlySet<string> = new Set();

/** What of an object stays although no schema describes it. */
interface Keep {
  readonly kept: ReadonlySet<string>;
  readonly keepsUnknown: boolean;
}

/** Prunes a whole resource; its apiVersion, kind and metadata are kept as they are. */
export function prune(object: JsonObject, schema: StructuralSchema, onPruned?: OnPruned): void {
  new Pruner(onPruned).pruneResource(object, schema);
}

class Pruner {
  readonly #onPruned: OnPruned | undefined;
  readonly #path: (string | number)[] = [];

  constructor(onPruned: OnPruned | undefined) {
    this.#onPruned = onPruned;
  }

  pruneResource(object: JsonObject, schema: StructuralSchema): void {
    this.#keys(object, schema, { kept: META_FIELDS, keepsUnknown: schema.preserveUnknownFields });
  }

  #prune(value: JsonValue, schema: StructuralSchema | undefined): void {
    this.#value(value, schema, schema?.preserveUnknownFields ?? false);
  }

  #value(value: JsonValue, schema: StructuralSchema | undefined, keepsUnknown: boolean): void {
    if (isObject(value)) {
      const kept = schema?.embeddedResource ? META_FIELDS : NO_FIELDS;
      this.#keys(value, schema, { kept, keepsUnknown });
    } else if (Array.isArray(value)) {
      this.#items(value, schema?.items, keepsUnknown);
    }
  }

  #keys(object: JsonObject, schema: StructuralSchema | undefined, keep: Keep): void {
    for (const key of Object.keys(object)) {
      if (!keep.kept.has(key)) {
        this.#path.push(key);
        this.#key(object, key, schema, keep.keepsUnknown);
        this.#path.pop();
      }
    }
  }

  #key(
    object: JsonObject,
    key: string,
    schema: StructuralSchema | undefined,
    keepsUnknown: boolean,
  ): void {
    const child = schema?.properties.get(key) ?? schema?.additionalProperties;
    if (child !== undefined) {
      this.#prune(object[key] ?? null, typeof child === "object" ? child : undefined);
    } else if (!keepsUnknown) {
      this.#onPruned?.([...this.#path]);
      delete object[key];
    }
  }

  /** An array that keeps unknown fields hands that down to its items; an object does not. */
  #items(
    items: readonly JsonValue[],
    schema: StructuralSchema | undefined,
    keepsUnknown: boolean,
  ): void {
    if (keepsUnknown && schema === undefined) {
      return;
    }
    for (let at = 0; at < items.length; at++) {
      this.#path.push(at);
      this.#value(
        items[at] ?? null,
        schema,
        keepsUnknown || (schema?.preserveUnknownFields ?? false),
      );
      this.#path.pop();
    }
  }
}
