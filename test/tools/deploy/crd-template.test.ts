import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { stringify } from "yaml";
import { crdTemplates } from "../../../tools/deploy/crd-template.ts";

/** One version, no conversion, no protection; its description would be a template to Helm. */
const PLAIN = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "prismthings.prism.io" },
  spec: {
    group: "prism.io",
    names: { plural: "prismthings", kind: "PrismThing" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1beta1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", description: "such as {{ .name }}" } },
      },
    ],
  },
};

describe("a CRD as a template of the chart", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-crds-"));
    copyFileSync("crds/prism.io_prismclusters.yaml", join(folder, "prism.io_prismclusters.yaml"));
    writeFileSync(join(folder, "prism.io_prismthings.yaml"), stringify(PLAIN));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is one file for each, and one list that roles, webhooks and policies are made from", () => {
    const made = crdTemplates(folder);
    assert.deepEqual(
      made.map(({ path }) => path.split("/").at(-1)),
      ["prism.io_prismclusters.yaml", "prism.io_prismthings.yaml", "_kinds.tpl"],
    );
    const list = made.at(-1)?.text ?? "";
    assert.match(
      list,
      /- plural: prismclusters\n {2}hubVersion: v1alpha2\n {2}isProtected: true\n/,
    );
    assert.match(list, /- plural: prismthings\n {2}hubVersion: v1beta1\n {2}isProtected: false\n/);
  });

  it("needs no conversion, and keeps what looks like a template", () => {
    const text = crdTemplates(folder)[1]?.text ?? "";
    assert.ok(text.includes('such as {{ "{{" }} .name }}'));
    assert.doesNotMatch(text, /clientConfig/);
  });

  it("is refused with a caBundle, which belongs to the operator alone", () => {
    const clientConfig = { caBundle: "QUJD", service: {} };
    const conversion = { strategy: "Webhook", webhook: { clientConfig } };
    const broken = { ...PLAIN, spec: { ...PLAIN.spec, conversion } };
    writeFileSync(join(folder, "prism.io_prismthings.yaml"), stringify(broken));
    assert.throws(() => crdTemplates(folder), /prismthings\.yaml has a caBundle/);
  });
});
