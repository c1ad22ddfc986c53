import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { CrdSet } from "../../../src/cli/manifest/crd-set.ts";
import { type Manifest, manifestsOf } from "../../../src/cli/manifest/manifest.ts";
import { reportOf, reportText } from "../../../src/cli/validate/report.ts";
import { type JudgeOptions, judge, type Verdict } from "../../../src/cli/validate/verdict.ts";

const own: JudgeOptions = {
  crds: await CrdSet.read([]),
  fieldValidation: "strict",
  hasWebhooks: true,
};
const torture: JudgeOptions = {
  crds: await CrdSet.read(["test/fixtures/torture.crd.yaml"]),
  fieldValidation: "strict",
  hasWebhooks: false,
};

function textOf(options: JudgeOptions, text: string): readonly string[] {
  const verdicts = judge(options, manifestsOf("a.yaml", text), []);
  return reportText(reportOf(verdicts), (_format, painted) => painted)
    .trimEnd()
    .split("\n");
}

describe("what the webhooks refuse is refused without a cluster", () => {
  const files = globSync("test/fixtures/invalid/*.yaml").sort();
  it("there are fixtures", () => assert.ok(files.length > 50));

  for (const file of files) {
    const text = readFileSync(file, "utf8");
    // Objects that are in the cluster and in no file.
    if (/^# neighbour:/m.test(text)) continue;
    it(file, () => {
      const manifests: readonly Manifest[] = manifestsOf(file, text);
      const last = manifests.slice(-1);
      const [verdict] = judge(own, last, manifests.length > 1 ? manifests.slice(0, 1) : []);
      assert.ok(verdict?.kind === "refused", JSON.stringify(verdict));
      const found = verdict.causes
        .filter(({ reason }) => reason !== "FieldValueUnknown")
        .map(({ field, reason }) => `${field} ${reason}`);
      const expected = [...text.matchAll(/^# expect: (.+)$/gm)]
        .map(([, mark = ""]) => mark)
        // The API server's word for rules that it did not run; here all rules run.
        .filter((mark) => mark !== "<nil> FieldValueInvalid")
        // Of a value of the wrong type the webhooks say nothing more.
        .filter((mark, _at, all) => {
          const mistyped = `${mark.split(" ")[0]} FieldValueTypeInvalid`;
          return mark === mistyped || !all.includes(mistyped);
        });
      assert.deepEqual(found.sort(), expected.sort());
      assert.ok(verdict.causes.every(({ place }) => place.line > 1));
      assert.doesNotMatch(JSON.stringify(verdict), /s3cret/);
    });
  }
});

describe("the samples", () => {
  const files = globSync("deploy/samples/**/*.yaml").sort();
  it("there are samples", () => assert.ok(files.length > 3));

  for (const file of files) {
    it(`${file} is accepted`, () => {
      const verdicts = judge(own, manifestsOf(file, readFileSync(file, "utf8")), []);
      const isRefused = ({ kind }: Verdict) => kind === "refused" || kind === "malformed";
      assert.deepEqual(verdicts.filter(isRefused), []);
    });
  }
});

describe("a report", () => {
  it("points each fault to its line and column, and says what the field wants", () => {
    const text = `apiVersion: prism.io/v1alpha2
kind: PrismCluster
metadata: {name: shop}
spec:
  admin:
    replicas: 2
  proxi: {}
  patterns:
    - name: keyvalue
      type: Deployment
      backends: [redis]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
`;
    const lines = textOf(own, text);
    assert.match(
      lines.join("\n"),
      /^a.yaml:6:5: error: PrismCluster shop: spec.admin.replicas: Unsupported value: 2: supported values: "1", "3", "5"\n {4}replicas is one of 1, 3, 5: Members of the raft group[^\n]*\na.yaml:7:3: error: PrismCluster shop: spec.proxi: unknown field, did you mean "proxy"\?\na.yaml:10:7: error: PrismCluster shop: spec.patterns\[0\].type: [^\n]*set workload: Deployment; type names the runner\n[\s\S]*a.yaml:11:18: error: PrismCluster shop: spec.patterns\[0\].backends\[0\]: [^\n]*write {name: redis}\n[\s\S]*a.yaml:13:1: not checked: no CRD for v1 ConfigMap c\n0 accepted, 1 refused, 1 not checked$/,
    );
  });

  it("judges by another's CRD alone", () => {
    const text =
      "apiVersion: differential.prism.io/v1\nkind: Torture\nmetadata: {name: x}\nspec:\n  replicas: 2\n  numbers:\n    bounded: 9\n    bouned: 1\n";
    assert.deepEqual(textOf({ ...torture, fieldValidation: "warn" }, text), [
      "a.yaml:7:5: error: Torture x: spec.numbers.bounded: Invalid value: 9: spec.numbers.bounded in body should be less than or equal to 5",
      "    bounded is a whole number from -2 to 5",
      'a.yaml:8:5: warning: Torture x: spec.numbers.bouned: unknown field, did you mean "bounded"?',
      "0 accepted, 1 refused",
    ]);
  });

  it("names the kinds that there are when there is none of that name", () => {
    const [line = ""] = textOf(own, "apiVersion: prism.io/v1\nkind: PrismClutser\n");
    assert.match(
      line,
      /^a\.yaml:1:1: error: PrismClutser: no kind "PrismClutser" is served in prism\.io\/v1: write one of .*PrismCluster \(prism\.io\/v1alpha2\)/,
    );
  });

  it("takes documents of one file as applied together", () => {
    const cluster = (name: string) =>
      `apiVersion: prism.io/v1alpha2\nkind: PrismCluster\nmetadata: {name: ${name}}\nspec: {}\n`;
    const lines = textOf(own, `${cluster("a")}---\n${cluster("b")}`);
    assert.equal(lines.length, 2, lines.join("\n"));
    assert.match(
      lines[0] ?? "",
      /^a\.yaml:8:1: error: PrismCluster b: metadata\.namespace: Forbidden: the namespace has PrismCluster a already/,
    );
  });
});
