import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import type { WebhookFixture } from "../webhooks/webhook-fixture.ts";
import { answerWebhooks } from "./answering-webhooks.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismClient } from "./prism-client.ts";

/** What the API server's own audit log says of a refusal (VAL-14): the rules, and no value. */

const METADATA_ALONE = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    resources: [{group: prism.io}]
  - level: None
`;
const SECRET = "s3cr3t-word";
let plane: TestControlPlane;
let webhooks: WebhookFixture;

before(async () => {
  plane = await openControlPlane({ isExclusive: true, auditPolicy: METADATA_ALONE });
  webhooks = await answerWebhooks(plane, { isAdmitting: true });
});
after(async () => {
  await plane?.close();
  await webhooks?.stop();
});

/** Annotations of each denied request of a namespace. */
async function denials(namespace: string): Promise<readonly unknown[]> {
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    const events = readFileSync(plane.auditLogPath, "utf8").split("\n").map(parseJson);
    const found = events
      .filter((event) => textAt(event, "objectRef", "namespace") === namespace)
      .filter((event) => Number(valueAt(event, "responseStatus", "code")) >= 400)
      .map((event) => valueAt(event, "annotations"));
    if (found.length > 0) return found;
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("a refusal in the audit log", () => {
  for (const version of ["v1alpha1", "v1alpha2"]) {
    it(`names the rules that were broken, and no value (${version})`, async () => {
      const prism = new PrismClient(plane, await plane.freshNamespace());
      const metadata = { name: "a" };
      const backends = [version === "v1alpha1" ? SECRET : { name: SECRET }];
      const spec = { admin: { replicas: 2 }, patterns: [{ name: "keyvalue", backends }] };
      const object = { apiVersion: `prism.io/${version}`, kind: "PrismCluster", metadata, spec };
      const { status, body } = await prism.create(object);
      assert.equal(status, 422, body.message);
      const [annotations, ...others] = await denials(prism.namespace);
      assert.equal(others.length, 0);
      assert.partialDeepStrictEqual(annotations, {
        "mutate.prism.io/rule": "backend-reference,schema",
      });
      assert.ok(!JSON.stringify(annotations).includes(SECRET));
    });
  }
});
