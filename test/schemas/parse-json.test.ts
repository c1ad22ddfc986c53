import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FloatLiteral, type JsonValue, numberKind } from "../../schemas/json.ts";
import { MAX_DEPTH, parseJson } from "../../schemas/parse-json.ts";

function valueIn(text: string): JsonValue {
  const parsed = parseJson(text);
  assert.equal(parsed.kind, "parsed", text);
  return parsed.kind === "parsed" ? parsed.value : null;
}

describe("numbers keep what Go sees in them", () => {
  const table: readonly (readonly [string, JsonValue, "int64" | "float64"])[] = [
    ["1", 1, "int64"],
    ["1.0", new FloatLiteral(1), "float64"],
    ["1e3", new FloatLiteral(1000), "float64"],
    ["1.5", 1.5, "float64"],
    ["9007199254740993", 9007199254740993n, "int64"],
    ["9223372036854775807", 2n ** 63n - 1n, "int64"],
    ["9223372036854775808", 2 ** 63, "float64"],
    ["-9223372036854775808", -(2n ** 63n), "int64"],
    ["-9223372036854775809", new FloatLiteral(-(2 ** 63)), "float64"],
    ["1000000000000000000000000", 1e24, "float64"],
  ];
  for (const [text, value, kind] of table) {
    it(text, () => {
      assert.deepEqual(valueIn(text), value);
      assert.equal(numberKind(valueIn(text)), kind);
    });
  }

  it("a number beyond float64 is no JSON to the server", () => {
    assert.equal(parseJson("[1E400]").kind, "malformed");
  });
});

describe("keys", () => {
  it("of the prototype are keys like others", () => {
    const value = valueIn('{"__proto__": {"x": 1.0}, "constructor": 1}');
    assert.deepEqual(Object.keys(value ?? {}), ["__proto__", "constructor"]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it("that are repeated are found in strict mode, escaped or not, and the last one counts", () => {
    const parsed = parseJson('{"a": 1, "\\u0061": {"b": [{"c": 1, "c": 2}]}}', { strict: true });
    assert.deepEqual(parsed, {
      kind: "parsed",
      value: { a: { b: [{ c: 2 }] } },
      duplicates: ["a", "a.b[0].c"],
    });
  });
});

describe("text that is no JSON", () => {
  for (const text of [
    "",
    "{",
    "[1,]",
    '{"a" 1}',
    "[1 2]",
    '"abc',
    "nul",
    "{}x",
    "1.",
    "01.0",
    "{1.0: 2}",
    "[1.0",
  ]) {
    it(JSON.stringify(text), () => {
      assert.equal(parseJson(text).kind, "malformed");
      assert.equal(parseJson(text, { strict: true }).kind, "malformed");
    });
  }
});

it("lone surrogates become U+FFFD, as in Go", () => {
  assert.equal(valueIn('"a\\ud800b"'), "a\ufffdb");
  assert.equal(valueIn('"\\ud83d\\ude00"'), "\u{1f600}");
});

it("nesting is bounded", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}1.0${"]".repeat(depth)}`;
  assert.equal(parseJson(nested(MAX_DEPTH)).kind, "parsed");
  assert.equal(parseJson(nested(MAX_DEPTH + 1)).kind, "malformed");
  assert.equal(parseJson(nested(1_000_000)).kind, "malformed");
  assert.equal(parseJson(JSON.stringify("[".repeat(100_000))).kind, "parsed");
});

it("reads what JSON.parse reads, in both of its ways", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const strict = parseJson(text, { strict: true });
      const plain = JSON.parse(text, (_key, value) =>
        typeof value === "string" ? value.toWellFormed() : value,
      );
      assert.equal(strict.kind, "parsed");
      if (strict.kind === "parsed") {
        assert.equal(toPlain(strict.value), JSON.stringify(plain));
      }
    }),
  );
});

function toPlain(value: JsonValue): string {
  return JSON.stringify(value, (_key, content) =>
    typeof content === "bigint" ? Number(content) : content,
  );
}
