import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const OWNER = { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster" };

describe("deletion of a PrismCluster", { concurrency: 4 }, () => {
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

  async function running(change?: Parameters<PrismStack["createExample"]>[0]): Promise<PrismStack> {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.createExample(change);
    await stack.untilPhase("Running");
    return stack;
  }

  it("keeps volumes and credentials, and a new cluster of that name finds them", async () => {
    const stack = await running();
    const secret = await stack.object("secrets", "minio-credentials");
    const kept = [secret, ...(await stack.list("persistentvolumeclaims"))];
    // The garbage collector would take its time over what has an owner.
    assert.deepEqual(
      kept.filter(({ metadata }) => metadata.ownerReferences !== undefined),
      [],
    );
    await stack.remove("prismclusters", "prism-local");
    await stack.untilGone("prismclusters", "prism-local");
    const left = (await stack.everything()).map(({ metadata }) => metadata.name).toSorted();
    assert.deepEqual(left, [
      "data-mailbox-runner-0",
      "data-minio-0",
      "data-nats-0",
      "data-prism-admin-0",
      "data-redis-0",
      "minio-credentials",
    ]);
    const claim = await stack.object("persistentvolumeclaims", "data-minio-0");
    await stack.createExample();
    await stack.untilPhase("Running");
    assert.deepEqual((await stack.object("secrets", "minio-credentials"))["data"], secret["data"]);
    const found = await stack.object("persistentvolumeclaims", "data-minio-0");
    assert.equal(found.metadata.uid, claim.metadata.uid);
  });

  it("goes against the traffic", async () => {
    const stack = await running();
    await stack.remove("prismclusters", "prism-local");
    await stack.untilGone("prismclusters", "prism-local");
    const lines = operator.log.filter((line) => line["namespace"] === stack.namespace);
    const at = (kind: string, name: string): number =>
      lines.findIndex(
        (line) => line["msg"] === `Deleted ${kind}` && line[kind.toLowerCase()] === name,
      );
    const order = [
      at("Ingress", "prism-proxy"),
      at("Deployment", "prism-proxy"),
      at("StatefulSet", "keyvalue-runner"),
      at("StatefulSet", "prism-admin"),
      at("StatefulSet", "redis"),
    ];
    assert.ok(
      order.every((index) => index >= 0),
      order.join(" "),
    );
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  it("leaves nothing when the policy is Delete", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.create({ ...SMALL, deletionPolicy: "Delete" });
    await stack.untilPhase("Running", "prism");
    await stack.remove("prismclusters", "prism");
    await stack.untilGone("prismclusters", "prism");
    await stack.until("an empty namespace", async () => (await stack.everything()).length === 0);
  });

  it("leaves every child running when it is asked to orphan, and a new cluster takes them over as they run", async () => {
    const stack = await running();
    const pods = await stack.podUids();
    await stack.remove("prismclusters", "prism-local", { propagationPolicy: "Orphan" });
    await stack.untilGone("prismclusters", "prism-local");
    assert.deepEqual(await stack.podUids(), pods);
    await stack.createExample();
    const cluster = await stack.untilPhase("Running");
    await stack.untilQuiet(2_000);
    assert.deepEqual(await stack.podUids(), pods, "no pod was made anew");
    const redis = await stack.object("statefulsets", "redis");
    assert.equal(redis.metadata.ownerReferences?.[0]?.uid, cluster.metadata.uid);
  });

  it("repairs owners that point to a cluster which is gone", async () => {
    const stack = await running();
    const pods = await stack.podUids();
    const { metadata } = await stack.object("prismclusters", "prism-local");
    // A second owner that is there keeps the garbage collector from deleting what a restore from a backup brings.
    const anchor = await stack.object("configmaps", "kube-root-ca.crt");
    const stale = { ...OWNER, name: metadata.name, uid: randomUUID(), controller: true };
    const other = { apiVersion: "v1", kind: "ConfigMap", name: anchor.metadata.name };
    for (const [plural, name] of [
      ["statefulsets", "redis"],
      ["deployments", "prism-proxy"],
      ["services", "redis"],
    ] as const) {
      const ownerReferences = [stale, { ...other, uid: anchor.metadata.uid }];
      await stack.merge(plural, name, { metadata: { ownerReferences } });
      await stack.until(`the owner of ${name}`, async () => {
        const { ownerReferences: owners } = (await stack.object(plural, name)).metadata;
        const isOurs = owners?.some(({ uid }) => uid === metadata.uid);
        return isOurs && !owners?.some(({ uid }) => uid === stale.uid);
      });
    }
    await stack.untilPhase("Running");
    assert.deepEqual(await stack.podUids(), pods);
  });

  it("goes at once by prism.io/force-delete, and with its namespace", async () => {
    const stack = await running((example) => {
      example.metadata.annotations = { "prism.io/force-delete": "true" };
    });
    await stack.remove("prismclusters", "prism-local");
    await stack.untilGone("prismclusters", "prism-local", 5_000);
    const other = await running();
    await stack.write("DELETE", `/api/v1/namespaces/${other.namespace}`);
    await other.untilGone("prismclusters", "prism-local");
  });
});
