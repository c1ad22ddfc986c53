import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AddOperation, applyPatch, withPatch } from "../../src/domain/json-patch.ts";

const add = (path: string, value: unknown): AddOperation => ({ op: "add", path, value });

describe("a record with a patch", () => {
  const root = { a: { c: 1, e: [{ x: 1 }, 2] }, z: { kept: true } };
  const patch = [
    add("/a/d", 2),
    add("/a/b", { y: 1 }),
    add("/a/b/x", 0),
    add("/a/e/0/w", 3),
    add("/nowhere/x", 1),
    add("/a/c/x", 1),
    add("/a/e/1", 1),
    add("/m~1n~0", "escaped"),
  ];

  it("has every addition that leads somewhere, with its keys where kube-apiserver prints them", () => {
    assert.equal(
      JSON.stringify(withPatch(root, patch)),
      '{"a":{"b":{"x":0,"y":1},"c":1,"d":2,"e":[{"w":3,"x":1},2]},"m/n~":"escaped","z":{"kept":true}}',
    );
  });

  it("is what the patch makes in place, and leaves the record alone", () => {
    const before = JSON.stringify(root);
    const inPlace = structuredClone(root);
    applyPatch(inPlace, structuredClone(patch));
    assert.deepEqual(withPatch(root, patch), inPlace);
    assert.equal(JSON.stringify(root), before);
  });

  it("shares what no addition leads through", () => {
    assert.equal(withPatch(root, patch)["z"], root.z);
    assert.equal(withPatch(root, []), root);
  });

  it("takes __proto__ for a key like any other", () => {
    const patched = withPatch({}, [add("/__proto__", { polluted: true })]);
    assert.equal(JSON.stringify(patched), '{"__proto__":{"polluted":true}}');
    assert.equal("polluted" in {}, false);
  });
});
