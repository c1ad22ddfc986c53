import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import { parse, parseAllDocuments } from "yaml";

/** As editors and kubeconform use them: formats unknown to them are ignored. */
function validatorOf(version: string) {
  const path = `schemas/json/prism.io/prismcluster_${version}.json`;
  return new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(path, "utf8")),
  );
}

const SAMPLES = globSync("deploy/samples/*.yaml")
  .flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => ({
      file,
      object: document.toJS(),
    })),
  )
  .filter(({ object }) => object.kind === "PrismCluster");

describe("the editors' JSON Schemas", () => {
  it("have samples to judge", () => {
    assert.ok(SAMPLES.length >= 3);
  });

  for (const { file, object } of SAMPLES) {
    it(`accept ${file}`, () => {
      const validate = validatorOf(object.apiVersion.split("/")[1]);
      assert.ok(validate(object), JSON.stringify(validate.errors));
    });
  }

  const FAULTS: Readonly<Record<string, string>> = {
    "a misspelt field": "spec: {proxy: {replica: 2}}",
    "a value of the wrong type": "spec: {proxy: {replicas: two}}",
    "a value out of range": "spec: {proxy: {replicas: 5000}}",
    "an unknown workload": "spec: {patterns: [{name: a, workload: Job}]}",
    "an object without spec": "status: {}",
  };
  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`refuse ${what}`, () => {
      const head = "apiVersion: prism.io/v1alpha2\nkind: PrismCluster\nmetadata: {name: a}\n";
      assert.equal(validatorOf("v1alpha2")(parse(head + fault)), false);
    });
  }

  it("refuse v1alpha1's lists of backend names in v1alpha2 and accept them in v1alpha1", () => {
    const object = (version: string) =>
      parse(
        `apiVersion: prism.io/${version}\nkind: PrismCluster\nmetadata: {name: a}\nspec: {patterns: [{name: a, backends: [redis]}]}`,
      );
    assert.equal(validatorOf("v1alpha2")(object("v1alpha2")), false);
    assert.equal(validatorOf("v1alpha1")(object("v1alpha1")), true);
  });
});
