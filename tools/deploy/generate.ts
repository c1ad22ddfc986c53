/** Writes what the chart, the plain manifest and the kustomize base have from `crds/` and from each other: `npm run generate:deploy`, or `--check`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crdTemplates, type MadeFile } from "./crd-template.ts";
import { programPath } from "./helm.ts";
import { knownValues } from "./known-values.ts";
import { manifests } from "./manifests.ts";

const isCheck = process.argv.includes("--check");

function place(files: readonly MadeFile[]): void {
  for (const { path, text } of files) {
    if (isCheck) report(path, text);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}

function report(path: string, text: string): void {
  if (textOf(path) === text) return;
  process.stderr.write(`${path} is not what it is made from: run npm run generate:deploy\n`);
  process.exitCode = 1;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) {
  // First, since the manifests are rendered from the chart that holds them.
  place([...crdTemplates("crds"), knownValues()]);
  place(await manifests(await programPath("helm")));
}
