/** What a newcomer of the application team reads first: the quick start, in the time that it states. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { reader } from "./page-reader.ts";

const MINUTE_MS = 60_000;

describe("the commands that a newcomer types work", () => {
  const { reads } = reader();
  let started = 0;
  it("the watch starts", () => {
    started = performance.now();
  });
  reads("docs/app/quick-start.md");

  it("and the quick start reaches Running in the time that it states", () => {
    assert.match(readFileSync("docs/app/quick-start.md", "utf8"), /^Five minutes/m);
    assert.ok(performance.now() - started < 5 * MINUTE_MS);
  });
  reads("docs/app/how-to/move-to-v1alpha2.md");
});
