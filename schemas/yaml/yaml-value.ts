/**
 * The value of a YAML node as kubectl hands it to the API server: go-yaml reads it (YAML 1.1), and what it read is
 * written as JSON. So `yes` is true, `0777` is 511, `1.0` is the integer 1, and a key of any scalar type is a string.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
  type Tags,
  visit,
  type YAMLMap,
} from "yaml";
import { goFixed } from "../go-text.ts";
import { type JsonObject, type JsonValue, setKey } from "../json.ts";
import { numberFromText } from "../parse-json.ts";

/** Content that YAML knows and JSON cannot hold, or more of it than aliases may stand for. */
export class YamlValueError extends Error {
  override name = "YamlValueError" as const;
  /** Where in the text, as an offset. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Aliases can make a small text stand for terabytes; no manifest has as many values as this. */
const MAX_NODES = 1_000_000;
const MERGE_KEY = "<<";

/** go-yaml has no numbers to the base of 60, and leaves time stamps strings. */
export function goTags(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === "string" ||
      (tag.tag !== "tag:yaml.org,2002:timestamp" && !("format" in tag && tag.format === "TIME")),
  );
}

/** Reads a document's nodes. `duplicates` collects the paths of repeated keys. */
export class YamlReader {
  readonly duplicates: (string | number)[][] = [];
  readonly #document: Document.Parsed;
  readonly #targets: ReadonlyMap<unknown, unknown>;
  readonly #path: (string | number)[] = [];
  #nodes = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
    this.#targets = aliasTargets(document);
  }

  /** The whole document; null when it is empty. */
  read(): JsonValue {
    return this.#value(this.#document.contents);
  }

  #value(node: unknown): JsonValue {
    if (++this.#nodes > MAX_NODES) {
      throw new YamlValueError("has too many values", 0);
    }
    if (isAlias(node)) {
      return this.#value(this.#targetOf(node));
    }
    if (isMap(node)) {
      return this.#map(node);
    }
    if (isSeq(node)) {
      return node.items.map((item, at) => this.#below(at, item));
    }
    return isScalar(node) ? scalarValue(node) : null;
  }

  #map(node: YAMLMap): JsonObject {
    const object: JsonObject = {};
    for (const pair of node.items) {
      if (isMerge(pair)) {
        continue;
      }
      const key = keyText(pair);
      if (Object.hasOwn(object, key)) {
        this.duplicates.push([...this.#path, key]);
      }
      setKey(object, key, this.#below(key, pair.value));
    }
    for (const pair of node.items.filter(isMerge)) {
      this.#merge(object, pair.value);
    }
    return object;
  }

  /** Keys of a merged map count where the map itself and earlier merges have none. */
  #merge(object: JsonObject, source: unknown): void {
    const node = isAlias(source) ? this.#targetOf(source) : source;
    for (const item of isSeq(node) ? node.items : []) {
      this.#merge(object, item);
    }
    const merged = isMap(node) ? this.#map(node) : {};
    for (const key of Object.keys(merged)) {
      if (!Object.hasOwn(object, key)) {
        setKey(object, key, merged[key] ?? null);
      }
    }
  }

  #targetOf(alias: Alias): unknown {
    const target = this.#targets.get(alias);
    if (target === undefined) {
      throw new YamlValueError(`unknown anchor "${alias.source}"`, alias.range?.[0] ?? 0);
    }
    return target;
  }

  #below(segment: string | number, node: unknown): JsonValue {
    this.#path.push(segment);
    const value = this.#value(node);
    this.#path.pop();
    return value;
  }
}

/** What each alias stands for: the last node before it with its anchor. The library's own lookup walks the document for each one. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<unknown, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      targets.set(node, anchors.get(node.source));
    } else if (isNode(node) && "anchor" in node && typeof node.anchor === "string") {
      anchors.set(node.anchor, node);
    }
  });
  return targets;
}

/** The text of a pair's key. */
export function keyText(pair: Pair | { readonly key: unknown }): string {
  const { key } = pair;
  if (!isScalar(key)) {
    throw new YamlValueError("a key must be a scalar", 0);
  }
  const value = scalarValue(key);
  if (value === null) {
    throw new YamlValueError("a key must not be null", offsetOf(key));
  }
  return typeof value === "string" ? value : String(value);
}

/** True for a `<<` that merges. */
export function isMerge(pair: unknown): boolean {
  if (!isPair(pair) || !isScalar(pair.key)) {
    return false;
  }
  const { value } = pair.key;
  return (
    (typeof value === "symbol" && value.description === MERGE_KEY) ||
    (value === MERGE_KEY && pair.key.type === "PLAIN")
  );
}

function scalarValue(node: Scalar): JsonValue {
  const { value } = node;
  if (typeof value === "string") {
    return value.toWellFormed();
  }
  if (typeof value === "bigint") {
    return numberFromText(String(value));
  }
  if (typeof value === "number") {
    return floatValue(value, node);
  }
  return typeof value === "boolean" ? value : otherValue(node);
}

/** Go writes a float as JSON in its shortest form, and a form without exponent and fraction is read as an integer. */
function floatValue(value: number, node: Scalar): JsonValue {
  if (!Number.isFinite(value)) {
    throw new YamlValueError(`${String(value)} cannot be written as JSON`, offsetOf(node));
  }
  return Math.abs(value) < 1e21 ? numberFromText(goFixed(value)) : value;
}

function otherValue(node: Scalar): JsonValue {
  if (node.value instanceof Uint8Array) {
    return new TextDecoder().decode(node.value);
  }
  return null;
}

function offsetOf(node: Scalar | ParsedNode): number {
  return node.range?.[0] ?? 0;
}
