/** `npm run generate`: the pages of docs/app/reference that say what code and CRDs say. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { type CrdVersion, readCrd } from "../../schemas/crd.ts";
import { fieldPage } from "./field-page.ts";
import { prismctlPage } from "./prismctl-page.ts";
import { refusalsPage } from "./refusals-page.ts";

const FOLDER = "docs/app/reference";

/** Every generated page, by its path. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const versions of kinds()) {
    pages.set(`${FOLDER}/${versions[0]?.kind.toLowerCase()}.md`, fieldPage(versions));
  }
  pages.set(`${FOLDER}/prismctl.md`, await prismctlPage());
  pages.set(`${FOLDER}/refusals.md`, await refusalsPage());
  return pages;
}

function kinds(): readonly (readonly CrdVersion[])[] {
  return globSync("crds/*.yaml")
    .toSorted()
    .map((file) => {
      const read = readCrd(parse(readFileSync(file, "utf8")));
      if (read.kind === "unreadable") throw new Error(`${file}: ${read.message}`);
      return read.versions;
    });
}

if (import.meta.main) {
  const isCheck = process.argv.includes("--check");
  for (const [file, content] of await generatedPages()) {
    if (!isCheck) writeFileSync(file, content);
    else if (!existsSync(file) || readFileSync(file, "utf8") !== content) {
      process.stderr.write(`${file} is out of date: run npm run generate\n`);
      process.exitCode = 1;
    }
  }
}
