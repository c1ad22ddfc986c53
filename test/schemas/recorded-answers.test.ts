import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type Answer, admit } from "../../schemas/admit.ts";
import { compileCrd, type Engine } from "../../schemas/engine.ts";
import { goJson } from "../../schemas/go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../../schemas/json.ts";
import { parseJson } from "../../schemas/parse-json.ts";
import { toCause } from "../../schemas/problem.ts";
import { readVersions } from "./crd-fixture.ts";

/** One write to the torture CRD and what kube-apiserver 1.37.2 answered: `request` is the body's text, as numbers need it. */
const RECORDED = readFileSync(
  new URL("../fixtures/torture-answers.jsonl", import.meta.url),
  "utf8",
);

function parse(text: string): JsonValue {
  const parsed = parseJson(text);
  assert.equal(parsed.kind, "parsed");
  return parsed.kind === "parsed" ? parsed.value : null;
}

function objectAt(value: JsonValue, key: string): JsonObject {
  const found = isObject(value) ? getKey(value, key) : undefined;
  assert.ok(isObject(found), `${key} is an object`);
  return found;
}

/** The answer in the form of the recording; the order of causes follows Go's maps and says nothing. */
function recordedForm(answer: Answer): JsonValue {
  if (answer.allowed) {
    return { object: answer.object };
  }
  const causes = answer.problems.map((problem): JsonObject => ({ ...toCause(problem) }));
  return { code: answer.code, causes: sorted(causes) };
}

function sorted(causes: readonly JsonValue[]): JsonValue[] {
  return causes.toSorted((left, right) => (goJson(left) < goJson(right) ? -1 : 1));
}

function expectedForm(expect: JsonObject): JsonValue {
  const causes = getKey(expect, "causes");
  return Array.isArray(causes) ? { ...expect, causes: sorted(causes) } : expect;
}

describe("the engine answers as kube-apiserver did", () => {
  const [version] = readVersions("test/fixtures/torture.crd.yaml");
  assert.ok(version !== undefined);
  const engine: Engine = compileCrd(version);
  const lines = RECORDED.trim().split("\n").map(parse);
  assert.ok(lines.length >= 150, "the recording is there");

  it("can evaluate every rule of the torture CRD", () => {
    assert.deepEqual(engine.unevaluable(), []);
  });

  for (const line of lines.filter(isObject)) {
    it(String(line["title"]), () => {
      const old = getKey(line, "old");
      const object = parse(String(line["request"]));
      const answer = admit(engine, { object, ...(old === undefined ? {} : { old }) });
      assert.equal(goJson(recordedForm(answer)), goJson(expectedForm(objectAt(line, "expect"))));
    });
  }
});
