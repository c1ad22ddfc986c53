import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ApiBody, PrismClient } from "./prism-client.ts";
import { startOperator } from "./running-operator.ts";

/** With the operator gone nothing wedges, and what cannot work says so (WH-2, WH-6, WH-7, CONV-15). */

const NAME = "prism-local";
const MERGE = "application/merge-patch+json";
let plane: TestControlPlane;
let prism: PrismClient;
let spec: unknown;
let doomed: PrismClient;
let home: string;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  home = await plane.freshNamespace();
  const operator = await startOperator(plane, home, ["--no-leader-elect"]);
  prism = new PrismClient(plane, await plane.freshNamespace());
  doomed = new PrismClient(plane, await plane.freshNamespace());
  for (const client of [prism, doomed]) {
    const { status, body } = await client.create(example());
    assert.equal(status, 201, body.message);
    await eventually(async () => finalizersOf(await client.object("v1alpha2", NAME)).length > 0);
  }
  spec = (await prism.object("v1alpha2", NAME))["spec"];
  await operator.stop("SIGKILL");
});
after(() => plane?.close());

function example(): ApiBody {
  const object = parse(readFileSync("deploy/samples/prism-local.v1alpha1.yaml", "utf8"));
  return { ...object, metadata: { name: NAME } };
}

function finalizersOf(object: ApiBody): readonly string[] {
  return (object["metadata"] as { finalizers?: string[] }).finalizers ?? [];
}

async function eventually(isTrue: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe("with the operator gone", () => {
  it("v1alpha2 can still be read", async () => {
    assert.equal((await prism.read("v1alpha2", NAME)).status, 200);
  });

  it("v1alpha1 cannot be read or written, and the answer names the conversion webhook", async () => {
    const patch = { metadata: { labels: { a: "b" } } };
    const path = prism.path("v1alpha1", NAME);
    for (const [method, body] of [["GET"], ["PATCH", patch]] as const) {
      const answer = await prism.request(method, path, body, MERGE);
      assert.equal(answer.status, 500, JSON.stringify(answer.body));
      assert.match(
        answer.body.message ?? "",
        /conversion webhook for prism\.io\/v1alpha[12], Kind=PrismCluster failed: /,
      );
    }
  });

  it("a status can be written in v1alpha2, though the object was last written in v1alpha1", async () => {
    const path = `${prism.path("v1alpha2", NAME)}/status`;
    const { status, body } = await prism.request(
      "PATCH",
      path,
      { status: { phase: "Degraded" } },
      MERGE,
    );
    assert.equal(status, 200, body.message);
  });

  it("a write is refused, naming the webhook", async () => {
    const object = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "b" },
      spec: {},
    };
    const { status, body } = await prism.create(object);
    assert.equal(status, 500);
    assert.match(body.message ?? "", /failed calling webhook "mutate.prism.io"/);
  });

  it("a namespace with the break-glass label takes writes, and CEL still judges them", async () => {
    const label = { metadata: { labels: { "prism.io/admission": "disabled" } } };
    const path = `/api/v1/namespaces/${prism.namespace}`;
    assert.equal((await prism.request("PATCH", path, label, MERGE)).status, 200);
    const patch = (spec: object) =>
      prism.request("PATCH", prism.path("v1alpha2", NAME), { spec }, MERGE);
    // The API server reads a changed namespace within moments.
    await eventually(async () => (await patch({ proxy: { replicas: 3 } })).status === 200);
    const refused = await patch({ admin: { replicas: 3 } });
    assert.equal(refused.status, 422, refused.body.message);
  });

  it("an object can be deleted, and its finalizer taken away", async () => {
    const path = doomed.path("v1alpha2", NAME);
    assert.equal((await doomed.request("DELETE", path)).status, 200);
    assert.ok((await doomed.object("v1alpha2", NAME))["metadata"]);
    const patched = await doomed.request("PATCH", path, { metadata: { finalizers: null } }, MERGE);
    assert.equal(patched.status, 200, patched.body.message);
    assert.equal((await doomed.read("v1alpha2", NAME)).status, 404);
  });

  it("a namespace without PrismClusters goes when it is deleted", async () => {
    const path = `/api/v1/namespaces/${doomed.namespace}`;
    await doomed.request("DELETE", path);
    await eventually(async () => (await doomed.request("GET", path)).status === 404);
  });

  it("a new operator starts by itself, on the authority of the old one, and admits again", async () => {
    const secret = `/api/v1/namespaces/${home}/secrets/prism-webhook-ca`;
    const before = (await plane.api("GET", secret)).body as { data: Record<string, string> };
    const operator = await startOperator(plane, home, ["--no-leader-elect"]);
    try {
      const after = (await plane.api("GET", secret)).body as { data: Record<string, string> };
      assert.equal(after.data["ca.crt"], before.data["ca.crt"]);
      assert.equal((await prism.read("v1alpha1", NAME)).status, 200);
      const { proxy, ...rest } = (await prism.object("v1alpha2", NAME))["spec"] as {
        proxy: object;
      };
      const { proxy: had, ...others } = spec as { proxy: object };
      assert.deepEqual([rest, proxy], [others, { ...had, replicas: 3 }], "nothing is lost");
      const fresh = new PrismClient(plane, await plane.freshNamespace());
      const { status, body } = await fresh.create(example());
      assert.equal(status, 201, body.message);
    } finally {
      await operator.stop();
    }
  });
});
