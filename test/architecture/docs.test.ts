import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const PAGES = globSync(["*.md", "docs/**/*.md", "deploy/**/*.md"]);
const SOURCES = globSync("{src,schemas,webhooks,certs,tools,bench,test}/**/*.ts");
/** Decisions of this repository; Prism's own have three digits. */
const DECISION = /\bADR-(\d{4})\b/g;
const LINK = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g;
const CODE_PATH = /`((?:src|schemas|webhooks|certs|crds|deploy|tools|bench|test|docs)\/[\w./-]*)`/g;

function matchesOf(file: string, pattern: RegExp): string[] {
  return [...readFileSync(file, "utf8").matchAll(pattern)].map(([, found = ""]) => found);
}

describe("what the pages and comments point to is there", () => {
  it("has pages and sources to look at", () => {
    assert.ok(PAGES.length > 5);
    assert.ok(SOURCES.length > 100);
  });

  it("every decision that is named has its page", () => {
    const numbers = globSync("docs/adr/*.md").map((file) => file.slice(9, 13));
    const missing = [...PAGES, ...SOURCES].flatMap((file) =>
      matchesOf(file, DECISION)
        .filter((number) => !numbers.includes(number))
        .map((number) => `${file}: ADR-${number}`),
    );
    assert.deepEqual(missing, []);
  });

  it("no two decisions have one number", () => {
    const numbers = globSync("docs/adr/*.md").map((file) => file.slice(9, 13));
    assert.equal(new Set(numbers).size, numbers.length);
  });

  for (const page of PAGES) {
    it(`the links and paths of ${page} lead somewhere`, () => {
      const links = matchesOf(page, LINK)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => normalize(join(dirname(page), link)));
      const paths = matchesOf(page, CODE_PATH).filter((path) => !path.includes("..."));
      assert.deepEqual(
        [...links, ...paths].filter((path) => !existsSync(path)),
        [],
      );
    });
  }
});
