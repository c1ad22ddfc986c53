import type { FieldPath } from "./field-path.ts";
import { isRecord, ownValue } from "./json-object.ts";

/**
 * A value within an object that nobody has checked yet, with its path. Reading never fails: what is absent or of
 * another type is undefined or empty, and is judged by the schema, not by who reads.
 */
export class JsonNode {
  readonly value: unknown;
  readonly path: FieldPath;

  constructor(value: unknown, path: FieldPath = []) {
    this.value = value;
    this.path = path;
  }

  /** The node below `steps`, whose value is undefined where the way ends early. */
  at(...steps: readonly string[]): JsonNode {
    let value = this.value;
    for (const step of steps) value = isRecord(value) ? ownValue(value, step) : undefined;
    return new JsonNode(value, [...this.path, ...steps]);
  }

  /** The nodes of an object, with their keys. */
  entries(): readonly (readonly [string, JsonNode])[] {
    const { value, path } = this;
    if (!isRecord(value)) return [];
    return Object.keys(value).map((key) => [key, new JsonNode(value[key], [...path, key])]);
  }

  /** The nodes of a list. */
  items(): readonly JsonNode[] {
    const { value, path } = this;
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown, index) => new JsonNode(item, [...path, index]));
  }

  exists(): boolean {
    return this.value !== undefined;
  }

  text(): string | undefined {
    return typeof this.value === "string" ? this.value : undefined;
  }

  number(): number | undefined {
    return typeof this.value === "number" ? this.value : undefined;
  }

  isTrue(): boolean {
    return this.value === true;
  }

  isFalse(): boolean {
    return this.value === false;
  }
}
