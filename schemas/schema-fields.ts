import { FloatLiteral, getKey, type JsonObject, type JsonValue } from "./json.ts";

/** A schema that the API server would not accept; `readSchema` turns it into a message. */
export class SchemaError extends Error {
  override name = "SchemaError" as const;
}

/** Typed access to one schema node's keywords; a keyword of the wrong type throws a `SchemaError` that names the place. */
export class Fields {
  readonly path: string;
  readonly #json: JsonObject;

  constructor(json: JsonObject, path: string) {
    this.#json = json;
    this.path = path;
  }

  get(keyword: string): JsonValue | undefined {
    return getKey(this.#json, keyword);
  }

  flag(keyword: string): boolean {
    return this.get(keyword) === true;
  }

  text(keyword: string): string {
    const value = this.get(keyword);
    if (!isAbsent(value) && typeof value !== "string") {
      throw new SchemaError(`${this.path}.${keyword}: must be a string`);
    }
    return value ?? "";
  }

  optionalText<K extends string>(keyword: K): { [P in K]?: string } {
    const value = this.text(keyword);
    return value === "" ? {} : ({ [keyword]: value } as { [P in K]: string });
  }

  optionalNumber<K extends string>(keyword: K): { [P in K]?: number } {
    const value = this.get(keyword);
    if (isAbsent(value)) {
      return {};
    }
    const number = value instanceof FloatLiteral ? value.value : Number(value);
    if (typeof value === "string" || !Number.isFinite(number)) {
      throw new SchemaError(`${this.path}.${keyword}: must be a number`);
    }
    return { [keyword]: number } as { [P in K]: number };
  }

  list(keyword: string): JsonValue[] {
    const value = this.get(keyword);
    if (isAbsent(value)) {
      return [];
    }
    if (!Array.isArray(value)) {
      throw new SchemaError(`${this.path}.${keyword}: must be an array`);
    }
    return value;
  }

  texts(keyword: string): string[] {
    return this.list(keyword).map((value, at) => {
      if (typeof value !== "string") {
        throw new SchemaError(`${this.path}.${keyword}[${at}]: must be a string`);
      }
      return value;
    });
  }
}

/** Null counts as absent everywhere in a CRD, as for Go's pointers. */
export function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}
