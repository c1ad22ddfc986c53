import type { FieldPath } from "./field-path.ts";
import { isRecord, ownValue } from "./json-object.ts";

/**
 * A value within an object that nobody has checked yet, with its path. Reading never fails: what is absent or of
 * another type is undefined or empty, and is judged by the schema, not by who reads.
 */
export class JsonNode {
  readonly value: unknown;
  readonly #parent: JsonNode | undefined;
  /** One step, or several. */
  readonly #steps: FieldPath[number] | FieldPath;

  private constructor(
    value: unknown,
    parent: JsonNode | undefined,
    steps: FieldPath[number] | FieldPath,
  ) {
    this.value = value;
    this.#parent = parent;
    this.#steps = steps;
  }

  /** The node of a whole object. */
  static root(value: unknown): JsonNode {
    return new JsonNode(value, undefined, []);
  }

  /** Built only when somebody asks, which is when there is something to report. */
  get path(): FieldPath {
    const own = typeof this.#steps === "object" ? this.#steps : [this.#steps];
    return this.#parent === undefined ? own : [...this.#parent.path, ...own];
  }

  /** The node below `steps`, whose value is undefined where the way ends early. */
  at(...steps: readonly string[]): JsonNode {
    let value = this.value;
    for (const step of steps) value = isRecord(value) ? ownValue(value, step) : undefined;
    return new JsonNode(value, this, steps);
  }

  /** The value under a key, without a node: for what is only looked at. */
  valueAt(key: string): unknown {
    return isRecord(this.value) ? ownValue(this.value, key) : undefined;
  }

  /** Whether there is anything under a key. */
  has(key: string): boolean {
    return this.valueAt(key) !== undefined;
  }

  /** The text under a key, or undefined. */
  textAt(key: string): string | undefined {
    const value = this.valueAt(key);
    return typeof value === "string" ? value : undefined;
  }

  /** The keys of an object. */
  keys(): readonly string[] {
    return isRecord(this.value) ? Object.keys(this.value) : [];
  }

  /** The nodes of an object, with their keys. */
  entries(): readonly (readonly [string, JsonNode])[] {
    const { value } = this;
    if (!isRecord(value)) return [];
    return Object.keys(value).map((key) => [key, new JsonNode(value[key], this, key)]);
  }

  /** The nodes of a list. */
  items(): readonly JsonNode[] {
    const { value } = this;
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown, index) => new JsonNode(item, this, index));
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
}
