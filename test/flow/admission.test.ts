import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ApiBody, PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

let plane: TestControlPlane;
let operator: RunningOperator;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  operator = await startOperator(plane, await plane.freshNamespace());
});
after(async () => {
  await operator?.stop();
  await plane?.close();
});

const EXAMPLE = "deploy/samples/prism-local.v1alpha1.yaml";
const exampleIn = (namespace: string): ApiBody => {
  const example = parse(readFileSync(EXAMPLE, "utf8"));
  return { ...example, metadata: { ...example.metadata, namespace } };
};
const client = async (): Promise<PrismClient> =>
  new PrismClient(plane, await plane.freshNamespace());

/** An object with faults of the schema, of CEL and of our own rules, and the fields they are found at. */
const FAULTY = {
  v1alpha2: {
    spec: {
      admin: { replicas: 2 },
      proxy: {
        autoscaling: { minReplicas: 20, maxReplicas: 10 },
        resources: { requests: { cpu: "2" }, limits: { cpu: "1" } },
      },
      patterns: [
        { name: "keyvalue", type: "Deployment", backends: ["redis"] },
        { name: "consumer", backends: [{ name: "kafka" }] },
      ],
      backends: {
        redis: { storage: "1Gi" },
        postgres: { external: { url: "postgres://admin:hunter2@db.example.com/prism" } },
      },
    },
    fields: [
      "spec.admin.replicas",
      "spec.backends.postgres.external.url",
      "spec.backends.redis.storage",
      "spec.patterns[0].backends[0]",
      "spec.patterns[0].type",
      "spec.patterns[1].backends[0].name",
      "spec.proxy.autoscaling.minReplicas",
      "spec.proxy.resources.requests.cpu",
    ],
  },
  v1alpha1: {
    spec: {
      admin: { replicas: 2, storage: { type: "mysql", size: "1Gi" } },
      proxy: { autoscaling: { enabled: true, minReplicas: 20, maxReplicas: 10 } },
      patterns: [
        { name: "keyvalue", type: 5, backends: ["redis"] },
        { name: "consumer", type: "Deployment", backends: [{}] },
        { name: "consumer", type: "Deployment", backends: ["kafka"] },
      ],
      backends: {
        redis: { enabled: true, storage: {} },
        nats: { enabled: true, replicas: 2 },
      },
    },
    fields: [
      "spec.admin.replicas",
      "spec.admin.storage.type",
      "spec.backends.nats.replicas",
      "spec.backends.redis.storage",
      "spec.patterns[0].type",
      "spec.patterns[1].backends[0]",
      "spec.patterns[2]",
      "spec.patterns[2].backends[0]",
      "spec.proxy.autoscaling.minReplicas",
    ],
  },
} as const;

describe("a refusal", () => {
  for (const [version, { spec, fields }] of Object.entries(FAULTY)) {
    const faulty = {
      apiVersion: `prism.io/${version}`,
      kind: "PrismCluster",
      metadata: { name: "faulty" },
      spec,
    };

    it(`names every fault at once, in ${version}'s own paths`, async () => {
      const { status, body } = await (await client()).create(faulty);
      assert.equal(status, 422);
      assert.equal(body.reason, "Invalid");
      assert.deepEqual(
        body.details?.causes?.map(({ field }) => field),
        fields,
      );
      assert.match(
        body.message ?? "",
        /^admission webhook "mutate.prism.io" denied the request: PrismCluster.prism.io "faulty" is invalid: \[spec\.admin\.replicas: /,
      );
      assert.ok(!JSON.stringify(body).includes("hunter2"), "a password is repeated");
    });

    it(`reads as one line a fault in kubectl (${version})`, async () => {
      const answer = await (await client()).kubectl(
        ["create", "--validate=false", "-f", "-"],
        stringify(faulty),
      );
      assert.equal(answer.code, 1);
      const lines = answer.stderr.trim().split("\n");
      assert.equal(lines[0]?.trim(), 'The PrismCluster "faulty" is invalid:');
      assert.deepEqual(
        lines.slice(1).map((line) => /^\* ([^:]+): /.exec(line)?.[1]),
        fields,
      );
    });
  }

  it("hints at what was meant", async () => {
    const { spec } = FAULTY.v1alpha2;
    const object = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "a" },
      spec,
    };
    const { body } = await (await client()).create(object);
    assert.match(body.message ?? "", /set workload: Deployment; type names the runner/);
    assert.match(body.message ?? "", /write \{name: redis\}/);
  });

  it("leaves nothing behind", async () => {
    const prism = await client();
    const { spec } = FAULTY.v1alpha1;
    await prism.create({
      apiVersion: "prism.io/v1alpha1",
      kind: "PrismCluster",
      metadata: { name: "a" },
      spec,
    });
    assert.equal((await prism.read("v1alpha2", "a")).status, 404);
  });

  it("of a second PrismCluster names the first", async () => {
    const prism = await client();
    assert.equal((await prism.create(exampleIn(prism.namespace))).status, 201);
    const second = { ...exampleIn(prism.namespace), metadata: { name: "second" } };
    await untilRefused(() => prism.create(second, "?dryRun=All"));
    const { body } = await prism.create(second);
    assert.match(body.message ?? "", /the namespace has PrismCluster prism-local already/);
  });
});

