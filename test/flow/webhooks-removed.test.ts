import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import type { WebhookFixture } from "../webhooks/webhook-fixture.ts";
import { answerWebhooks } from "./answering-webhooks.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ApiBody, type ApiResponse, PrismClient } from "./prism-client.ts";

/**
 * The CRD alone (VAL-11): every fixture of an invalid object is written to a real API server that has no webhook
 * configurations, in its own version; conversion answers.
 */

const fixtures = globSync("test/fixtures/invalid/*.yaml").sort();
let plane: TestControlPlane;
let webhooks: WebhookFixture;
let prism: PrismClient;
/** Fixtures that the server refused, with the fields it named. */
const refused = new Map<string, readonly string[]>();

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  webhooks = await answerWebhooks(plane, { isAdmitting: false });
  prism = new PrismClient(plane, await plane.freshNamespace());
  for (const file of fixtures) {
    const answer = await write(file);
    const causes = answer.body.details?.causes ?? [];
    if (answer.status >= 400) {
      assert.equal(answer.status, 422, `${file}: ${answer.body.message}`);
      refused.set(
        file,
        causes.map(({ field }) => field),
      );
    }
  }
});
after(async () => {
  await plane?.close();
  await webhooks?.stop();
});

/** The last document of a file, as an update of the one before it where there are two. */
async function write(file: string): Promise<ApiResponse> {
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  const objects = documents
    .map((document) => document.toJS() as ApiBody | null)
    .filter((object) => object !== null);
  const [first, last] = [objects[0], objects.at(-1)].map((object) => inNamespace(object));
  assert.ok(first && last);
  if (objects.length === 1) return prism.create(last, "?dryRun=All&fieldValidation=Ignore");
  const stored = await prism.create(first);
  assert.equal(stored.status, 201, `${file}: ${stored.body.message}`);
  const { name, resourceVersion } = stored.body["metadata"] as Record<string, string>;
  assert.ok(name && resourceVersion);
  Object.assign(last["metadata"] as object, { resourceVersion });
  const path = prism.path(versionOf(last), name);
  const answer = await prism.request("PUT", `${path}?dryRun=All&fieldValidation=Ignore`, last);
  assert.equal((await prism.request("DELETE", path)).status, 200);
  return answer;
}

function inNamespace(object: ApiBody | undefined): ApiBody | undefined {
  if (object === undefined) return undefined;
  return { ...object, metadata: { ...(object["metadata"] as object), namespace: prism.namespace } };
}

const versionOf = (object: ApiBody): string =>
  String(object["apiVersion"]).replace("prism.io/", "");
/** The name of a fixture without folder and version. */
const ruleOf = (file: string): string => file.replace(/^.*\//, "").replace(/\..*$/, "");

/** What needs two fields that no rule of the CRD compares, amounts, versions, metadata or other objects: only the webhooks see it. */
const ONLY_WEBHOOKS: readonly string[] = [
  "admin-database-of-other-type",
  "admin-postgres-disabled",
  "admin-postgres-missing",
  "child-names",
  "conversion-data",
  "cpu-of-zero",
  "downgrade-on-return",
  "env-credentials",
  "kafka-copies",
  "kafka-in-sync",
  "memory-in-thousandths",
  "minio-downgrade",
  "one-cluster",
  "owned-settings",
  "pattern-backend-disabled",
  "pattern-backend-missing",
  "postgres-major",
  "postgres-replication-version",
  "request-above-limit",
  "request-above-limit-in-pattern",
  "version-downgrade",
];
/** v1alpha1 accepts what v1alpha2 may say through it: a scaler that scales to zero. */
const WIDER_IN_V1ALPHA1: readonly string[] = [
  "test/fixtures/invalid/autoscaling-from-zero.v1alpha1.yaml",
];

/** The API server has keys of maps in brackets, and `[.kafka.replicas]` where a rule of a map names the field. */
const stepsOf = (path: string): string => path.split(/[.[\]]+/).join(".");

describe("with the webhooks deleted", () => {
  const rules = new Set(fixtures.map(ruleOf));

  it("the CRD refuses four of five rules, and it is known which it does not", () => {
    assert.ok(fixtures.length > 100);
    const missed = fixtures.filter((file) => !refused.has(file));
    const unknown = missed.filter((file) => !WIDER_IN_V1ALPHA1.includes(file)).map(ruleOf);
    assert.deepEqual([...new Set(unknown)].sort(), ONLY_WEBHOOKS);
    assert.ok(ONLY_WEBHOOKS.length / rules.size <= 0.2, `${rules.size} rules`);
  });

  it("every change of what is immutable is refused, in the version that it is written in", () => {
    const immutable = fixtures.filter((file) => /-(changed|shrinks|added)\./.test(file));
    assert.ok(immutable.length > 16);
    assert.deepEqual(
      immutable.filter((file) => !refused.has(file)),
      [],
    );
  });

  it("no fault is found where the webhooks find none", () => {
    for (const [file, fields] of refused) {
      const expected = [...readFileSync(file, "utf8").matchAll(/^# expect: (\S+)/gm)];
      const known = new Set(expected.map(([, path = ""]) => stepsOf(path)));
      // The whole object stands for rules that were not checked.
      const others = fields.filter((field) => field !== "<nil>" && !known.has(stepsOf(field)));
      assert.deepEqual(others, [], file);
    }
  });
});
