/**
 * Writes the TypeScript types and the editors' JSON Schemas of every kind and version from `crds/`: `npm run generate`, or
 * `--check` to report drift.
 * The names of YAML anchors become the names of types; a version suffix of an anchor is dropped, as each version has a file of its own.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { compile } from "json-schema-to-typescript";
import { type Document, isMap, isSeq, parse, parseDocument } from "yaml";
import { editorSchemas } from "../../schemas/editor-schema.ts";
import { METADATA_SCHEMAS } from "./metadata-schema.ts";
import { SchemaReader } from "./schema-reader.ts";

const BANNER = "/* Generated from crds/ by `npm run generate`. Do not edit. */\n";

/** A generated file: path from the root of the repository, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Types of every kind and version under `crds/`, in the order of the files. */
export async function generateTypes(crdFolder: string): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const path of globSync(`${crdFolder}/*.yaml`).toSorted()) {
    const document = parseDocument(readFileSync(path, "utf8"));
    const kind = String(document.getIn(["spec", "names", "kind"]));
    const group = String(document.getIn(["spec", "group"]));
    const versions = document.getIn(["spec", "versions"]);
    if (!isSeq(versions)) throw new Error(`${path}: spec.versions is no list`);
    for (const version of versions.items) {
      if (!isMap(version)) throw new Error(`${path}: a version is no object`);
      const name = String(version.get("name"));
      const schema = version.getIn(["schema", "openAPIV3Schema"]);
      const text = await typesOf(document, schema, { kind, apiVersion: `${group}/${name}` });
      files.push({ path: `src/api/${kebabCase(kind)}-${name}.ts`, text });
    }
  }
  return files;
}

/** JSON Schemas of every kind and version under `crds/`, in the layout of the CRDs catalogue. */
export function generateEditorSchemas(crdFolder: string): GeneratedFile[] {
  return globSync(`${crdFolder}/*.yaml`)
    .toSorted()
    .flatMap((path) => editorSchemas(parse(readFileSync(path, "utf8"))))
    .map(({ path, text }) => ({ path: `schemas/json/${path}`, text }));
}

interface Identity {
  readonly kind: string;
  readonly apiVersion: string;
}

async function typesOf(document: Document, schema: unknown, identity: Identity): Promise<string> {
  const reader = new SchemaReader(document);
  const root = reader.read(schema);
  const definitions = { ...reader.definitions, ...METADATA_SCHEMAS };
  const properties = {
    ...root.properties,
    apiVersion: { enum: [identity.apiVersion] },
    kind: { enum: [identity.kind] },
    metadata: { $ref: "#/definitions/ObjectMeta" },
  };
  const required = ["apiVersion", "kind", "metadata", "spec"];
  const text = await compile({ ...root, properties, required, definitions }, identity.kind, {
    additionalProperties: false,
    bannerComment: BANNER,
    format: true,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 100 },
  });
  return asReadonlyTypes(text);
}

/** Types as aliases, so that they fit where any JSON object is asked for, and deeply readonly. */
function asReadonlyTypes(text: string): string {
  return text
    .replaceAll(/^export interface (\w+) \{$/gm, "export type $1 = {")
    .replaceAll(/^\}$/gm, "};")
    .replaceAll(/^( +)("?[\w$-]+"?\??: |\[k: string\]: )/gm, "$1readonly $2")
    .replaceAll(/: ([\w.]+)\[\];/g, ": readonly $1[];");
}

function kebabCase(kind: string): string {
  return kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  for (const { path, text } of [
    ...(await generateTypes("crds")),
    ...generateEditorSchemas("crds"),
  ]) {
    if (!check) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
      process.stderr.write(`${path} differs from crds/: run npm run generate\n`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main();
