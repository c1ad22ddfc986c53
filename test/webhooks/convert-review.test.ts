import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KINDS } from "../../src/domain/registry.ts";
import { convertLargeReview, convertReview } from "../../webhooks/convert-review.ts";
import { MalformedJson } from "../../webhooks/lossless-json.ts";
import { splitReview } from "../../webhooks/split-review.ts";
import { conversion, sourceExample } from "./reviews.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Objects with everything that could confuse a search for brackets and quotes. */
const anyObject = fc
  .record({
    status: fc.jsonValue(),
    metadata: fc.jsonValue(),
    other: fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "é", " ") }),
  })
  .map((parts) => ({ ...sourceExample(), ...parts }));
const anyReview = fc
  .tuple(fc.array(anyObject, { maxLength: 5 }), fc.constantFrom(undefined, 1, "\t"), fc.boolean())
  .map(([objects, space, isLast]) => {
    const review = conversion("prism.io/v1alpha2", objects) as { request: object };
    const request = isLast
      ? review.request
      : { objects, ...review.request, "a[]": [{ objects: [] }] };
    return JSON.stringify({ note: { request: [] }, ...review, request }, undefined, space);
  });

describe("a large review", () => {
  it("is answered like a small one", () => {
    fc.assert(
      fc.property(anyReview, (text) => {
        const small = convertReview(text, KINDS);
        const { bytes, ...facts } = convertLargeReview(bytesOf(text), KINDS);
        assert.deepEqual(JSON.parse(textOf(bytes)), JSON.parse(small.text));
        assert.equal(facts.objects, small.objects);
        assert.equal(facts.from, small.from);
        assert.equal(facts.result, "converted");
      }),
    );
  });

  it("keeps integers beyond 2^53", () => {
    const text = JSON.stringify(
      conversion("prism.io/v1alpha2", [{ ...sourceExample(), status: { a: "@" } }]),
    ).replace('"@"', "9007199254740993");
    assert.match(textOf(convertLargeReview(bytesOf(text), KINDS).bytes), /:9007199254740993\}/);
  });

  it("fails like a small one for a version or kind that is not ours", () => {
    for (const text of [
      JSON.stringify(conversion("prism.io/v9", [sourceExample()])),
      JSON.stringify(conversion("prism.io/v1alpha2", [{ kind: "Other" }])),
    ]) {
      const { bytes, result } = convertLargeReview(bytesOf(text), KINDS);
      assert.equal(result, "failed");
      assert.equal(textOf(bytes), convertReview(text, KINDS).text);
    }
  });

  it("damaged anywhere is malformed or still a review, never a crash", () => {
    const damage = fc.tuple(
      anyReview,
      fc.nat(),
      fc.constantFrom("", "[", "]", "{", "}", '"', ",", "\\", "x", "0"),
    );
    fc.assert(
      fc.property(damage, fc.boolean(), ([text, at, by], isCut) => {
        const place = at % text.length;
        const damaged = isCut
          ? text.slice(0, place)
          : text.slice(0, place) + by + text.slice(place + 1);
        try {
          convertLargeReview(bytesOf(damaged), KINDS);
        } catch (error) {
          assert.ok(error instanceof MalformedJson, `${error}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  for (const text of [
    "",
    "{",
    "[]",
    '{"request":[]}',
    '{"request":{"objects":{}}}',
    '{"request":{"objects":[1,]}}',
    '{"request":{"objects":[{}}}',
    '{"request":{"objects":["a]}}',
  ]) {
    it(`${text || "nothing"} is malformed`, () => {
      assert.throws(() => convertLargeReview(bytesOf(text), KINDS), MalformedJson);
    });
  }

  it("is cut where its objects are", () => {
    const text =
      ' { "a" : "]" , "request" : { "b" : [ ] , "objects" : [ {"c":"}"} , [ ] , 5 ] } } ';
    const { envelope, objects } = splitReview(bytesOf(text));
    assert.deepEqual(JSON.parse(envelope), { a: "]", request: { b: [], objects: [] } });
    assert.deepEqual(
      objects.map(({ start, end }) => text.slice(start, end)),
      ['{"c":"}"}', "[ ]", "5"],
    );
  });
});
