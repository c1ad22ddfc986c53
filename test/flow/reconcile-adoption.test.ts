import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** A Redis as somebody set it up by hand, before there was an operator. */
function byHand(namespace: string, kind: "StatefulSet" | "Deployment", labels: object): object {
  const pod = {
    metadata: { labels: { app: "redis" } },
    spec: { containers: [{ name: "redis", image: "redis:7.2-alpine" }] },
  };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "redis", namespace, labels },
    spec: {
      replicas: 1,
      ...(kind === "StatefulSet" ? { serviceName: "redis" } : {}),
      selector: { matchLabels: { app: "redis" } },
      template: pod,
    },
  };
}

describe("what was there before the PrismCluster", () => {
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

  it("is taken over with its pods as they run, until the user lets them go", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const set = byHand(stack.namespace, "StatefulSet", { app: "redis" });
    await stack.write("POST", stack.path("statefulsets"), set);
    await stack.until("the pod", () => stack.get("pods", "redis-0"));
    const pods = await stack.podUids();
    const cluster = await stack.create(SMALL);
    const adopted = await stack.until("the owner", async () => {
      const found = await stack.object("statefulsets", "redis");
      return found.metadata.ownerReferences?.[0]?.uid === cluster.metadata.uid && found;
    });
    assert.equal(adopted["spec"].template.spec.containers[0].image, "redis:7.2-alpine");
    assert.equal(adopted.metadata.labels?.["managed-by"], "prism-operator");
    const running = await stack.untilPhase("Running", "prism");
    assert.equal((await stack.podUids())["redis-0"], pods["redis-0"]);
    assert.match(messageOf(running, "redis"), /spec\.template/);
    await stack.merge("prismclusters", "prism", {
      metadata: { annotations: { "prism.io/rollout": "now" } },
    });
    await stack.until("the new template", async () => {
      const set = await stack.get("statefulsets", "redis");
      return set?.["spec"].template.spec.containers[0].image.startsWith("redis:7.4");
    });
    await stack.untilPhase("Running", "prism");
  });

  it("is taken over although it is of another kind, until the user lets it go", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const deployment = byHand(stack.namespace, "Deployment", {});
    await stack.write("POST", stack.path("deployments"), deployment);
    await stack.until("the pod", async () => (await stack.list("pods")).length === 1);
    const pods = await stack.podUids();
    const cluster = await stack.create(SMALL);
    const running = await stack.untilPhase("Running", "prism");
    const found = await stack.object("deployments", "redis");
    assert.equal(found.metadata.ownerReferences?.[0]?.uid, cluster.metadata.uid);
    assert.equal(await stack.get("statefulsets", "redis"), undefined);
    assert.match(messageOf(running, "redis"), /it is a Deployment, not a StatefulSet/);
    const [name = ""] = Object.keys(pods);
    assert.equal((await stack.podUids())[name], pods[name]);
    await stack.merge("prismclusters", "prism", {
      metadata: { annotations: { "prism.io/rollout": "now" } },
    });
    await stack.until("the StatefulSet", () => stack.get("statefulsets", "redis"));
    await stack.untilGone("deployments", "redis");
    await stack.untilPhase("Running", "prism");
  });

  it("is a conflict when a workload of another kind has the name and nothing else of ours", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const labels = { component: "cache" };
    const { spec, ...deployment } = byHand(stack.namespace, "Deployment", {}) as LiveObject;
    const template = { ...spec.template, metadata: { labels } };
    const own = { ...spec, selector: { matchLabels: labels }, template };
    await stack.write("POST", stack.path("deployments"), { ...deployment, spec: own });
    await stack.create(SMALL);
    const cluster = await stalled(stack);
    assert.match(readyMessage(cluster), /a Deployment of this name exists/);
    assert.equal(await stack.get("statefulsets", "redis"), undefined);
  });

  it("is a conflict when another controller owns it, and is named", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const anchor = await stack.object("configmaps", "kube-root-ca.crt");
    const owner = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: anchor.metadata.name,
      uid: anchor.metadata.uid,
      controller: true,
    };
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "redis", labels: { app: "redis" }, ownerReferences: [owner] },
      spec: { selector: { app: "other" }, ports: [{ port: 1 }] },
    };
    await stack.write("POST", stack.path("services"), service);
    await stack.create(SMALL);
    const cluster = await stalled(stack);
    assert.match(readyMessage(cluster), /is controlled by ConfigMap "kube-root-ca\.crt"/);
    const found = await stack.object("services", "redis");
    assert.deepEqual(found["spec"].selector, { app: "other" });
  });

  it("is left alone when nothing says that it is Prism's", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "redis-config" } };
    await stack.write("POST", stack.path("configmaps"), { ...config, data: { mine: "yes" } });
    await stack.create(SMALL);
    assert.match(readyMessage(await stalled(stack)), /exists and is not ours/);
    const found = await stack.object("configmaps", "redis-config");
    assert.deepEqual(found["data"], { mine: "yes" });
    await stack.remove("configmaps", "redis-config");
    await stack.merge("prismclusters", "prism", {
      metadata: { annotations: { "prism.io/reconcile-now": "1" } },
    });
    await stack.untilPhase("Running", "prism");
  });

  it("does not reach reconciliation when it is invalid, and no child is touched", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.create(SMALL);
    await stack.untilPhase("Running", "prism");
    const before = await stack.untilQuiet();
    const path = stack.path("prismclusters", "prism");
    await operator.stop();
    await stack.removeWebhooks();
    // Two faults that only the webhooks see; the API server takes the object.
    const patch = [
      { op: "replace", path: "/spec/patterns/0/backends", value: [{ name: "nothere" }] },
      { op: "replace", path: "/spec/proxy", value: { replicas: 3 } },
    ];
    await stack.write("PATCH", path, patch, "application/json-patch+json");
    operator = await startOperator(plane, await plane.freshNamespace());
    const cluster = await stack.until("ConfigValid False", async () => {
      const found = await stack.object("prismclusters", "prism");
      return conditionOf(found, "ConfigValid")?.status === "False" && found;
    });
    assert.match(
      conditionOf(cluster, "ConfigValid")?.message ?? "",
      /spec\.patterns\[0\]\.backends/,
    );
    await sleep(2_000);
    const now = await stack.versions();
    const changed = Object.keys(before).filter((key) => before[key] !== now[key]);
    assert.deepEqual(
      changed.map((key) => key.split("/")[0]),
      ["PrismCluster"],
    );
    const mended = [
      { op: "replace", path: "/spec/patterns/0/backends", value: [{ name: "redis" }] },
    ];
    await stack.write("PATCH", path, mended, "application/json-patch+json");
    await stack.untilPhase("Running", "prism");
  });
});

interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

function conditionOf(cluster: LiveObject, type: string): SeenCondition | undefined {
  return cluster["status"]?.conditions?.find((one: SeenCondition) => one.type === type);
}

/** What the status says of a backend. */
function messageOf(cluster: LiveObject, backend: string): string {
  const { backendStatus } = cluster["status"];
  return backendStatus.find(({ name }: { name: string }) => name === backend)?.message ?? "";
}

function readyMessage(cluster: LiveObject): string {
  return conditionOf(cluster, "Ready")?.message ?? "";
}

function stalled(stack: PrismStack): Promise<LiveObject> {
  return stack.until("Stalled", async () => {
    const found = await stack.object("prismclusters", "prism");
    return conditionOf(found, "Stalled")?.status === "True" && found;
  });
}
