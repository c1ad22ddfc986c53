import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ApiBody, PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/**
 * The release rule on the real server (CONV-12, CONV-13): a CRD that stores v1alpha1 and has objects in it, then one that
 * stores v1alpha2; at the end nothing needs v1alpha1 any more.
 */

const CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prismclusters.prism.io";
const MERGE = "application/merge-patch+json";
const OBJECTS = 3;
let plane: TestControlPlane;
let home: string;
let operator: RunningOperator;
let clients: readonly PrismClient[];

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  home = await plane.freshNamespace();
  operator = await startOperator(plane, home, ["--no-leader-elect"]);
  await storeIn("v1alpha1");
  clients = await Promise.all(
    Array.from(
      { length: OBJECTS },
      async () => new PrismClient(plane, await plane.freshNamespace()),
    ),
  );
  for (const client of clients) {
    // The API server takes its time to store by a changed CRD.
    await eventually(async () => {
      const { status } = await client.create(example());
      return status === 201 || status === 409;
    });
  }
});
after(async () => {
  await operator?.stop();
  await plane?.close();
});

function example(): ApiBody {
  const object = parse(readFileSync("deploy/samples/prism-local.v1alpha1.yaml", "utf8"));
  return { ...object, metadata: { name: "prism-local" } };
}

async function crd(): Promise<{
  spec: { versions: { name: string; storage: boolean; served: boolean }[] };
  status: { storedVersions: string[] };
}> {
  const { body } = await plane.api("GET", CRD);
  return body as Awaited<ReturnType<typeof crd>>;
}

async function storeIn(storage: string): Promise<void> {
  const { spec } = await crd();
  const body = spec.versions.map(({ name }, index) => ({
    op: "replace",
    path: `/spec/versions/${index}/storage`,
    value: name === storage,
  }));
  const options = { body, contentType: "application/json-patch+json" };
  const { status } = await plane.client.request("PATCH", CRD, options);
  assert.equal(status, 200);
}

async function eventually(isTrue: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const specs = (): Promise<readonly unknown[]> =>
  Promise.all(
    clients.map(async (client) => (await client.object("v1alpha2", "prism-local"))["spec"]),
  );
const generations = (): Promise<readonly unknown[]> =>
  Promise.all(
    clients.map(async (client) => {
      const { metadata } = await client.object("v1alpha2", "prism-local");
      return (metadata as { generation: number }).generation;
    }),
  );

describe("a new storage version", () => {
  it("is first served beside the old one, which objects are stored in", async () => {
    assert.ok((await crd()).status.storedVersions.includes("v1alpha1"));
  });

  it("takes every object over, changing nothing, and the old one is no stored version any more", async () => {
    const [before, generation] = await Promise.all([specs(), generations()]);
    await operator.stop();
    await storeIn("v1alpha2");
    operator = await startOperator(plane, home, ["--no-leader-elect"]);
    await eventually(async () => {
      const { status } = await crd();
      return status.storedVersions.join() === "v1alpha2";
    });
    assert.deepEqual(await specs(), before);
    assert.deepEqual(await generations(), generation);
    const done = operator.log.find(({ storage }) => storage === "v1alpha2");
    assert.equal(done?.["objects"], OBJECTS);
  });

  it("tells so by an event of the CRD and by the metric", async () => {
    await eventually(async () => {
      const { body } = await plane.api("GET", "/apis/events.k8s.io/v1/namespaces/default/events");
      return (body as { items: { reason: string }[] }).items.some(
        ({ reason }) => reason === "StorageMigrated",
      );
    }, 10_000);
    const { metrics } = operator.log.find((line) => "metrics" in line) ?? {};
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    assert.match(text, /prism_storage_migration_remaining\{crd="prismclusters\.prism\.io"\} 0/);
  });

  it("is all that is needed: with v1alpha1 no longer served, no manager tells of it and server-side apply works", async () => {
    const [client] = clients;
    assert.ok(client);
    const managersOf = async (): Promise<string> => {
      const { metadata } = await client.object("v1alpha2", "prism-local");
      return JSON.stringify((metadata as { managedFields: unknown }).managedFields);
    };
    assert.match(await managersOf(), /prism\.io\/v1alpha1/);
    const { spec } = await crd();
    const index = spec.versions.findIndex(({ name }) => name === "v1alpha1");
    const body = [{ op: "replace", path: `/spec/versions/${index}/served`, value: false }];
    // It would be served again at the operator's next start by --install; a cluster's CRD comes from its release.
    const contentType = "application/json-patch+json";
    assert.equal((await plane.client.request("PATCH", CRD, { body, contentType })).status, 200);
    await eventually(async () => !(await managersOf()).includes("prism.io/v1alpha1"), 90_000);
    const applied = await client.kubectl(
      ["apply", "--server-side", "--force-conflicts", "-f", "-"],
      JSON.stringify({
        apiVersion: "prism.io/v1alpha2",
        kind: "PrismCluster",
        metadata: { name: "prism-local", namespace: client.namespace },
        spec: { proxy: { replicas: 3 } },
      }),
    );
    assert.equal(applied.code, 0, applied.stderr);
    const path = client.path("v1alpha2", "prism-local");
    assert.equal(
      (await client.request("PATCH", path, { spec: { proxy: { replicas: 2 } } }, MERGE)).status,
      200,
    );
  });
});
