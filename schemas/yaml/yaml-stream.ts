/** Reads a text of YAML or JSON documents, and remembers where each value stands. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from "yaml";
import type { JsonValue } from "../json.ts";
import { isDeeperThan } from "../json-depth.ts";
import { MAX_DEPTH, parseJson } from "../parse-json.ts";
import { goTags, isMerge, keyText, YamlReader, YamlValueError } from "./yaml-value.ts";

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One document. `placeOf` gives the place of the deepest part of a path that the document has. */
export interface YamlDocument {
  readonly value: JsonValue;
  readonly placeOf: (path: readonly (string | number)[]) => Place;
  /** Paths of repeated keys, of which the last one counts. */
  readonly duplicates: readonly (readonly (string | number)[])[];
}

/** What came of a text. */
export type ReadYaml =
  | { readonly kind: "read"; readonly documents: readonly YamlDocument[] }
  | { readonly kind: "malformed"; readonly message: string; readonly place: Place };

/** Reads all documents; empty ones are left out. Nothing is thrown, whatever the text is. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const parsed = parseAllDocuments(text, {
      version: "1.1",
      customTags: goTags,
      intAsBigInt: true,
      uniqueKeys: false,
      lineCounter: lines,
      logLevel: "silent",
    });
    const documents: YamlDocument[] = [];
    for (const document of Array.isArray(parsed) ? parsed : []) {
      const [error] = document.errors;
      if (error !== undefined) {
        return { kind: "malformed", message: messageOf(error), place: placeAt(error.pos[0]) };
      }
      const read = readDocument(document, text, placeAt);
      if (read.value !== null) {
        documents.push(read);
      }
    }
    return { kind: "read", documents };
  } catch (error) {
    return {
      kind: "malformed",
      message: messageOf(error),
      place: placeAt(error instanceof YamlValueError ? error.offset : 0),
    };
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError || message.startsWith("Maximum call stack")) {
    return `is nested more than ${MAX_DEPTH} levels deep`;
  }
  return message.replace(/ at line \d+[\s\S]*$/, "");
}

function readDocument(
  document: Document.Parsed,
  text: string,
  placeAt: (offset: number) => Place,
): YamlDocument {
  const reader = new YamlReader(document);
  const value = reader.read();
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw new RangeError("too deep");
  }
  // JSON keeps what YAML loses: kubectl sends a JSON file's `1.0` as it is.
  const json = text.trimStart().startsWith("{") ? parseJson(text) : undefined;
  return {
    value: json?.kind === "parsed" ? json.value : value,
    placeOf: (path) => placeAt(offsetOf(document, path)),
    duplicates: reader.duplicates,
  };
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const segment of path) {
    const step = stepInto(document, node, segment);
    if (step === undefined) {
      return offset;
    }
    node = step.node;
    offset = step.offset ?? offset;
  }
  return offset;
}

interface Step {
  readonly node: unknown;
  readonly offset: number | undefined;
}

/** The value under a key, placed at the key, or an item, placed at itself. */
function stepInto(
  document: Document.Parsed,
  start: unknown,
  segment: string | number,
): Step | undefined {
  const node = isAlias(start) ? start.resolve(document) : start;
  if (isSeq(node) && typeof segment === "number") {
    const item = node.items[segment];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  if (!isMap(node)) {
    return undefined;
  }
  const name = String(segment);
  const pair = node.items.findLast((one) => !isMerge(one) && keyText(one) === name);
  if (pair !== undefined) {
    return { node: pair.value, offset: startOf(pair.key) };
  }
  return node.items
    .filter(isMerge)
    .map((merge) => stepInto(document, merge.value, segment))
    .find((step) => step !== undefined);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}
