import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { fuzzServer } from "../fuzz/server/server-fuzz.ts";
import { CHANGES, CREATIONS } from "../fuzz/server/writes.ts";
import type { WebhookFixture } from "../webhooks/webhook-fixture.ts";
import { answerWebhooks } from "./answering-webhooks.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismClient } from "./prism-client.ts";

/** The short form; `npm run fuzz:server -- --count 1000` is the long one. */

const OBJECTS = 20;
const FIXED_SEED = 1;
let plane: TestControlPlane;
let webhooks: WebhookFixture;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  webhooks = await answerWebhooks(plane, { isAdmitting: true });
});
after(async () => {
  await plane?.close();
  await webhooks?.stop();
});

describe("random PrismClusters written in every way and both versions lose nothing, and nobody owns what they never set", () => {
  for (const seed of [FIXED_SEED, randomInt(2 ** 31)]) {
    it(`seed ${seed}`, async (test) => {
      const { writes, faults } = await fuzzServer(plane, { seed, objects: OBJECTS });
      test.diagnostic(JSON.stringify(Object.fromEntries(writes)));
      assert.deepEqual(faults, []);
      if (seed === FIXED_SEED) assert.deepEqual(missingWays(writes), []);
    });
  }
});

describe("a file of v1alpha2 that is applied again by the server", () => {
  it("loses nothing that v1alpha1 cannot say, though somebody else writes in v1alpha1", async () => {
    const prism = new PrismClient(plane, await plane.freshNamespace());
    const spec = {
      observability: { grafana: { labels: { team: "a" } } },
      backends: { redis: { storage: { storageClassName: "fast" } } },
    };
    const file = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "a" },
      spec,
    };
    const path = prism.path("v1alpha2", "a");
    const apply = () => prism.request("PATCH", `${path}?fieldManager=file`, file, APPLY);
    assert.equal((await apply()).status, 201);
    const before = await prism.object("v1alpha2", "a");
    const patch = { spec: { proxy: { replicas: 2 } } };
    const older = prism.path("v1alpha1", "a");
    const patched = await prism.request("PATCH", older, patch, "application/merge-patch+json");
    assert.equal(patched.status, 200, patched.body.message);
    const { status, body } = await apply();
    assert.equal(status, 200, body.message);
    assert.deepEqual(body["spec"], { ...(before["spec"] as object), ...patch.spec });
  });
});

const APPLY = "application/apply-patch+yaml";

/** A file without hub-only fields is a matter of v1alpha1 alone. */
function missingWays(writes: ReadonlyMap<string, number>): readonly string[] {
  const ways = [...CREATIONS, ...CHANGES].flatMap((way) => [
    `${way}, v1alpha1`,
    `${way}, v1alpha2`,
  ]);
  return ways.filter((way) => !writes.has(way) && way !== "replace by a file, v1alpha2");
}
