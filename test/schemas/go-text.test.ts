import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  compareCodePoints,
  goFixed,
  goFloat,
  goJson,
  goQuote,
  goValue,
} from "../../schemas/go-text.ts";
import { FloatLiteral, type JsonValue } from "../../schemas/json.ts";

/** Printed by Go 1.26: fmt.Printf("%v", x). */
const FLOATS: readonly (readonly [number, string])[] = [
  [1e6, "1e+06"],
  [123456.7, "123456.7"],
  [1234567.8, "1.2345678e+06"],
  [123456789, "1.23456789e+08"],
  [100000, "100000"],
  [1e20, "1e+20"],
  [1e21, "1e+21"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1.5e-7, "1.5e-07"],
  [1e300, "1e+300"],
  [-0, "-0"],
  [0, "0"],
  [-2.5, "-2.5"],
];

describe("floats print as Go's %v does", () => {
  for (const [value, text] of FLOATS) {
    it(text, () => assert.equal(goFloat(value), text));
  }
});

it("floats without exponent have all their digits", () => {
  assert.deepEqual([1e25, 1e-7, -1.5e-9, 3, 2 ** 63].map(goFixed), [
    "10000000000000000000000000",
    "0.0000001",
    "-0.0000000015",
    "3",
    "9223372036854776000",
  ]);
});

it("strings are quoted as strconv.Quote does", () => {
  assert.equal(
    goQuote('a\u00a0b\u200b\u007f\u0001\u0007\v\u{1f600}é\ufeff\ufffd\u2028"\\'),
    '"a\\u00a0b\\u200b\\x7f\\x01\\a\\v\u{1f600}é\\ufeff\ufffd\\u2028\\"\\\\"',
  );
});

it("JSON has sorted keys, escaped angle brackets and short floats", () => {
  const value: JsonValue = {
    b: [1, 2n ** 60n, 1.5, new FloatLiteral(2)],
    a: "<&>\u2028\b",
    "\u{1f600}": null,
    "\uffee": true,
  };
  assert.equal(
    goJson(value),
    '{"a":"\\u003c\\u0026\\u003e\\u2028\\b","b":[1,1152921504606846976,1.5,2],"\uffee":true,"\u{1f600}":null}',
  );
});

it("values print as %v does", () => {
  assert.equal(goValue({ b: [1, "x", null], a: 1e6 + 0.5 }), "map[a:1.0000005e+06 b:[1 x <nil>]]");
});

it("strings order by code point, not by UTF-16 unit", () => {
  assert.deepEqual(["\u{10000}", "\uffff", "a", "ab", ""].sort(compareCodePoints), [
    "",
    "a",
    "ab",
    "\uffff",
    "\u{10000}",
  ]);
});
