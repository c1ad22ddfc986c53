import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generateEditorSchemas, generateTypes } from "../../src/api/generate.ts";

const files = [...(await generateTypes("crds")), ...generateEditorSchemas("crds")];

describe("generated types and editor schemas", () => {
  it("exist for every version of every kind", () => {
    assert.ok(files.length >= 4);
  });

  for (const { path, text } of files) {
    it(`${path} is what crds/ says; run npm run generate`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }
});