/** The rule looks into a cache, which follows by watch. */
async function untilRefused(attempt: () => Promise<{ readonly status: number }>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while ((await attempt()).status < 400) deadline.throwIfAborted();
}

describe("the source's example, applied as v1alpha1", () => {
  let prism: PrismClient;
  before(async () => {
    prism = await client();
    const answer = await prism.kubectl(["apply", "-f", "-"], stringify(exampleIn(prism.namespace)));
    assert.equal(answer.code, 0, answer.stderr);
  });

  it("is stored as v1alpha2", async () => {
    const crd = await plane.api(
      "GET",
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prismclusters.prism.io",
    );
    assert.deepEqual((crd.body as { status: { storedVersions: string[] } }).status.storedVersions, [
      "v1alpha2",
    ]);
  });

  it("reads back as it was written, with the defaults that are stored", async () => {
    const { spec } = await prism.object("v1alpha1", "prism-local");
    const written = exampleIn(prism.namespace)["spec"] as { backends: { nats: object } };
    assert.deepEqual(spec, {
      ...written,
      backends: { ...written.backends, nats: { ...written.backends.nats, storage: "1Gi" } },
    });
  });

  it("reads as v1alpha2 in v1alpha2's shape", async () => {
    const { spec } = await prism.object("v1alpha2", "prism-local");
    const { patterns, backends } = spec as { patterns: object[]; backends: Record<string, object> };
    assert.deepEqual(backends["redis"], {
      enabled: true,
      replicas: 1,
      storage: { size: "1Gi" },
      version: "7-alpine",
    });
    assert.partialDeepStrictEqual(patterns[0], {
      name: "keyvalue",
      workload: "StatefulSet",
      backends: [{ name: "redis" }],
    });
  });

  for (const version of ["v1alpha1", "v1alpha2"]) {
    it(`has no conversion data in ${version}, nor does any field manager own it`, async () => {
      const object = await prism.object(version, "prism-local");
      assert.ok(!JSON.stringify(object["metadata"]).includes("conversion-data"));
    });
  }

  it("applied again changes nothing", async () => {
    const before = await prism.object("v1alpha2", "prism-local");
    const answer = await prism.kubectl(["apply", "-f", "-"], stringify(exampleIn(prism.namespace)));
    assert.match(answer.stdout, /unchanged/);
    const { metadata } = await prism.object("v1alpha2", "prism-local");
    assert.equal(
      (metadata as { generation: number }).generation,
      (before["metadata"] as { generation: number }).generation,
    );
  });
});

describe("a dry run", () => {
  it("is defaulted and judged like any other write, and stores nothing", async () => {
    const prism = await client();
    const { status, body } = await prism.create(exampleIn(prism.namespace), "?dryRun=All");
    assert.equal(status, 201);
    const { backends } = body["spec"] as { backends: { nats: { storage: string } } };
    assert.equal(backends.nats.storage, "1Gi");
    assert.equal((await prism.read("v1alpha1", "prism-local")).status, 404);
  });
});

describe("deletion protection", () => {
  it("refuses to delete and says how, until it is taken away", async () => {
    const prism = await client();
    const example = exampleIn(prism.namespace);
    await prism.create(example);
    const path = prism.path("v1alpha2", "prism-local");
    const protect = (value: boolean) =>
      prism.request(
        "PATCH",
        path,
        { spec: { deletionProtection: value } },
        "application/merge-patch+json",
      );
    assert.equal((await protect(true)).status, 200);
    const refused = await prism.request("DELETE", path);
    assert.equal(refused.status, 403);
    assert.match(refused.body.message ?? "", /set it to false first, then delete/);
    assert.equal((await protect(false)).status, 200);
    assert.equal((await prism.request("DELETE", path)).status, 200);
  });
});
