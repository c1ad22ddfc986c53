import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { conversion, convertedOf, hubExample, sourceExample } from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture();
});
after(() => webhooks.stop());

const convert = async (version: string, objects: readonly unknown[]) =>
  convertedOf((await webhooks.post("/convert", conversion(version, objects))).json);

describe("/convert", () => {
  it("converts there and back without a difference", async () => {
    const up = await convert("prism.io/v1alpha2", [sourceExample()]);
    assert.equal(up.result.status, "Success");
    assert.deepEqual(up.convertedObjects, [hubExample()]);
    const down = await convert("prism.io/v1alpha1", up.convertedObjects);
    assert.deepEqual(down.convertedObjects, [sourceExample()]);
  });

  it("keeps order and number of objects, also of those that need nothing", async () => {
    const objects = [
      hubExample(),
      sourceExample(),
      { apiVersion: "prism.io/v1alpha1", kind: "PrismCluster" },
    ];
    const { convertedObjects } = await convert("prism.io/v1alpha2", objects);
    assert.deepEqual(convertedObjects, [
      hubExample(),
      hubExample(),
      { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster" },
    ]);
  });

  it("tells what was converted from which version to which, in words that are fit for labels", async () => {
    const told = async (version: string, objects: readonly unknown[]): Promise<string> => {
      await convert(version, objects);
      const { from, to, result } = webhooks.recorder.conversions.at(-1) ?? {};
      return `${from} ${to} ${result}`;
    };
    const [up, down] = ["prism.io/v1alpha2", "prism.io/v1alpha1"];
    assert.equal(await told(up, [sourceExample()]), "v1alpha1 v1alpha2 converted");
    assert.equal(await told(down, [hubExample()]), "v1alpha2 v1alpha1 converted");
    assert.equal(await told(up, [sourceExample(), hubExample()]), "mixed v1alpha2 converted");
    assert.equal(await told("prism.io/v9", [sourceExample()]), "other other failed");
    assert.equal(
      await told(down, [{ ...sourceExample(), apiVersion: "evil.io/x" }]),
      "other v1alpha1 failed",
    );
  });

  for (const [name, version, object] of [
    ["an unknown desired version", "prism.io/v9", sourceExample()],
    [
      "an unknown version of an object",
      "prism.io/v1alpha2",
      { ...sourceExample(), apiVersion: "prism.io/v9" },
    ],
    [
      "a kind that is not ours",
      "prism.io/v1alpha2",
      { apiVersion: "prism.io/v1alpha1", kind: "Other" },
    ],
  ] as const) {
    it(`fails the review for ${name}`, async () => {
      const answer = await webhooks.post("/convert", conversion(version, [object]));
      const { uid, convertedObjects, result } = convertedOf(answer.json);
      assert.equal(answer.code, 200);
      assert.deepEqual(
        { uid, convertedObjects, status: result.status },
        { uid: "c-1", convertedObjects: [], status: "Failure" },
      );
      assert.ok(result.message);
    });
  }

  it("changes no integer, however large, wherever it stands", async () => {
    const text = JSON.stringify(
      conversion("prism.io/v1alpha2", [
        {
          ...sourceExample(),
          status: { big: "@", list: ["@"] },
          spec: { patterns: [{ name: "a", type: "@" }], other: "@" },
        },
      ]),
    ).replaceAll('"@"', "9007199254740993");
    const { json, code } = await webhooks.send("POST", "/convert", text);
    assert.equal(code, 200);
    void json;
    const raw = await rawPost(text);
    assert.equal(raw.split("9007199254740993").length - 1, 4);
    assert.ok(!raw.includes("9007199254740992"));
  });

  it("keeps keys that are dangerous in JavaScript", async () => {
    const object = JSON.parse(
      '{"apiVersion":"prism.io/v1alpha1","kind":"PrismCluster","spec":{"__proto__":{"a":1},"constructor":{"b":2}}}',
    );
    const { convertedObjects } = await convert("prism.io/v1alpha2", [object]);
    assert.equal(
      JSON.stringify(convertedObjects[0]?.["spec"]),
      '{"__proto__":{"a":1},"constructor":{"b":2}}',
    );
  });

  it("converts a large review in its worker, to the same result", async () => {
    const objects = Array.from({ length: 1_000 }, (_, index) => ({
      ...sourceExample(),
      metadata: { name: `cluster-${index}`, namespace: "prism" },
    }));
    const text = JSON.stringify(conversion("prism.io/v1alpha2", objects));
    assert.ok(text.length > 1024 * 1024);
    const { convertedObjects } = await convert("prism.io/v1alpha2", objects);
    assert.equal(convertedObjects.length, 1_000);
    assert.deepEqual(convertedObjects[999]?.["spec"], hubExample()["spec"]);
    assert.equal(webhooks.recorder.conversions.at(-1)?.objects, 1_000);
  });

  it("answers a large body that is no review with a 400", async () => {
    const answer = await webhooks.send("POST", "/convert", `{"a":"${"x".repeat(2 * 1024 * 1024)}"`);
    assert.equal(answer.code, 400);
    assert.deepEqual(webhooks.recorder.panics, []);
  });
});

/** The answer's text: JSON.parse would lose what is tested. */
async function rawPost(text: string): Promise<string> {
  const { Agent, request } = await import("node:https");
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${webhooks.url}/convert`,
      {
        method: "POST",
        ca: webhooks.ca,
        agent: new Agent(),
        headers: { "content-type": "application/json" },
      },
      (response) => {
        let answer = "";
        response.on("data", (chunk: Buffer) => (answer += chunk.toString()));
        response.on("end", () => resolve(answer));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
