import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  canonicalQuantity,
  largerQuantity,
  wholeUnits,
} from "../../../src/domain/prism-cluster/children/quantity.ts";
import { compareQuantities, readQuantity } from "../../../src/domain/quantity.ts";

/** What a real API server stores (apimachinery quantity_test.go has the same and more). */
const stored: readonly (readonly [string, string])[] = [
  ["1000m", "1"],
  ["1500m", "1500m"],
  ["0.5", "500m"],
  ["0.1", "100m"],
  ["0", "0"],
  ["0Gi", "0"],
  ["1024Mi", "1Gi"],
  ["1.5Gi", "1536Mi"],
  ["0.5Ki", "512"],
  ["1000Ki", "1000Ki"],
  ["1000", "1k"],
  ["1e3", "1e3"],
  ["10000e0", "10e3"],
  ["1000000k", "1G"],
  ["0.0001", "1m"],
  ["1025.5", "1025500m"],
  ["625000.9765625Ki", "640001k"],
  ["613.940280675888Gi", "659213356800"],
  ["1000000.0001Ki", "1024000000103m"],
  ["not a quantity", "not a quantity"],
];

describe("the canonical form of a quantity", () => {
  for (const [text, canonical] of stored) {
    it(`of ${text} is ${canonical}`, () => equal(canonicalQuantity(text), canonical));
  }

  const quantity = fc
    .tuple(
      fc.nat({ max: 1_000_000 }),
      fc.nat({ max: 999 }),
      fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi"),
    )
    .map(([whole, part, suffix]) => `${whole}.${part}${suffix}`);

  it("is its own canonical form", () => {
    fc.assert(
      fc.property(quantity, (text) => {
        equal(canonicalQuantity(canonicalQuantity(text)), canonicalQuantity(text));
      }),
    );
  });

  it("has the same value but for rounding up below a thousandth", () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const before = readQuantity(text);
        const after = readQuantity(canonicalQuantity(text));
        if (before === undefined || after === undefined) return false;
        const room = { units: after.units - after.scale, scale: after.scale };
        return compareQuantities(after, before) >= 0 && compareQuantities(room, before) < 0;
      }),
    );
  });
});

describe("sizes", () => {
  it("are compared by value, not by text", () => {
    equal(largerQuantity("9Gi", "10Gi"), "10Gi");
    equal(largerQuantity("1Gi", "1000Mi"), "1Gi");
    equal(largerQuantity("1Gi", undefined), "1Gi");
    equal(largerQuantity("1Gi", "nonsense"), "1Gi");
  });

  it("are counted in whole bytes", () => {
    equal(wholeUnits("1Ki"), 1024);
    equal(wholeUnits("1.5"), 1);
    equal(wholeUnits("nonsense"), undefined);
  });
});
