import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LineSplitter } from "../../src/kube/json-lines.ts";

describe("LineSplitter", () => {
  it("gives the same lines however the bytes are cut", () => {
    const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", " "));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat({ max: 40 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
        const splitter = new LineSplitter();
        const got: string[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          got.push(...splitter.push(bytes.subarray(from, from + cut)));
          from += cut;
        }
        got.push(...splitter.push(bytes.subarray(from)));
        assert.deepEqual(
          got,
          lines.filter((text) => text !== ""),
        );
      }),
    );
  });

  it("refuses a line without end instead of keeping it all", () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(1024 * 1024, "x");
    assert.throws(() => {
      for (let i = 0; i < 20; i++) splitter.push(chunk);
    }, RangeError);
  });
});
