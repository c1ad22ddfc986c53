import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backoffMs, KEY_BACKOFF } from "../../src/engine/backoff.ts";

describe("backoffMs", () => {
  it("doubles from the first wait to the longest when the die shows its most", () => {
    const waits = [1, 2, 3, 9, 10, 1000].map((n) => backoffMs(KEY_BACKOFF, n, () => 1));
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
  });

  it("stays between half of the ceiling and the ceiling, whatever the die shows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, die) => {
          const wait = backoffMs(KEY_BACKOFF, n, () => die);
          const ceiling = backoffMs(KEY_BACKOFF, n, () => 1);
          assert.ok(wait >= Math.floor(ceiling / 2) && wait <= ceiling, `${wait} of ${ceiling}`);
        },
      ),
    );
  });
});
