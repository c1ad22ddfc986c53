import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generatedPages } from "../../tools/docs/generate.ts";

describe("generated pages say what CRDs and code say", async () => {
  for (const [file, content] of await generatedPages()) {
    it(`${file} is what npm run generate makes`, () => {
      assert.ok(existsSync(file), "run npm run generate");
      assert.equal(readFileSync(file, "utf8"), content, "run npm run generate");
    });
  }
});
