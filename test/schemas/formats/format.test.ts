import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { findFormat, formatOf } from "../../../schemas/formats/format.ts";

/** What kube-apiserver 1.37.2 said of each text in a field of that format. */
const RECORDED: Readonly<Record<string, { valid: readonly string[]; invalid: readonly string[] }>> =
  JSON.parse(readFileSync(new URL("../../fixtures/formats.json", import.meta.url), "utf8"));

describe("formats take what kube-apiserver takes", () => {
  assert.ok(Object.keys(RECORDED).length > 20, "the recording is there");
  for (const [name, { valid, invalid }] of Object.entries(RECORDED)) {
    it(name, () => {
      const test = findFormat(name);
      assert.ok(test, "the format is known");
      assert.deepEqual(
        [...valid, ...invalid].filter((text) => test(text)),
        valid,
      );
    });
  }
});

describe("a format counts only for the types it belongs to", () => {
  const table: readonly (readonly [string, readonly string[], string])[] = [
    ["ipv4", ["string"], "ipv4"],
    ["ipv4", [], "ipv4"],
    ["ipv4", ["integer", "string"], "ipv4"],
    ["ipv4", ["integer"], ""],
    ["int32", ["integer"], "int32"],
    ["int32", ["string"], ""],
    ["int32", ["integer", "string"], ""],
    ["float", ["number"], "float"],
    ["float", ["integer"], ""],
    ["date", ["object"], ""],
    ["no-such", ["string"], ""],
  ];
  for (const [format, types, expected] of table) {
    it(`${format} of ${types.join(" or ") || "any type"}`, () => {
      assert.equal(formatOf({ format }, types), expected);
    });
  }
});

it("megabytes of text take no format's time beyond measure", () => {
  const hostile = [
    "a".repeat(3_000_000),
    "1".repeat(3_000_000),
    "a.".repeat(1_500_000),
    "((".repeat(1_000_000),
  ];
  for (const name of Object.keys(RECORDED)) {
    for (const text of hostile) {
      findFormat(name)?.(text);
    }
  }
});
