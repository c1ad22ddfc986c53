import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CompiledRule, compileRule } from "../../../schemas/cel/rule.ts";
import type { JsonObject, JsonValue } from "../../../schemas/json.ts";
import { readSchema } from "../../../schemas/schema-reader.ts";
import type { StructuralSchema } from "../../../schemas/structural-schema.ts";
import { type RuleCase, ruleCases } from "./rule-cases.ts";

function schemaOf(json: JsonObject): StructuralSchema {
  const read = readSchema(json);
  assert.ok(read.kind === "read");
  return read.schema;
}

function ready(rule: CompiledRule): Extract<CompiledRule, { kind: "compiled" }> {
  assert.ok(rule.kind === "compiled", JSON.stringify(rule));
  return rule;
}

function messageOf({ schema, rule, self, old }: RuleCase): string | undefined {
  const compiled = ready(compileRule(rule, schemaOf(schema)));
  const isAbsent = old === undefined || old === null;
  if (compiled.usesOldSelf && isAbsent && rule.optionalOldSelf !== true) {
    return undefined;
  }
  const result = compiled.evaluate(
    self,
    old === undefined ? { kind: "absent" } : { kind: "present", value: old },
  );
  return result.kind === "holds" ? undefined : result.message;
}

const anything: JsonObject = {
  type: "object",
  properties: { texts: { type: "array", items: { type: "string" } } },
};

function evaluate(rule: string, self: JsonValue, schema: JsonObject = anything) {
  return ready(compileRule({ rule }, schemaOf(schema))).evaluate(self, { kind: "absent" });
}

for (const [theme, cases] of Object.entries(ruleCases)) {
  describe(`rules: ${theme}`, () => {
    it("there are some", () => assert.ok(cases.length > 0));
    for (const one of cases) {
      it(one.title, () => assert.equal(messageOf(one), one.message));
    }
  });
}

describe("a rule", () => {
  it("tells whether it reads oldSelf", () => {
    const uses = (rule: string) => ready(compileRule({ rule }, schemaOf(anything))).usesOldSelf;
    assert.equal(uses("self == oldSelf"), true);
    assert.equal(uses("has(oldSelf.texts)"), true);
    assert.equal(uses("self == self"), false);
    assert.equal(uses("self.texts.all(oldSelf, oldSelf != '')"), false);
    assert.equal(uses("'oldSelf' == ''"), false);
  });

  it("that cannot be evaluated is named with what it lacks", () => {
    const what = (rule: string, messageExpression = "") => {
      const compiled = compileRule({ rule, messageExpression }, schemaOf(anything));
      return compiled.kind === "unevaluable" ? compiled.what : undefined;
    };
    assert.match(what("math.greatest(1, 2) == 2") ?? "", /'greatest'|'math'/);
    assert.match(what("nope == 1") ?? "", /undeclared reference to 'nope'/);
    assert.match(what("foo(self)") ?? "", /undeclared reference to 'foo'/);
    assert.match(what("'a'.charAt()") ?? "", /no matching overload for 'charAt'/);
    assert.match(what("self ==") ?? "", /syntax/);
    assert.match(what("'a'.matches('[')") ?? "", /matches/);
    assert.match(what("true", "string(") ?? "", /messageExpression: syntax/);
  });

  it("sees metadata's names at the root of a resource even if the schema lacks them", () => {
    const schema = schemaOf({ type: "object", properties: { spec: { type: "object" } } });
    const rule = { rule: "self.metadata.name.size() <= 3 && self.kind == 'K'" };
    const object = { apiVersion: "v1", kind: "K", metadata: { name: "abc", labels: {} } };
    const atRoot = ready(compileRule(rule, schema, true));
    assert.equal(atRoot.evaluate(object, { kind: "absent" }).kind, "holds");
    const elsewhere = ready(compileRule(rule, schema));
    assert.equal(elsewhere.evaluate(object, { kind: "absent" }).kind, "failed");
  });

  it("changes and keeps nothing of what it judges", () => {
    const self = { texts: ["b", "a"] };
    const before = structuredClone(self);
    const rule = ready(
      compileRule({ rule: "self.texts.sort() == ['a', 'b']" }, schemaOf(anything)),
    );
    for (let times = 0; times < 3; times++) {
      assert.deepEqual(rule.evaluate(self, { kind: "absent" }), { kind: "holds" });
    }
    assert.deepEqual(self, before);
    assert.equal(rule.evaluate({ texts: ["c"] }, { kind: "absent" }).kind, "violated");
  });

  it("gives the same answer after an error", () => {
    const rule = ready(
      compileRule({ rule: "self.texts.all(t, t.size() > 1)" }, schemaOf(anything)),
    );
    assert.equal(rule.evaluate({ texts: [1] }, { kind: "absent" }).kind, "failed");
    assert.equal(rule.evaluate({ texts: ["ab"] }, { kind: "absent" }).kind, "holds");
  });
});

describe("hostile rules and objects end in bounded time", () => {
  const many: JsonObject = { texts: Array.from({ length: 20_000 }, (_, index) => `text ${index}`) };
  const costly: readonly string[] = [
    "self.texts.all(a, self.texts.all(b, a != b + 'x'))",
    "self.texts.all(a, a in self.texts + ['y'])",
    "sets.contains(self.texts, self.texts.map(t, t + 'x'))",
    "self.texts.all(a, self.texts.exists(b, self.texts.exists(c, false)))",
    "lists.range(1000001).size() > 0",
    "self.texts.map(t, self.texts).size() > 0 && self.texts.all(t, self.texts == self.texts)",
  ];

  for (const rule of costly) {
    it(`the cost limit ends ${rule}`, () => {
      const result = evaluate(rule, many);
      assert.ok(result.kind === "failed");
      assert.match(result.message, /actual cost limit exceeded/);
    });
  }

  it("the cost limit is not absorbed and says what the API server says", () => {
    const rule = "true || self.texts.all(a, self.texts.all(b, true))";
    assert.equal(evaluate(rule, many).kind, "holds");
    const reversed = "self.texts.all(a, self.texts.all(b, true)) || true";
    assert.deepEqual(evaluate(reversed, many), {
      kind: "failed",
      message: `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${reversed}`,
      endsAll: true,
    });
  });

  it("each evaluation has the whole limit", () => {
    const rule = ready(compileRule({ rule: "self.texts.all(t, t != '')" }, schemaOf(anything)));
    for (let times = 0; times < 100; times++) {
      assert.equal(rule.evaluate(many, { kind: "absent" }).kind, "holds");
    }
  });

  it("a catastrophic pattern takes linear time", () => {
    const rule = ready(
      compileRule({ rule: "self.matches('^(a+)+$')" }, schemaOf({ type: "string" })),
    );
    assert.equal(rule.evaluate(`${"a".repeat(50_000)}!`, { kind: "absent" }).kind, "violated");
  });

  it("deep expressions and long chains compile or are refused", () => {
    const chain = Array.from({ length: 2000 }, () => "self.texts.size() >= 0").join(" && ");
    assert.equal(evaluate(chain, { texts: [] }).kind, "holds");
    const deep = `${"(".repeat(5000)}true${")".repeat(5000)}`;
    assert.equal(compileRule({ rule: deep }, schemaOf(anything)).kind, "unevaluable");
  });

  it("a long text is no problem", () => {
    const result = evaluate(
      "self.size() == 3000000 && !self.contains('b')",
      "a".repeat(3_000_000),
      { type: "string" },
    );
    assert.equal(result.kind, "holds");
  });
});
