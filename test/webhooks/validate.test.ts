import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonRecord } from "../../src/domain/json-object.ts";
import {
  admission,
  hubExample,
  type ReviewOptions,
  responseOf,
  sourceExample,
  toHub,
} from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture();
});
after(() => webhooks.stop());

const validate = async (options: ReviewOptions) =>
  responseOf((await webhooks.post("/validate", admission(options))).json);

function withSpec(object: JsonRecord, changes: object): JsonRecord {
  return { ...object, spec: { ...(object["spec"] as object), ...changes } };
}

describe("/validate", () => {
  it("lets the source's example through, in both versions, with warnings and no patch", async () => {
    for (const version of ["v1alpha1", "v1alpha2"]) {
      const { allowed, warnings, patch } = await validate({ object: hubExample(), version });
      assert.deepEqual({ allowed, patch }, { allowed: true, patch: undefined });
      assert.ok(warnings.some((warning) => warning.startsWith("spec.backends.nats.version: ")));
      for (const warning of warnings) assert.ok(warning.length <= 120, warning);
    }
  });

  it("names a fault in the paths of the version it was written in", async () => {
    const older = withSpec(sourceExample(), {
      patterns: [{ name: "a", type: "Deployment", backends: ["kafka"] }],
    });
    const object = toHub(older);
    const fields = async (version: string) =>
      (await validate({ object, version })).causes.map(({ field }) => field);
    assert.deepEqual(await fields("v1alpha1"), ["spec.patterns[0].backends[0]"]);
    assert.deepEqual(await fields("v1alpha2"), ["spec.patterns[0].backends[0].name"]);
  });

  it("reports a value that v1alpha1 has in the wrong type once, where it stands", async () => {
    const object = toHub(
      withSpec(sourceExample(), {
        patterns: [{ name: "keyvalue", type: 5 }],
        backends: { redis: { storage: {} } },
      }),
    );
    const { causes } = await validate({ object, version: "v1alpha1" });
    assert.deepEqual(
      causes.map(({ field, reason }) => `${field} ${reason}`),
      [
        "spec.backends.redis.storage FieldValueTypeInvalid",
        "spec.patterns[0].type FieldValueTypeInvalid",
      ],
    );
  });

  it("says where a fault is that only v1alpha2 has", async () => {
    const object = withSpec(hubExample(), { proxy: { replicas: 2, drainSeconds: -1 } });
    const { causes } = await validate({ object, version: "v1alpha1" });
    assert.equal(causes.length, 1);
    assert.equal(causes[0]?.field, "spec.proxy.drainSeconds");
    assert.match(causes[0]?.message ?? "", /\(in v1alpha2\)$/);
  });

  it("repeats no secret", async () => {
    const object = withSpec(hubExample(), {
      backends: { redis: { external: { url: "redis://admin:hunter2@redis.example.com" } } },
      patterns: [
        {
          name: "keyvalue",
          env: [
            { name: "PASSWORD", value: 4711 },
            { name: "1 2", value: "s3cr3t-value" },
          ],
          args: ["--password=hunter2", 5],
        },
      ],
    });
    const { allowed, message, causes } = await validate({ object });
    assert.equal(allowed, false);
    for (const secret of ["hunter2", "s3cr3t-value"]) {
      assert.ok(!`${message}${JSON.stringify(causes)}`.includes(secret), message);
    }
  });

  it("knows the other objects of the namespace", async () => {
    const asked: string[] = [];
    const neighbour = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "first", creationTimestamp: "2026-01-01T00:00:00Z" },
    };
    const full = await startFixture({
      neighbours: (namespace) => {
        asked.push(namespace);
        return [neighbour];
      },
    });
    const answer = responseOf(
      (await full.post("/validate", admission({ object: hubExample() }))).json,
    );
    await full.stop();
    assert.deepEqual(asked, ["prism"]);
    assert.match(answer.message, /has PrismCluster first already/);
  });

  it("names an object that has no name yet by what its name will begin with", async () => {
    const object = {
      ...withSpec(hubExample(), { admin: { replicas: 2 } }),
      metadata: { generateName: "prism-" },
    };
    const { message } = await validate({ object, changes: { name: "" } });
    assert.match(message, /^PrismCluster\.prism\.io "prism-" is invalid: spec\.admin\.replicas: /);
  });
});

describe("/protect", () => {
  const protect = async (changes: object) =>
    responseOf(
      (
        await webhooks.post(
          "/protect",
          admission({
            oldObject: withSpec(hubExample(), { deletionProtection: true }),
            operation: "DELETE",
            changes,
          }),
        )
      ).json,
    );

  it("refuses to delete what is protected, and says how", async () => {
    const { allowed, code, message, rule } = await protect({});
    assert.deepEqual(
      { allowed, code, rule },
      { allowed: false, code: 403, rule: "deletion-protection" },
    );
    assert.match(message, /spec\.deletionProtection is true; set it to false first/);
  });

  it("does not wedge a namespace that is being deleted", async () => {
    const username = "system:serviceaccount:kube-system:namespace-controller";
    assert.equal((await protect({ userInfo: { username } })).allowed, true);
  });

  it("lets everything else go", async () => {
    const review = admission({ oldObject: hubExample(), operation: "DELETE" });
    assert.equal(responseOf((await webhooks.post("/protect", review)).json).allowed, true);
  });
});
