import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../schemas/json.ts";
import { compileRules } from "../../../schemas/rules/compile-rules.ts";
import { runRules } from "../../../schemas/rules/run-rules.ts";
import { readSchema } from "../../../schemas/schema-reader.ts";

const rule = "self.texts.all(a, self.texts.exists(b, a == b)) && self.number == 0";
const schema: JsonObject = {
  type: "object",
  properties: {
    items: {
      type: "array",
      items: {
        type: "object",
        properties: {
          number: { type: "integer" },
          texts: { type: "array", items: { type: "string" } },
        },
        "x-kubernetes-validations": [{ rule }],
      },
    },
  },
};

/** The messages for so many items with so many texts each. */
function messagesFor(items: number, texts: number): string[] {
  const read = readSchema(schema);
  assert.ok(read.kind === "read");
  const root = compileRules(read.schema);
  assert.ok(root !== undefined);
  const item = { number: 1, texts: Array.from({ length: texts }, (_, index) => `item${index}`) };
  const object = { items: Array.from({ length: items }, () => structuredClone(item)) };
  return runRules(root, object, undefined).problems.map(({ message }) => message);
}

const failed = `Invalid value: failed rule: ${rule}`;

describe("the rules of an object have a budget", () => {
  it("within it every item is judged", () => {
    assert.deepEqual(
      messagesFor(20, 300),
      Array.from({ length: 20 }, () => failed),
    );
  });

  it("once it is spent no further rule is run", () => {
    const messages = messagesFor(60, 300);
    // kube-apiserver 1.37 stops at the 32nd item, too
    assert.equal(messages.length, 32);
    assert.deepEqual(
      messages.slice(0, -1),
      Array.from({ length: 31 }, () => failed),
    );
    assert.equal(
      messages.at(-1),
      'Invalid value: "object": validation failed due to running out of cost budget, no further validation rules will be run',
    );
  });

  it("a rule that passes its own limit ends all", () => {
    const messages = messagesFor(3, 700);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /call cost exceeds limit for rule/);
  });
});
