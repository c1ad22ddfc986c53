import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cleanedManagers, crdVersionsOf, isMigrated } from "../../src/kube/stored-versions.ts";

const crd = (storedVersions: readonly string[]) =>
  crdVersionsOf({
    metadata: { name: "widgets.prism.io", uid: "u", resourceVersion: "7" },
    spec: {
      group: "prism.io",
      names: { plural: "widgets", kind: "Widget" },
      versions: [
        { name: "v1", served: true, storage: true },
        { name: "v1beta1", served: true, storage: false },
        { name: "v1alpha1", served: false, storage: false },
      ],
    },
    status: { storedVersions },
  });

describe("the versions of a CRD", () => {
  it("tell what is stored, served and to be migrated", () => {
    const versions = crd(["v1alpha1", "v1"]);
    assert.ok(versions);
    assert.equal(versions.storage, "v1");
    assert.deepEqual(versions.served, ["v1", "v1beta1"]);
    assert.equal(isMigrated(versions), false);
    assert.equal(isMigrated({ ...versions, stored: ["v1"] }), true);
    assert.equal(isMigrated({ ...versions, stored: [] }), false);
  });

  it("are nothing for what is no CRD", () => {
    for (const value of [undefined, null, "x", {}, { metadata: { name: "a" }, spec: {} }])
      assert.equal(crdVersionsOf(value), undefined);
  });
});

describe("managed fields", () => {
  const versions = crd(["v1"]) ?? assert.fail();
  const entry = (version: string) => ({ manager: "m", apiVersion: `prism.io/${version}` });

  it("of served versions are left alone", () => {
    assert.equal(cleanedManagers([entry("v1"), entry("v1beta1")], versions), undefined);
    assert.equal(cleanedManagers([], versions), undefined);
  });

  it("lose the entries of versions that are not served", () => {
    const kept = cleanedManagers([entry("v1alpha1"), entry("v1"), entry("v0")], versions);
    assert.deepEqual(kept, [entry("v1")]);
  });

  it("are never left empty: the next apply would own nothing that it owned", () => {
    const [seed, ...more] = cleanedManagers([entry("v1alpha1")], versions) ?? [];
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(seed, { apiVersion: "prism.io/v1", operation: "Update" });
  });
});
