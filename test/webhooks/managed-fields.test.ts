import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shortened, withoutManagedFields } from "../../webhooks/managed-fields.ts";

/** As kube-apiserver prints an object: keys sorted, no white space. */
const object = (metadata: object, spec: object = {}): object => ({
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata,
  spec,
});
const MANAGED = [{ fieldsV1: { "f:a]}": { '.\\"[{': {} } }, manager: 'a "quoted" \\ one' }];
const METADATA = {
  annotations: { a: 'with "managedFields":[1] and \\', "\\": "{[" },
  generation: 1,
  labels: {},
  managedFields: MANAGED,
  name: "a",
};
const admission = (one: unknown, old: unknown = null): string =>
  JSON.stringify({ request: { uid: "u", object: one, oldObject: old, dryRun: false } });

describe("a review without managedFields", () => {
  it("has none in both objects, and all else", () => {
    const text = withoutManagedFields(admission(object(METADATA), object(METADATA)));
    const empty = object({ ...METADATA, managedFields: [] });
    assert.deepEqual(JSON.parse(text), JSON.parse(admission(empty, empty)));
  });

  const unchanged: readonly [string, string][] = [
    ["there are none", admission(object({ name: "a" }))],
    ["they are no list", admission(object({ managedFields: "x" }))],
    ["they stand in the spec alone", admission(object({ name: "a" }, { managedFields: [1] }))],
    ["metadata is no object", admission({ ...object({}), metadata: '{"managedFields":[1]}' })],
    ["the text has white space", JSON.stringify(JSON.parse(admission(object(METADATA))), null, 1)],
    ["the text ends early", admission(object(METADATA)).slice(0, 200)],
    ["a string does not end", '{"object":{"apiVersion":"a'],
    ["a value is missing", '{"object":{"apiVersion":"a","metadata":{"name":'],
    ["it is empty", ""],
  ];
  for (const [why, text] of unchanged) {
    it(`is the review where ${why}`, () => assert.equal(withoutManagedFields(text), text));
  }

  it("says the same as the review for any cut of its text", () => {
    const whole = admission(object(METADATA), object(METADATA));
    for (let end = 0; end < whole.length; end++) {
      const text = whole.slice(0, end);
      assert.throws(() => JSON.parse(withoutManagedFields(text)), `${end}`);
    }
  });
});

describe("a shortened conversion", () => {
  const review = (...objects: readonly unknown[]): string =>
    JSON.stringify({ request: { desiredAPIVersion: "prism.io/v1alpha1", objects, uid: "u" } });

  it("gets its managedFields back byte by byte", () => {
    const text = review(object(METADATA));
    const short = shortened(text);
    assert.ok(short !== undefined && short.text.length < text.length);
    assert.equal(short.restored(short.text), text);
  });

  it("does not come back without its mark", () => {
    assert.equal(shortened(review(object(METADATA)))?.restored("{}"), undefined);
  });

  it("is not made of several objects, nor of a text that has the mark", () => {
    assert.equal(shortened(review(object(METADATA), object(METADATA))), undefined);
    const marked = { ...METADATA, name: "the managedFields stand here" };
    assert.equal(shortened(review(object(marked))), undefined);
  });
});
