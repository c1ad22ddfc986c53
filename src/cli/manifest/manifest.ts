/** Objects in files, folders and standard input, with the place of each in its text. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { type Place, readYaml } from "../../../schemas/yaml/yaml-stream.ts";

/** One document of a file, or what kept it from being read. */
export type Manifest =
  | {
      readonly kind: "document";
      readonly file: string;
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

const MANIFEST = /\.(?:ya?ml|json)$/;
const IGNORED = /^(?:\..*|node_modules)$/;

/** Reads all documents of files, of all manifests in folders, and of standard input for `-`. Items of a List are documents of their own. */
export async function readManifests(
  names: readonly string[],
  stdin: Readable,
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of names) {
    manifests.push(...(await readName(name, stdin)));
  }
  return manifests;
}

async function readName(name: string, stdin: Readable): Promise<Manifest[]> {
  if (name === "-") {
    return manifestsOf("<stdin>", await readAll(stdin));
  }
  const manifests: Manifest[] = [];
  for (const file of await filesOf(name)) {
    manifests.push(...manifestsOf(file, await readFile(file, "utf8")));
  }
  return manifests;
}

async function filesOf(name: string): Promise<string[]> {
  if (!(await stat(name)).isDirectory()) {
    return [name];
  }
  const files: string[] = [];
  const entries = await readdir(name, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (IGNORED.test(entry.name)) {
      continue;
    }
    const path = join(name, entry.name);
    if (entry.isDirectory()) {
      files.push(...(await filesOf(path)));
    } else if (MANIFEST.test(entry.name)) {
      files.push(path);
    }
  }
  return files;
}

/** The documents of one text; `file` is what reports call it. */
export function manifestsOf(file: string, text: string): Manifest[] {
  const read = readYaml(text);
  if (read.kind === "malformed") {
    return [{ kind: "malformed", file, message: read.message, place: read.place }];
  }
  return read.documents.flatMap((document) => {
    const whole = { kind: "document" as const, file, ...document };
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
  if (!isObject(value) || getKey(value, "kind") !== "List") {
    return undefined;
  }
  const items = getKey(value, "items");
  return Array.isArray(items) ? items : undefined;
}
