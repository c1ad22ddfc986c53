import assert from "node:assert/strict";
import { it } from "node:test";
import { CrdSet } from "../../../src/cli/manifest/crd-set.ts";
import { answerLine } from "../../../src/cli/validate/answer-lines.ts";

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
