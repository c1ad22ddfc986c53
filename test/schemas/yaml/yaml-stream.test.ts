import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FloatLiteral, type JsonValue } from "../../../schemas/json.ts";
import { readYaml, type YamlDocument } from "../../../schemas/yaml/yaml-stream.ts";

function documentsOf(text: string): readonly YamlDocument[] {
  const read = readYaml(text);
  assert.equal(read.kind, "read", read.kind === "malformed" ? read.message : "");
  return read.kind === "read" ? read.documents : [];
}

describe("scalars are read as kubectl reads them", () => {
  const table: readonly (readonly [string, JsonValue])[] = [
    ["yes", true],
    ["off", false],
    ["'yes'", "yes"],
    ["0777", 511],
    ["0x10", 16],
    ["1.0", 1],
    ["1e3", 1000],
    ["0.5", 0.5],
    ["1_000", 1000],
    ["9007199254740993", 9007199254740993n],
    ["18446744073709551615", 2 ** 64],
    ["1.0e+21", 1e21],
    ["2001-01-01", "2001-01-01"],
    ["12:30:45", "12:30:45"],
    ["~", null],
    ["!!str 5", "5"],
    ["v1", "v1"],
  ];
  for (const [text, value] of table) {
    it(text, () => {
      assert.deepEqual(documentsOf(`a: ${text}`)[0]?.value, { a: value });
    });
  }
});

it("keys are strings, whatever they look like", () => {
  assert.deepEqual(
    documentsOf("1: a\ntrue: b\n__proto__: c")[0]?.value,
    JSON.parse('{"1":"a","true":"b","__proto__":"c"}'),
  );
});

it("anchors are expanded and maps are merged", () => {
  const text = "base: &base {a: 1, b: {c: 2}}\none: {<<: *base, a: 3}\ntwo:\n  <<: [*base, {d: 4}]";
  assert.deepEqual(documentsOf(text)[0]?.value, {
    base: { a: 1, b: { c: 2 } },
    one: { a: 3, b: { c: 2 } },
    two: { a: 1, b: { c: 2 }, d: 4 },
  });
});

it("JSON keeps the form of its numbers", () => {
  assert.deepEqual(documentsOf('{"a": 1.0}')[0]?.value, { a: new FloatLiteral(1) });
});

it("a stream has several documents, and empty ones do not count", () => {
  assert.deepEqual(
    documentsOf("a: 1\n---\n---\n# nothing\n---\nb: 2\n").map(({ value }) => value),
    [{ a: 1 }, { b: 2 }],
  );
});

it("places are those of keys and items, or of the nearest thing there is", () => {
  const [document] = documentsOf(
    "spec:\n  list:\n    - a: 1\n    - b:\n        c: [x, y]\nmore: &m {k: v}\nless:\n  <<: *m\n",
  );
  const at = (...path: (string | number)[]) => {
    const { line, column } = document?.placeOf(path) ?? { line: 0, column: 0 };
    return `${line}:${column}`;
  };
  assert.equal(at(), "1:1");
  assert.equal(at("spec", "list", 1, "b"), "4:7");
  assert.equal(at("spec", "list", 1, "b", "c", 1), "5:16");
  assert.equal(at("spec", "list", 1, "missing"), "4:7");
  assert.equal(at("nowhere"), "1:1");
  assert.equal(at("less", "k"), "6:11");
});

it("repeated keys are reported and the last one counts", () => {
  const [document] = documentsOf("a: {b: 1, b: 2}\n");
  assert.deepEqual(document?.value, { a: { b: 2 } });
  assert.deepEqual(document?.duplicates, [["a", "b"]]);
});

describe("what cannot be read is said with its place", () => {
  const bomb = `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefghij"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[at]}`).join(",")}]`).join("\n")}`;
  const table: readonly (readonly [string, string, RegExp])[] = [
    ["broken flow", "a: [1\nb: 2", /^2:1 .*flow sequence/i],
    ["infinity", "a: .inf", /^1:4 Infinity cannot be written as JSON/],
    ["a bomb of aliases", bomb, /too many values/],
    ["an alias of itself", "a: &a [*a]", /nested more than/],
    ["deep flow", "[".repeat(20_000), /nested more than/],
    ["deep sequences", `${"- ".repeat(5_000)}x`, /nested more than/],
    ["a map as key", "{a: 1}: 2", /key must be a scalar/],
    ["an unknown alias", "a: *b", /./],
  ];
  for (const [title, text, expected] of table) {
    it(title, () => {
      const read = readYaml(text);
      assert.equal(read.kind, "malformed");
      if (read.kind === "malformed") {
        assert.match(`${read.place.line}:${read.place.column} ${read.message}`, expected);
      }
    });
  }
});
