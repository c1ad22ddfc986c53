/** Objects in files, folders and standard input, with the place of each in its text. */
import type { Readable } from "node:stream";
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { type Place, readYaml } from "../../../schemas/yaml/yaml-stream.ts";
import { readTexts } from "./manifest-text.ts";

/** One document of a file, or what kept it from being read. */
export type Manifest =
  | {
      readonly kind: "document";
      readonly file: string;
      /** False for a file that was found in a folder: it need not hold a manifest. */
      readonly isNamed: boolean;
      readonly value: JsonValue;
      readonly placeOf: (path: PathSegments) => Place;
      /** Paths of repeated keys. */
      readonly duplicates: readonly PathSegments[];
    }
  | {
      readonly kind: "malformed";
      readonly file: string;
      readonly message: string;
      readonly place: Place;
    };

/** A document that could be read. */
export type ReadManifest = Extract<Manifest, { kind: "document" }>;

/** Reads all documents of files, of all manifests in folders, and of standard input for `-`. Items of a List are documents of their own. */
export async function readManifests(
  names: readonly string[],
  stdin: Readable,
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of names) {
    for (const { file, text, isNamed } of await readTexts(name, stdin)) {
      manifests.push(...(text === undefined ? [noText(file)] : manifestsOf(file, text, isNamed)));
    }
  }
  return manifests;
}

function noText(file: string): Manifest {
  const message = "is no text in UTF-8: write YAML or JSON";
  return { kind: "malformed", file, message, place: { line: 1, column: 1 } };
}

/** The documents of one text; `file` is what reports call it. */
export function manifestsOf(file: string, text: string, isNamed = true): Manifest[] {
  const read = readYaml(text);
  if (read.kind === "malformed") {
    const message = withRemedy(read.message);
    return [{ kind: "malformed", file, message, place: read.place }];
  }
  return read.documents.flatMap((document) => {
    const whole = { kind: "document" as const, file, isNamed, ...document };
    const items = itemsOf(document.value);
    return items === undefined
      ? [whole]
      : items.map((value, at) => ({
          ...whole,
          value,
          placeOf: (path: PathSegments) => document.placeOf(["items", at, ...path]),
          duplicates: [],
        }));
  });
}

function itemsOf(value: JsonValue): readonly JsonValue[] | undefined {
  const kind = isObject(value) ? getKey(value, "kind") : undefined;
  // `List`, and the list kinds that the API answers with: kubectl takes both apart.
  if (!isObject(value) || typeof kind !== "string" || !kind.endsWith("List")) {
    return undefined;
  }
  const items = getKey(value, "items");
  return Array.isArray(items) ? items : undefined;
}

/** What to write instead, by the words of the YAML parser. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, "write spaces"],
  [/^Nested mappings are not allowed in compact/, 'put a value that holds ": " in quotes'],
  [/^Implicit keys need to be on a single line/, "write each field as key: value"],
  [/^Implicit map keys need to be followed/, "write each field as key: value"],
  [/^All mapping items must start at the same column/, "indent the fields of a block alike"],
  [/^All sequence items must start at the same column/, "indent the items of a list alike"],
  [/^Missing closing .*quote/, "end the text with the quote it begins with"],
  [/^Flow map must end with/, "close each { with a }"],
  [/^Flow sequence must end with/, "close each [ with a ]"],
  [/^has too many values/, "write out what its anchors repeat, and divide it into several files"],
  [/^unknown anchor/, "write &name where the value stands first"],
];

function withRemedy(message: string): string {
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(message)) ?? [];
  return remedy === undefined ? message : `${message}: ${remedy}`;
}
