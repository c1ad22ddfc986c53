import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileRule } from "../../../schemas/cel/rule.ts";
import { readSchema } from "../../../schemas/schema-reader.ts";
import { outcomeOf, type Row, readTables, ruleShowing } from "./expression-table.ts";
import { fixtureObject, fixtureSchema } from "./fixture.ts";

const read = readSchema(fixtureSchema);
assert.ok(read.kind === "read");
const { schema } = read;

function outcome({ expression }: Row): string {
  const rule = compileRule(ruleShowing(expression), schema);
  if (rule.kind === "unevaluable") {
    return "?";
  }
  const result = rule.evaluate(fixtureObject, { kind: "absent" });
  return result.kind === "holds" ? "holds" : outcomeOf(result.message);
}

const tables = readTables();

it("there are tables for every library", () => {
  assert.ok(tables.size >= 14, `${tables.size} tables`);
});

for (const [name, rows] of tables) {
  describe(`expressions of ${name} have kube-apiserver's outcome`, () => {
    it("there are some", () => assert.ok(rows.length >= 10));
    for (const row of rows) {
      it(row.expression, () => assert.equal(outcome(row), row.outcome));
    }
  });
}
