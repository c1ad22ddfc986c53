import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FieldPath } from "../../src/domain/field-path.ts";
import type { Problem } from "../../src/domain/problem.ts";
import { withoutConsequences } from "../../webhooks/consequences.ts";
import { redact } from "../../webhooks/redaction.ts";
import { comparePaths, invalidStatus } from "../../webhooks/refusal.ts";
import { boundWarnings } from "../../webhooks/warnings.ts";

const problem = (
  path: FieldPath,
  message = "Required value",
  reason: Problem["reason"] = "FieldValueRequired",
): Problem => ({
  path,
  reason,
  message,
  rule: "schema",
});
const OBJECT = { group: "prism.io", kind: "PrismCluster", name: "a" };

describe("the Status of a refusal", () => {
  it("reads as apimachinery's NewInvalid does, for one fault and for several", () => {
    assert.equal(
      invalidStatus(OBJECT, [problem(["spec", "admin"])]).message,
      'PrismCluster.prism.io "a" is invalid: spec.admin: Required value',
    );
    assert.equal(
      invalidStatus(OBJECT, [problem(["spec", "b", 1, "c.d"]), problem(["spec", "a"])]).message,
      'PrismCluster.prism.io "a" is invalid: [spec.a: Required value, spec.b[1][c.d]: Required value]',
    );
  });

  it("names a fault of the whole object as the API server does", () => {
    const { details } = invalidStatus(OBJECT, [problem([])]);
    assert.partialDeepStrictEqual(details, { causes: [{ field: "<nil>" }] });
  });

  it("lists fifty faults and counts the rest", () => {
    const many = Array.from({ length: 57 }, (_, index) => problem(["spec", "patterns", index]));
    const { message, details } = invalidStatus(OBJECT, many);
    assert.match(message, /spec\.patterns\[49\]: Required value, and 7 more\]$/);
    assert.equal((details as { causes: unknown[] }).causes.length, 51);
  });

  it("sorts indices as numbers and parents before children", () => {
    const paths: FieldPath[] = [["a", 10], ["a", 9], ["a"], ["B"], ["a", 9, "x"]];
    assert.deepEqual(paths.sort(comparePaths), [["B"], ["a"], ["a", 9], ["a", 9, "x"], ["a", 10]]);
  });
});

describe("consequences of a value of the wrong type", () => {
  const mistyped = problem(["spec", "a"], "Invalid value", "FieldValueTypeInvalid");
  it("are left out at its place and below it, and nowhere else", () => {
    const kept = [problem(["spec"]), problem(["spec", "ab"]), problem(["spec", "b", "a"])];
    const dropped = [problem(["spec", "a"]), problem(["spec", "a", 0, "b"])];
    assert.deepEqual(withoutConsequences([...kept, mistyped, ...dropped]), [...kept, mistyped]);
  });

  it("are nothing for the whole object", () => {
    const all = [problem([], "x", "FieldValueTypeInvalid"), problem(["spec"])];
    assert.deepEqual(withoutConsequences(all), all);
  });
});

describe("redaction", () => {
  const cases: readonly [string, FieldPath, unknown, string, string][] = [
    [
      "a value in quotes",
      ["spec", "env", 0, "value"],
      "hunter2",
      'Invalid value: "hunter2": no',
      "Invalid value: <redacted>: no",
    ],
    [
      "a short value only in quotes",
      ["spec", "env", 0, "value"],
      "no",
      'Invalid value: "no": no good',
      "Invalid value: <redacted>: no good",
    ],
    [
      "a value with quotes of its own",
      ["spec", "config", "a"],
      'x"hunter2',
      'Invalid value: "x\\"hunter2": no',
      "Invalid value: <redacted>: no",
    ],
    [
      "a bare value in a detail",
      ["spec", "args", 0],
      "hunter2",
      "Invalid value: not like hunter2",
      "Invalid value: not like <redacted>",
    ],
    [
      "user information in any URL",
      ["spec", "host"],
      "",
      'Invalid value: "https://a:b@c/d": no',
      'Invalid value: "https://<redacted>@c/d": no',
    ],
    [
      "nothing of an ordinary field",
      ["spec", "size"],
      "hunter2",
      'Invalid value: "hunter2": no',
      'Invalid value: "hunter2": no',
    ],
  ];
  for (const [name, path, value, message, expected] of cases) {
    it(`takes away ${name}`, () => {
      const object = path.reduceRight<unknown>(
        (below, step) => (typeof step === "number" ? [below] : { [step]: below }),
        value,
      );
      assert.equal(redact(problem(path, message), object).message, expected);
    });
  }
});

describe("warnings", () => {
  it("have no control characters, which would make the API server drop them", () => {
    assert.deepEqual(boundWarnings(["a\nb\u0000c\u009fd"]), ["a b c d"]);
  });
  it("are cut at 120 characters", () => {
    const [line] = boundWarnings(["x".repeat(200)]);
    assert.equal(line?.length, 120);
    assert.ok(line?.endsWith("..."));
  });
  it("are at most ten, each once", () => {
    const many = Array.from({ length: 30 }, (_, index) => `w${index % 15}`);
    const bounded = boundWarnings(many);
    assert.equal(bounded.length, 10);
    assert.equal(bounded[9], "and 6 more warnings");
  });
});
