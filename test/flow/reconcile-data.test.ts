import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

describe("data, credentials and replicas through changes", { concurrency: 4 }, () => {
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

  async function running(spec: unknown): Promise<PrismStack> {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.create(spec);
    await stack.untilPhase("Running", "prism");
    return stack;
  }

  const change = (stack: PrismStack, spec: unknown) =>
    stack.merge("prismclusters", "prism", { spec });

  it("grows a volume and makes its StatefulSet anew around the pods that run", async () => {
    const stack = await running(SMALL);
    const pods = await stack.podUids();
    const { uid } = (await stack.object("statefulsets", "redis")).metadata;
    await change(stack, { backends: { redis: { storage: { size: "3Gi" } } } });
    await stack.until("the larger volume", async () => {
      const claim = await stack.object("persistentvolumeclaims", "data-redis-0");
      return claim["status"].capacity?.storage === "3Gi";
    });
    await stack.until("the new StatefulSet", async () => {
      const set = await stack.get("statefulsets", "redis");
      const size = set?.["spec"].volumeClaimTemplates[0].spec.resources.requests.storage;
      return set?.metadata.uid !== uid && size === "3Gi";
    });
    await stack.untilPhase("Running", "prism");
    assert.deepEqual(await stack.podUids(), pods, "no pod was made anew");
  });

  it("finds data and credentials again when a backend is switched off and on", async () => {
    const stack = await running({
      ...SMALL,
      patterns: [],
      backends: { redis: { ...SMALL.backends.redis, auth: { enabled: true } } },
    });
    const secrets = (await stack.list("secrets")).filter(({ metadata }) =>
      metadata.name.endsWith("-credentials"),
    );
    assert.equal(secrets.length, 1);
    const claim = await stack.object("persistentvolumeclaims", "data-redis-0");
    await change(stack, { backends: { redis: { enabled: false } } });
    await stack.untilGone("statefulsets", "redis");
    await stack.untilPhase("Running", "prism");
    await change(stack, { backends: { redis: { enabled: true } } });
    await stack.until("the StatefulSet", () => stack.get("statefulsets", "redis"));
    await stack.untilPhase("Running", "prism");
    const [secret] = secrets;
    const again = await stack.object("secrets", secret?.metadata.name ?? "");
    assert.deepEqual(again["data"], secret?.["data"]);
    const found = await stack.object("persistentvolumeclaims", "data-redis-0");
    assert.equal(found.metadata.uid, claim.metadata.uid);
  });

  it("does not start a server on the data of a version that it cannot read", async () => {
    const redis = { ...SMALL.backends.redis, version: "7.4-alpine" };
    const stack = await running({ ...SMALL, patterns: [], backends: { redis } });
    await stack.until("the note on the volume", async () => {
      const { metadata } = await stack.object("persistentvolumeclaims", "data-redis-0");
      return metadata.annotations?.["prism.io/data-version"] === "7.4-alpine";
    });
    await change(stack, { backends: { redis: { enabled: false } } });
    await stack.untilGone("statefulsets", "redis");
    await change(stack, { backends: { redis: { version: "7.2-alpine" } } });
    await change(stack, { backends: { redis: { enabled: true } } });
    const cluster = await stack.until("Stalled", async () => {
      const found = await stack.object("prismclusters", "prism");
      return condition(found, "Stalled")?.status === "True" && found;
    });
    assert.equal(condition(cluster, "Stalled")?.reason, "DataUnreadable");
    assert.equal(await stack.get("statefulsets", "redis"), undefined);
    await change(stack, { backends: { redis: { version: "7.4-alpine" } } });
    await stack.until("the StatefulSet", () => stack.get("statefulsets", "redis"));
    await stack.untilPhase("Running", "prism");
  });

  it("names a claim that is not bound, and makes it anew with the class that is right", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const storage = { size: "1Gi", storageClassName: "no-such-class" };
    const redis = { ...SMALL.backends.redis, storage };
    await stack.create({ ...SMALL, patterns: [], backends: { redis } });
    await stack.until("the message", async () => {
      const found = await stack.object("prismclusters", "prism");
      const message = condition(found, "BackendsHealthy")?.message ?? "";
      return message.includes("data-redis-0 of StorageClass no-such-class is not bound");
    });
    await change(stack, { backends: { redis: { enabled: false } } });
    await stack.untilGone("statefulsets", "redis");
    const right = { enabled: true, storage: { storageClassName: "fast" } };
    await change(stack, { backends: { redis: right } });
    await stack.until("the claim", async () => {
      const claim = await stack.get("persistentvolumeclaims", "data-redis-0");
      return claim?.["spec"].storageClassName === "fast";
    });
    await stack.untilPhase("Running", "prism");
  });

  it("does not make up credentials for volumes that are there", async () => {
    const auth = { redis: { ...SMALL.backends.redis, auth: { enabled: true } } };
    const stack = await running({ ...SMALL, patterns: [], backends: auth });
    await stack.remove("secrets", "redis-credentials");
    const cluster = await stack.until("Stalled", async () => {
      const found = await stack.object("prismclusters", "prism");
      return condition(found, "Stalled")?.status === "True" && found;
    });
    assert.equal(condition(cluster, "Stalled")?.reason, "CredentialsMissing");
    assert.equal(await stack.get("secrets", "redis-credentials"), undefined);
    assert.ok(await stack.get("statefulsets", "redis"), "what runs is left as it is");
  });

  it("makes credentials for a backend on whose volumes nobody had to log in so far", async () => {
    const stack = await running({ ...SMALL, patterns: [] });
    await change(stack, { backends: { redis: { auth: { enabled: true } } } });
    await stack.until("the credentials", () => stack.get("secrets", "redis-credentials"));
    await stack.untilPhase("Running", "prism");
  });

  it("warns of a volume claim that somebody deletes while its pod has it", async () => {
    const stack = await running({ ...SMALL, patterns: [] });
    await stack.remove("persistentvolumeclaims", "data-redis-0");
    const cluster = await stack.until("the warning", async () => {
      const found = await stack.object("prismclusters", "prism");
      return condition(found, "BackendsHealthy")?.reason === "VolumeGoing" && found;
    });
    assert.equal(cluster["status"].phase, "Running");
    await stack.until("the event", async () => {
      const events = await stack.list("events");
      return events.some((event) => event["reason"] === "VolumeGoing");
    });
  });

  it("follows a change of nothing but the number of replicas, up and down", async () => {
    const stack = await running(SMALL);
    for (const replicas of [3, 1]) {
      await change(stack, { proxy: { replicas } });
      await stack.until(`${replicas} proxies`, async () => {
        const { spec, status } = await stack.object("deployments", "prism-proxy");
        return spec.replicas === replicas && status.availableReplicas === replicas;
      });
      await stack.untilPhase("Running", "prism");
    }
  });

  it("shows no dip in replicas when an autoscaler takes over, and when it goes", async () => {
    const stack = await running({ ...SMALL, proxy: { replicas: 5 } });
    const seen: number[] = [];
    const stop = new AbortController();
    const watching = watchReplicas(stack, seen, stop.signal);
    await change(stack, {
      proxy: { autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 10 } },
    });
    await stack.until("the autoscaler", () => stack.get("horizontalpodautoscalers", "prism-proxy"));
    await sleep(2_000);
    // Another change, so that our intent without replicas is really sent.
    await change(stack, { proxy: { drainSeconds: 17 } });
    await stack.untilPhase("Running", "prism");
    await change(stack, { proxy: { autoscaling: { enabled: false } } });
    await stack.untilGone("horizontalpodautoscalers", "prism-proxy");
    await change(stack, { proxy: { drainSeconds: 18 } });
    await stack.untilPhase("Running", "prism");
    stop.abort();
    await watching;
    assert.ok(seen.length > 10);
    assert.equal(Math.min(...seen), 5, `seen ${[...new Set(seen)].join(" ")}`);
  });

  it("leaves the number alone that an autoscaler has set", async () => {
    const autoscaling = { enabled: true, minReplicas: 2, maxReplicas: 10 };
    const stack = await running({ ...SMALL, proxy: { replicas: 2, autoscaling } });
    const scale = stack.path("deployments", "prism-proxy/scale");
    await stack.write("PATCH", scale, { spec: { replicas: 4 } }, "application/merge-patch+json");
    await stack.untilPhase("Running", "prism");
    await change(stack, { proxy: { drainSeconds: 19 } });
    await stack.untilPhase("Running", "prism");
    await sleep(2_000);
    assert.equal((await stack.object("deployments", "prism-proxy"))["spec"].replicas, 4);
  });

  it("restarts exactly the runner whose connection changed", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.createExample();
    await stack.untilPhase("Running");
    const pods = await stack.podUids();
    await stack.merge("prismclusters", "prism-local", {
      spec: { backends: { kafka: { enabled: true, replicas: 1, version: "4.1.0" } } },
    });
    await stack.until("Kafka", () => stack.get("statefulsets", "kafka"));
    await stack.untilPhase("Running");
    const now = await stack.podUids();
    for (const [name, uid] of Object.entries(pods)) assert.equal(now[name], uid, name);
  });

  it("holds the later stages back while a backend is not ready, and says why", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const pod = { annotations: { "prism.test/fate": "image-pull" } };
    const redis = { ...SMALL.backends.redis, pod };
    const nats = { replicas: 1, version: "2.10-alpine", storage: { size: "1Gi" } };
    await stack.create({ ...SMALL, backends: { redis, nats } });
    const cluster = await stack.until("the reason", async () => {
      const found = await stack.object("prismclusters", "prism");
      return condition(found, "BackendsHealthy")?.reason === "ImagePullFailed" && found;
    });
    assert.match(condition(cluster, "Ready")?.message ?? "", /redis/);
    await stack.until("the backend beside it", async () => {
      return (await stack.get("statefulsets", "nats"))?.["status"].readyReplicas === 1;
    });
    assert.equal(await stack.get("statefulsets", "prism-admin"), undefined);
    assert.equal(await stack.get("deployments", "prism-proxy"), undefined);
    await change(stack, { backends: { redis: { pod: { annotations: null } } } });
    // The StatefulSet controller waits for the broken pod for ever; the operator does not.
    await stack.untilPhase("Running", "prism");
  });
});

interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function condition(
  cluster: { readonly [field: string]: { readonly conditions?: readonly SeenCondition[] } },
  type: string,
): SeenCondition | undefined {
  return cluster["status"]?.conditions?.find((one) => one.type === type);
}

async function watchReplicas(
  stack: PrismStack,
  seen: number[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { spec, status } = await stack.object("deployments", "prism-proxy");
    seen.push(spec.replicas, status.availableReplicas ?? 0);
    await sleep(20);
  }
}
