import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type JsonRecord, valueAt } from "../../src/domain/json-object.ts";
import { applyPatch } from "../../src/domain/json-patch.ts";
import { admission, hubExample, type ReviewOptions, responseOf } from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture();
});
after(() => webhooks.stop());

const mutate = async (options: ReviewOptions) =>
  responseOf((await webhooks.post("/mutate", admission(options))).json);

/** The example after its own patch. */
async function defaulted(): Promise<JsonRecord> {
  const object = hubExample();
  const { patch } = await mutate({ object });
  applyPatch(
    object,
    (patch ?? []).map(({ path, value }) => ({ op: "add", path, value })),
  );
  return object;
}

describe("/mutate", () => {
  it("stores what depends on more than one field, by additions only", async () => {
    const { allowed, patch } = await mutate({ object: hubExample() });
    assert.equal(allowed, true);
    assert.deepEqual(patch, [
      { op: "add", path: "/spec/backends/nats/storage", value: { size: "1Gi" } },
    ]);
  });

  it("sends no patch at all when nothing is missing", async () => {
    const { allowed, patch } = await mutate({ object: await defaulted() });
    assert.equal(allowed, true);
    assert.equal(patch, undefined);
  });

  it("does the same for a dry run", async () => {
    const wet = await mutate({ object: hubExample() });
    const dry = await mutate({ object: hubExample(), changes: { dryRun: true } });
    assert.deepEqual(dry, wet);
  });

  it("gives back what a v1alpha1 writer cannot say", async () => {
    const oldObject = await defaulted();
    Object.assign(oldObject["spec"] as object, { images: { registry: "registry.example.com" } });
    const { allowed, patch } = await mutate({
      object: await defaulted(),
      oldObject,
      version: "v1alpha1",
    });
    assert.equal(allowed, true);
    assert.deepEqual(patch, [
      { op: "add", path: "/spec/images", value: { registry: "registry.example.com" } },
    ]);
  });

  it("lets a v1alpha2 writer take it away", async () => {
    const oldObject = await defaulted();
    Object.assign(oldObject["spec"] as object, { images: { registry: "registry.example.com" } });
    assert.equal((await mutate({ object: await defaulted(), oldObject })).patch, undefined);
  });

  it("gives back an integer of 2^53+1 unharmed", async () => {
    const object = await defaulted();
    const review = JSON.stringify(
      admission({ object, oldObject: withConfig(object, "@"), version: "v1alpha1" }),
    ).replaceAll('"@"', "9007199254740993");
    const { json } = await webhooks.post("/mutate", review);
    const { patch } = (json as { response: { patch: string } }).response;
    assert.match(Buffer.from(patch, "base64").toString(), /"maxmemory":9007199254740993\b/);
  });

  it("refuses early, with every fault", async () => {
    const object = hubExample();
    Object.assign(object["spec"] as object, {
      admin: { replicas: 2 },
      patterns: [{ name: "a", backends: [{ name: "x" }] }],
    });
    const { allowed, code, reason, causes, rule, warnings } = await mutate({ object });
    assert.deepEqual(
      { allowed, code, reason, warnings },
      { allowed: false, code: 422, reason: "Invalid", warnings: [] },
    );
    assert.deepEqual(
      causes.map(({ field }) => field),
      ["spec.admin.replicas", "spec.patterns[0].backends[0].name"],
    );
    assert.equal(rule, "backend-reference,schema");
  });

  it("does not refuse early where that is switched off", async () => {
    const lenient = await startFixture({ refuseEarly: false });
    const object = hubExample();
    Object.assign(object["spec"] as object, { admin: { replicas: 2 } });
    const early = responseOf((await lenient.post("/mutate", admission({ object }))).json);
    const late = responseOf((await lenient.post("/validate", admission({ object }))).json);
    await lenient.stop();
    assert.deepEqual([early.allowed, late.allowed], [true, false]);
  });

  it("leaves the old object out of its judgement where an object is being deleted", async () => {
    const object = hubExample();
    Object.assign(object["metadata"] as object, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    Object.assign(object["spec"] as object, { admin: { replicas: 2 } });
    for (const path of ["/mutate", "/validate"]) {
      const review = admission({ object, oldObject: hubExample() });
      const { allowed, patch } = responseOf((await webhooks.post(path, review)).json);
      assert.deepEqual({ allowed, patch }, { allowed: true, patch: undefined });
    }
  });

  it("has nothing to say about subresources", async () => {
    const object = hubExample();
    Object.assign(object["spec"] as object, { admin: { replicas: 2 } });
    const { allowed } = await mutate({
      object,
      oldObject: object,
      changes: { subResource: "status" },
    });
    assert.equal(allowed, true);
  });
});

function withConfig(object: JsonRecord, value: unknown): JsonRecord {
  const copy = structuredClone(object);
  Object.assign(valueAt(copy, ["spec", "backends", "redis"]) as object, {
    config: { maxmemory: value },
  });
  return copy;
}
