import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generateTypes } from "../../src/api/generate.ts";

const files = await generateTypes("crds");

describe("generated types", () => {
  it("exist for every version of every kind", () => {
    assert.ok(files.length >= 2);
  });

  for (const { path, text } of files) {
    it(`${path} is what crds/ says; run npm run generate`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }
});
