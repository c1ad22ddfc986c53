import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { crdTemplates } from "../../tools/deploy/crd-template.ts";
import { programPath, run } from "../../tools/deploy/helm.ts";
import { knownValues } from "../../tools/deploy/known-values.ts";
import { manifests } from "../../tools/deploy/manifests.ts";

describe("what is made from the chart and the CRDs", () => {
  it("is what `npm run generate:deploy` makes", async () => {
    const made = [
      ...crdTemplates("crds"),
      knownValues(),
      ...(await manifests(await programPath("helm"))),
    ];
    assert.ok(made.length > 10);
    const old = made
      .filter(({ path, text }) => readFileSync(path, "utf8") !== text)
      .map(({ path }) => path);
    assert.deepEqual(old, [], "run npm run generate:deploy");
  });

  it("the kustomize base and the plain manifest have the same objects", async () => {
    const kubectl = await programPath("kubectl");
    const { code, stdout, stderr } = await run(kubectl, ["kustomize", "deploy/kustomize/base"]);
    assert.equal(code, 0, stderr);
    const of = (text: string) =>
      new Map(
        parseAllDocuments(text)
          .map((one): unknown => one.toJS())
          .map((one) => [`${textAt(one, "kind")}/${textAt(one, "metadata", "name")}`, one]),
      );
    const plainObjects = of(readFileSync("deploy/prism-operator.yaml", "utf8"));
    assert.ok(plainObjects.size >= 20);
    assert.deepEqual(of(stdout), plainObjects);
  });
});
