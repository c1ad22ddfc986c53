import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

describe("the source's example, reconciled", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let stack: PrismStack;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    operator = await startOperator(plane, await plane.freshNamespace());
    stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.createExample();
    await stack.untilPhase("Running");
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
  });

  it("has a child for everything, each with its owner or kept on purpose", async () => {
    const cluster = await stack.object("prismclusters", "prism-local");
    const objects = (await stack.everything()).filter(({ metadata }) => {
      return metadata.labels?.["managed-by"] === "prism-operator";
    });
    const made = objects.filter(({ metadata }) => metadata.ownerReferences === undefined);
    for (const { metadata } of objects) {
      const owner = metadata.ownerReferences?.[0];
      if (owner?.name === "prism-local") assert.equal(owner.uid, cluster.metadata.uid);
    }
    assert.ok(objects.length > 40, `${objects.length} objects`);
    const kept = made.map(({ metadata }) => metadata.name).toSorted();
    assert.deepEqual(
      kept.filter((name) => !name.startsWith("data-")),
      ["minio-credentials"],
    );
  });

  it("made nothing of a later stage before the earlier was ready", async () => {
    const madeAt = async (plural: string, name: string): Promise<number> =>
      Date.parse((await stack.object(plural, name)).metadata.creationTimestamp);
    const readyAt = async (app: string): Promise<number> => {
      const pods = await stack.list("pods");
      const ready = pods
        .filter(({ metadata }) => metadata.labels?.["app"] === app)
        .flatMap((pod) => pod["status"].conditions)
        .filter(({ type }) => type === "Ready")
        .map(({ lastTransitionTime }) => Date.parse(lastTransitionTime));
      assert.ok(ready.length > 0, app);
      return Math.max(...ready);
    };
    const times = [
      ["minio", await readyAt("minio")],
      ["prism-admin", await madeAt("statefulsets", "prism-admin")],
      ["prism-admin is ready", await readyAt("prism-admin")],
      ["prism-proxy", await madeAt("deployments", "prism-proxy")],
      ["prism-proxy is ready", await readyAt("prism-proxy")],
      ["keyvalue-runner", await madeAt("statefulsets", "keyvalue-runner")],
      ["keyvalue-runner is ready", await readyAt("keyvalue-runner")],
      ["the ingress", await madeAt("ingresses", "prism-proxy")],
    ] as const;
    assert.deepEqual(
      times,
      times.toSorted(([, one], [, other]) => one - other),
    );
  });

  it("tells only transitions as events", async () => {
    const events = await stack.until("an event", async () => {
      const found = (await stack.list("events")).filter(
        (event) => event["reportingController"] === "prism.io/operator",
      );
      return found.length > 0 && found;
    });
    assert.deepEqual(
      events.map((event) => event["reason"]),
      ["Running"],
    );
  });

  const deleted = [
    ["deployments", "prism-proxy"],
    ["statefulsets", "redis"],
    ["services", "redis"],
    ["configmaps", "nats-config"],
    ["horizontalpodautoscalers", "prism-proxy"],
    ["ingresses", "prism-proxy"],
  ] as const;
  for (const [plural, name] of deleted) {
    it(`brings back ${plural}/${name} when it is deleted by hand`, async () => {
      await stack.untilPhase("Running");
      const { uid } = (await stack.object(plural, name)).metadata;
      await stack.remove(plural, name);
      await stack.until(`a new ${name}`, async () => {
        const found = await stack.get(plural, name);
        return found !== undefined && found.metadata.uid !== uid;
      });
      await stack.untilPhase("Running");
    });
  }

  it("reverts a change of an owned field and leaves what others set", async () => {
    const foreign = { metadata: { labels: { team: "a" }, annotations: { note: "b" } } };
    await stack.merge("services", "prism-proxy", foreign);
    const container = { name: "prism-proxy", image: "example.com/evil:1" };
    const patch = { spec: { template: { spec: { containers: [container] } } } };
    const path = stack.path("deployments", "prism-proxy");
    await stack.write("PATCH", path, patch, "application/strategic-merge-patch+json");
    await stack.merge("configmaps", "nats-config", { data: { "nats.conf": "bad" } });
    await stack.until("the image", async () => {
      const { spec } = await stack.object("deployments", "prism-proxy");
      return imageOf(spec).startsWith("ghcr.io/prism/prism-proxy");
    });
    await stack.until("the config", async () => {
      return (await stack.object("configmaps", "nats-config"))["data"]["nats.conf"] !== "bad";
    });
    const { labels, annotations } = (await stack.object("services", "prism-proxy")).metadata;
    assert.equal(labels?.["team"], "a");
    assert.equal(annotations?.["note"], "b");
    await stack.untilPhase("Running");
  });

  it("lets kubectl rollout restart have its way", async () => {
    await stack.untilPhase("Running");
    const restart = ["rollout", "restart", "deployment/consumer-runner", "-n", stack.namespace];
    assert.equal((await plane.kubectl(restart)).code, 0);
    await sleep(3_000);
    const { spec } = await stack.object("deployments", "consumer-runner");
    assert.ok(spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]);
    await stack.untilPhase("Running");
  });

  it("prunes a pattern that is taken out, and touches nothing else", async () => {
    await stack.untilPhase("Running");
    const before = await stack.untilQuiet();
    const cluster = await stack.object("prismclusters", "prism-local");
    const patterns = cluster["spec"].patterns.filter(
      ({ name }: LiveObject["metadata"]) => name !== "producer",
    );
    await stack.merge("prismclusters", "prism-local", { spec: { patterns } });
    await stack.untilGone("deployments", "producer-runner");
    await stack.untilGone("services", "producer-runner");
    await stack.untilPhase("Running");
    const after = await stack.untilQuiet();
    const isChanged = (key: string): boolean => before[key] !== after[key];
    const changed = Object.keys(before).filter(
      (key) => isChanged(key) && !key.includes("producer"),
    );
    assert.deepEqual(
      changed.map((key) => key.split("/").slice(0, 2).join("/")),
      ["PrismCluster/prism-local"],
    );
  });

  it("adds a pattern with the source's own lines", async () => {
    const path = stack.path("prismclusters", "prism-local", "/apis/prism.io/v1alpha1");
    const claimcheck = {
      name: "claimcheck",
      type: "Deployment",
      replicas: 2,
      backends: ["minio", "redis"],
      resources: { requests: { memory: "128Mi", cpu: "100m" } },
    };
    const patch = [{ op: "add", path: "/spec/patterns/-", value: claimcheck }];
    await stack.write("PATCH", path, patch, "application/json-patch+json");
    await stack.untilPhase("Running");
    const { spec } = await stack.object("deployments", "claimcheck-runner");
    const names = spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name);
    assert.ok(names.includes("MINIO_URL") && names.includes("REDIS_URL"), names.join(" "));
  });

  it("keeps its hands off while paused, and makes up for it afterwards", async () => {
    const pause = (value: string | null) =>
      stack.merge("prismclusters", "prism-local", {
        metadata: { annotations: { "prism.io/paused": value } },
      });
    await pause("true");
    await stack.until("Paused", async () => {
      const { status } = await stack.object("prismclusters", "prism-local");
      return status.conditions.some(
        (one: { type: string; status: string }) => one.type === "Paused" && one.status === "True",
      );
    });
    await stack.remove("services", "redis");
    // A condition that is older than the spec is none for kubectl wait.
    await stack.merge("prismclusters", "prism-local", { spec: { proxy: { drainSeconds: 12 } } });
    const wait = ["wait", "--for=condition=Paused", "prismcluster/prism-local", "--timeout=30s"];
    assert.equal((await plane.kubectl([...wait, "-n", stack.namespace])).code, 0);
    await sleep(3_000);
    assert.equal(await stack.get("services", "redis"), undefined);
    await pause(null);
    await stack.until("the Service", () => stack.get("services", "redis"));
    await stack.untilPhase("Running");
  });

  it("logs each pass that does something in the source's words", () => {
    const created = operator.log.filter((line) => line["msg"] === "Created Service");
    assert.ok(created.length > 0);
    for (const line of created) {
      assert.equal(line["level"], "info");
      assert.equal(line["controller"], "prismcluster");
      assert.equal(line["namespace"], stack.namespace);
      assert.equal(line["name"], "prism-local");
      assert.match(String(line["reconcile_id"]), /^[0-9a-f]{8}$/);
      assert.match(String(line["ts"]), /^\d{4}-\d\d-\d\dT/);
      assert.ok(line["service"]);
    }
    const unexpected = operator.log.filter((line) => line["level"] === "error");
    assert.deepEqual(unexpected, []);
  });
});

function imageOf(spec: LiveObject["spec"]): string {
  return spec.template.spec.containers[0].image;
}
