import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import {
  hasLongNumber,
  MalformedJson,
  parseJson,
  printJson,
} from "../../webhooks/lossless-json.ts";
import { admission, conversion, hubExample, sourceExample } from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture();
});
after(() => webhooks.stop());

const PATHS = ["/mutate", "/validate", "/protect", "/convert"];
const path = fc.constantFrom(...PATHS);

/** Any JSON, with keys that are dangerous in JavaScript. */
const json = fc.jsonValue({ maxDepth: 4 });
const dangerous = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "0",
  "",
);

/** A valid object with some of its values replaced by others of any type. */
const torn = (object: object): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.oneof(json, dangerous)), { minLength: 1, maxLength: 5 })
    .map((tears) => {
      const copy = structuredClone(object);
      for (const [at, value] of tears) tear(copy, at, value);
      return copy;
    });

function tear(root: object, at: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: object): void => {
    for (const [key, below] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      if (typeof below === "object" && below !== null) walk(below);
    }
  };
  walk(root);
  const [node, key] = places[at % places.length] ?? [{}, ""];
  const renamed = typeof value === "string" && at % 2 === 0 && !Array.isArray(node);
  // Defined, not assigned: `__proto__` is to be a key.
  Object.defineProperty(node, renamed ? value : key, {
    value: renamed ? node[key] : value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

async function assertHarmless(at: string, body: string): Promise<void> {
  const { code, json: answer } = await webhooks.post(at, body);
  assert.ok(code === 200 || (code >= 400 && code < 500), `${code} for ${body.slice(0, 2_000)}`);
  assert.ok(typeof answer === "object" && answer !== null);
}

describe("whatever is sent", () => {
  after(() => assert.deepEqual(webhooks.recorder.panics, []));

  it("random text is answered with a 4xx", async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.string({ unit: "binary", maxLength: 200 }), async (at, body) => {
        const { code } = await webhooks.post(at, body);
        assert.ok(code >= 400 && code < 500);
      }),
      { numRuns: 200 },
    );
  });

  it("random JSON is answered with a 4xx", async () => {
    await fc.assert(
      fc.asyncProperty(path, json, async (at, body) => {
        const { code } = await webhooks.post(at, JSON.stringify(body));
        assert.ok(code >= 400 && code < 500);
      }),
      { numRuns: 200 },
    );
  });

  it("a review cut anywhere is answered with a 4xx", async () => {
    const text = JSON.stringify(admission({ object: hubExample() }));
    await fc.assert(
      fc.asyncProperty(path, fc.integer({ min: 0, max: text.length - 1 }), async (at, end) => {
        const { code } = await webhooks.post(at, text.slice(0, end));
        assert.ok(code >= 400 && code < 500);
      }),
      { numRuns: 100 },
    );
  });

  it("reviews of torn objects are judged, never a 5xx", async () => {
    const review = (object: unknown, oldObject?: unknown): string =>
      JSON.stringify(
        admission({ object, ...(oldObject !== undefined && { oldObject }), version: "v1alpha1" }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("/mutate", "/validate"),
        torn(hubExample()),
        torn(hubExample()),
        async (at, object, old) => {
          await assertHarmless(at, review(object));
          await assertHarmless(at, review(object, old).replace("v1alpha1", "v1alpha2"));
          await assertHarmless(at, review(hubExample(), old));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("torn reviews are answered, never a 5xx", async () => {
    await fc.assert(
      fc.asyncProperty(
        path,
        torn(admission({ object: hubExample(), oldObject: hubExample() })),
        async (at, body) => assertHarmless(at, JSON.stringify(body)),
      ),
      { numRuns: 300 },
    );
  });

  it("torn objects are all converted", async () => {
    await fc.assert(
      fc.asyncProperty(torn(sourceExample()), async (object) => {
        const whole = {
          ...(object as object),
          apiVersion: "prism.io/v1alpha1",
          kind: "PrismCluster",
        };
        const { code, json: answer } = await webhooks.post(
          "/convert",
          conversion("prism.io/v1alpha2", [whole]),
        );
        assert.equal(code, 200);
        assert.partialDeepStrictEqual(answer, { response: { result: { status: "Success" } } });
      }),
      { numRuns: 300 },
    );
  });

  for (const depth of [400, 1_000, 5_000, 10_000]) {
    it(`nesting of ${depth} is judged or refused as malformed`, async () => {
      const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      for (const at of PATHS) {
        const review =
          at === "/convert"
            ? conversion("prism.io/v1alpha2", ["@"])
            : admission({ object: "@", oldObject: "@" });
        const object = `{"apiVersion":"prism.io/v1alpha1","kind":"PrismCluster","spec":${deep},"status":${deep}}`;
        await assertHarmless(at, JSON.stringify(review).replaceAll('"@"', object));
      }
    });
  }

  it("eight megabytes in one string cost a 413 for admission and an answer for conversion", async () => {
    const object = { ...sourceExample(), status: { text: "x".repeat(8 * 1024 * 1024) } };
    assert.equal((await webhooks.post("/mutate", admission({ object }))).code, 413);
    assert.equal(
      (await webhooks.post("/convert", conversion("prism.io/v1alpha2", [object]))).code,
      200,
    );
  });
});

describe("numbers", () => {
  it("survive reading and printing, however large", () => {
    const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(integer), fc.string(), (integers, text) => {
        const source = `{"list":[${integers.join(",")}],"text":${JSON.stringify(text)}}`;
        assert.equal(printJson(parseJson(source), hasLongNumber(source)), source);
      }),
    );
  });

  it("of 16 digits in a row are found wherever they stand", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.stringMatching(/^\d{16,40}$/),
        fc.string({ maxLength: 60 }),
        (before, digits, after) => {
          assert.equal(hasLongNumber(before + digits + after), true);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^\d{1,15}$/)), (numbers) => {
        assert.equal(hasLongNumber(numbers.join(",")), false);
      }),
    );
  });

  it("are malformed JSON where the text is", () => {
    assert.throws(() => parseJson("{"), MalformedJson);
    assert.throws(() => parseJson("9007199254740993,"), MalformedJson);
  });
});
