import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  compareQuantities,
  isWhole,
  type Quantity,
  readQuantity,
} from "../../src/domain/quantity.ts";

function quantity(value: unknown): Quantity {
  const read = readQuantity(value);
  assert.ok(read, `${value} is a quantity`);
  return read;
}

const equal: readonly (readonly [unknown, unknown])[] = [
  ["1", 1],
  ["1000m", "1"],
  ["1Ki", 1024],
  ["1k", "1e3"],
  [".5", "500m"],
  ["1.", "1"],
  ["1.5Gi", "1536Mi"],
  ["0.1", "100m"],
  ["1E", "1e18"],
  ["1Ei", "1024Pi"],
  ["1e-3", "1m"],
  ["9223372036854775807", 9223372036854775807n],
  ["-1", -1],
  ["+1u", "1000n"],
];
const ordered = [
  "-1",
  "0",
  "1n",
  "1u",
  "1m",
  "0.1",
  "1",
  "999m",
  "1.5",
  "1k",
  "1Ki",
  "1M",
  "1Mi",
  "1.1Mi",
];
const notQuantities = [
  "",
  "Gi",
  "1 Gi",
  "1gi",
  "1KB",
  "0x1",
  "1e",
  "--1",
  ".",
  "1.1.1",
  "NaN",
  1.5,
  null,
  {},
  true,
];

describe("quantities", () => {
  for (const [a, b] of equal) {
    it(`${a} is ${b}`, () => assert.equal(compareQuantities(quantity(a), quantity(b)), 0));
  }

  it("are ordered by value, not by text", () => {
    const sorted = ordered.toSorted((a, b) => compareQuantities(quantity(a), quantity(b)));
    assert.deepEqual(sorted, [
      "-1",
      "0",
      "1n",
      "1u",
      "1m",
      "0.1",
      "999m",
      "1",
      "1.5",
      "1k",
      "1Ki",
      "1M",
      "1Mi",
      "1.1Mi",
    ]);
  });

  for (const text of notQuantities) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(readQuantity(text), undefined));
  }

  it("are whole or not", () => {
    assert.ok(isWhole(quantity("1000m")) && isWhole(quantity("1.5Ki")));
    assert.ok(!isWhole(quantity("100m")) && !isWhole(quantity("0.1Ki")));
  });

  it("compare exactly where floats do not", () => {
    const milli = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(milli, milli, (a, b) => {
        const order = compareQuantities(quantity(`${a}m`), quantity(`${b}m`));
        assert.equal(order, a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });
});
