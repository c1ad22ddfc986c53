import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { compileRule } from "../../../schemas/cel/rule.ts";
import type { JsonObject } from "../../../schemas/json.ts";
import { readSchema } from "../../../schemas/schema-reader.ts";
import { readTable } from "./expression-table.ts";
import { fixtureObject, fixtureSchema } from "./fixture.ts";

function ready(rule: string, schema: JsonObject) {
  const read = readSchema(schema);
  assert.ok(read.kind === "read");
  const compiled = compileRule({ rule }, read.schema);
  assert.ok(compiled.kind === "compiled", JSON.stringify(compiled));
  return compiled;
}

describe("an evaluation costs what kube-apiserver charges", () => {
  const rows = readTable(join(import.meta.dirname, "costs.txt"));
  it("there are some", () => assert.ok(rows.length > 100));
  for (const { expression, outcome } of rows) {
    it(expression, () => {
      const rule = ready(`dyn(${expression}) != dyn('\\u0000')`, fixtureSchema);
      assert.deepEqual(rule.evaluate(fixtureObject, { kind: "absent" }), { kind: "holds" });
      assert.equal(`= ${rule.cost()}`, outcome);
    });
  }
});

/** A rule over a list of texts, the longest list here that it can judge, and one that ends it. */
const limits: readonly (readonly [string, number, number])[] = [
  ["self.distinct().size() > 0", 690, 720],
  ["self.sort().size() > 0", 690, 720],
  ["self.sortBy(x, x).size() > 0", 650, 690],
  ["self.all(a, self.exists(b, a == b))", 500, 650],
  ["self.all(a, a in self)", 800, 1000],
  ["self.all(a, self.all(b, a.size() + b.size() > 0))", 300, 400],
  ["sets.equivalent(self, self)", 690, 720],
];

describe("a rule ends at the size of list at which kube-apiserver ends it", () => {
  const schema: JsonObject = { type: "array", items: { type: "string" } };
  const textsOf = (size: number) =>
    Array.from({ length: size }, (_, index) => `item${String(index).padStart(5, "0")}`);
  for (const [rule, most, tooMany] of limits) {
    it(rule, () => {
      const { evaluate } = ready(rule, schema);
      assert.equal(evaluate(textsOf(most), { kind: "absent" }).kind, "holds");
      const ended = evaluate(textsOf(tooMany), { kind: "absent" });
      assert.ok(ended.kind === "failed" && ended.endsAll);
    });
  }
});
