import assert from "node:assert/strict";
import { it } from "node:test";
import { CrdSet } from "../../../src/cli/manifest/crd-set.ts";
import { manifestsOf } from "../../../src/cli/manifest/manifest.ts";
import { answerLine } from "../../../src/cli/validate/answer-lines.ts";
import { reportOf, reportText } from "../../../src/cli/validate/report.ts";
import { judge } from "../../../src/cli/validate/verdict.ts";

const TORTURE = ["test/fixtures/torture.crd.yaml"];

it("answers a line with the stored object, in the server's numbers", async () => {
  const crds = await CrdSet.read(TORTURE);
  const line =
    '{"object":{"apiVersion":"differential.prism.io/v1","kind":"Torture","metadata":{"name":"x"},"spec":{"anything":[1.0,9007199254740993]}}}';
  assert.equal(
    answerLine(crds, line),
    '{"allowed":true,"causes":[],"object":{"apiVersion":"differential.prism.io/v1","kind":"Torture","metadata":{"name":"x"},"spec":{"anything":[1,9007199254740993],"rules":{}},"status":{"code":7,"phase":"New"}},"unevaluated":[]}',
  );
});

it("refuses a line that is no request, and goes on", async () => {
  const crds = await CrdSet.read(TORTURE);
  for (const line of ["nonsense", "[]", "{}", '{"object":1}']) {
    const answer: unknown = JSON.parse(answerLine(crds, line));
    assert.partialDeepStrictEqual(answer, {
      allowed: false,
      object: null,
      causes: [],
      unevaluated: [],
    });
  }
});

it("reports each fault with its line and column, and warns of unknown fields", async () => {
  const text =
    "apiVersion: differential.prism.io/v1\nkind: Torture\nmetadata: {name: x}\nspec:\n  replicas: 2\n  numbers:\n    bounded: 9\n    bouned: 1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
  const verdicts = judge(await CrdSet.read(TORTURE), manifestsOf("a.yaml", text), []);
  assert.equal(
    reportText(reportOf(verdicts)),
    [
      "a.yaml:7:5: error: Torture x: spec.numbers.bounded: Invalid value: 9: spec.numbers.bounded in body should be less than or equal to 5",
      'a.yaml:8:5: warning: Torture x: unknown field "spec.numbers.bouned", did you mean "bounded"?',
      "a.yaml:10:1: not checked: no CRD for v1 ConfigMap c",
      "0 accepted, 1 refused, 1 not checked",
      "",
    ].join("\n"),
  );
});
