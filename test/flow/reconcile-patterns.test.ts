import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { scrape } from "./endurance/scrape.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** A runner beside those of the cluster. */
function pattern(name: string, spec: object = {}): object {
  return {
    apiVersion: "prism.io/v1beta1",
    kind: "PrismPattern",
    metadata: { name },
    spec: { type: "keyvalue", backends: [{ name: "redis" }], ...spec },
  };
}

const CLUSTER = { ...SMALL, ingress: { host: "prism.example.com", className: "nginx" } };

// Each test has a namespace of its own, and mostly waits.
describe("PrismPatterns", { concurrency: 3 }, () => {
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

  async function newStack(): Promise<PrismStack> {
    return new PrismStack(plane, await plane.freshNamespace());
  }

  function running(stack: PrismStack, name: string): Promise<LiveObject> {
    return stack.until(`pattern ${name}`, async () => {
      const found = await stack.get("prismpatterns", name);
      const status = found?.["status"];
      const isSeen = status?.observedGeneration === found?.metadata.generation;
      return isSeen && status?.phase === "Running" && found;
    });
  }

  it("waits for its cluster, runs in it, and is counted by it before the ingress opens", async () => {
    const stack = await newStack();
    await stack.write("POST", stack.path("prismpatterns"), pattern("sessions"));
    const waiting = await stack.until("a status", async () => {
      const found = await stack.get("prismpatterns", "sessions");
      return found?.["status"]?.conditions && found;
    });
    assert.equal(conditionOf(waiting, "Accepted")?.reason, "ClusterMissing");
    assert.equal(conditionOf(waiting, "Stalled")?.status, "False");
    assert.equal(waiting["status"].phase, "Pending");
    await stack.create(CLUSTER);
    const cluster = await stack.untilPhase("Running", "prism");
    assert.equal(cluster["status"].readyComponents, "5/5");
    const { status } = await running(stack, "sessions");
    assert.equal(status.cluster, "prism");
    assert.equal(status.readyPods, "1/1");
    assert.equal(status.runner.name, "sessions-runner");
    const runner = await stack.object("deployments", "sessions-runner");
    const ingress = await stack.object("ingresses", "prism-proxy");
    const proxy = await stack.object("deployments", "prism-proxy");
    const times = [proxy, runner, ingress].map(({ metadata }) => metadata.creationTimestamp);
    assert.deepEqual(times, times.toSorted());
    assert.equal(runner.metadata.ownerReferences?.[0]?.name, "sessions");
    await stack.untilEvent("PrismPattern", "sessions", "Running");
    const series = { kind: "PrismPattern", namespace: stack.namespace, name: "sessions" };
    const seen = await scrape(operator);
    assert.equal(seen.sum("prism_member_phase", { ...series, phase: "running" }), 1);
    assert.ok(seen.sum("controller_runtime_reconcile_total", { controller: "prismpattern" }) > 1);
    await stack.remove("prismpatterns", "sessions");
    await stack.untilGone("prismpatterns", "sessions");
    await stack.untilEvent("PrismPattern", "sessions", "Deleting");
    assert.equal((await scrape(operator)).sum("prism_member_phase", series), 0);
  });

  it("is refused by a name that the cluster has, on either side", async () => {
    const stack = await newStack();
    await stack.create(SMALL);
    await assert.rejects(
      stack.write("POST", stack.path("prismpatterns"), pattern("keyvalue")),
      /PrismCluster prism, spec\.patterns\[0\]/,
    );
    await stack.write("POST", stack.path("prismpatterns"), pattern("sessions"));
    const patterns = [...SMALL.patterns, { name: "sessions" }];
    await assert.rejects(
      stack.merge("prismclusters", "prism", { spec: { patterns } }),
      /PrismPattern sessions/,
    );
  });

  it("says which backend it waits for, and starts when that comes", async () => {
    const stack = await newStack();
    await stack.create(SMALL);
    const backends = [{ name: "nats" }];
    await stack.write("POST", stack.path("prismpatterns"), pattern("events", { backends }));
    await stack.until("the condition", async () => {
      const found = await stack.get("prismpatterns", "events");
      return found && conditionOf(found, "Accepted")?.reason === "BackendMissing";
    });
    await stack.merge("prismclusters", "prism", { spec: { backends: { nats: {} } } });
    await running(stack, "events");
  });

  it("goes with its cluster in order, and comes back with it", async () => {
    const stack = await newStack();
    await stack.create(SMALL);
    await stack.write("POST", stack.path("prismpatterns"), pattern("sessions"));
    await running(stack, "sessions");
    await stack.remove("prismclusters", "prism");
    await stack.untilGone("prismclusters", "prism");
    assert.equal(await stack.get("deployments", "sessions-runner"), undefined);
    const left = await stack.object("prismpatterns", "sessions");
    assert.equal(left["status"].runner, undefined);
    await stack.create(SMALL);
    await running(stack, "sessions");
  });

  it("scales by kubectl scale", async () => {
    const stack = await newStack();
    await stack.create(SMALL);
    await stack.write("POST", stack.path("prismpatterns"), pattern("sessions"));
    await running(stack, "sessions");
    const args = ["scale", "-n", stack.namespace, "prismpattern/sessions", "--replicas=2"];
    const answer = await plane.kubectl(args);
    assert.equal(answer.code, 0, answer.stderr);
    await stack.until("two pods", async () => {
      return (await stack.object("prismpatterns", "sessions"))["status"].readyPods === "2/2";
    });
  });

  // Every order, with all kinds: kinds-order.test.ts.
  it("ends in the same state in one order and in the other", async () => {
    const makes: Readonly<Record<string, (stack: PrismStack) => Promise<unknown>>> = {
      cluster: (stack) => stack.create(CLUSTER),
      first: (stack) => stack.write("POST", stack.path("prismpatterns"), pattern("first")),
      second: (stack) => stack.write("POST", stack.path("prismpatterns"), pattern("second")),
    };
    const goes: Readonly<Record<string, (stack: PrismStack) => Promise<unknown>>> = {
      cluster: (stack) => stack.remove("prismclusters", "prism"),
      first: (stack) => stack.remove("prismpatterns", "first"),
    };
    const names = Object.keys(makes);
    const states = await Promise.all(
      [names, names.toReversed()].map(async (order) => {
        const stack = await newStack();
        for (const one of order) await makes[one]?.(stack);
        await stack.untilPhase("Running", "prism");
        await running(stack, "second");
        const up = await shapeOf(stack);
        for (const one of order) await goes[one]?.(stack);
        await stack.untilGone("prismclusters", "prism");
        await stack.untilGone("prismpatterns", "first");
        await stack.until("no pods", async () => (await stack.list("pods")).length === 0);
        return JSON.stringify({ up, down: await shapeOf(stack) }, undefined, 1);
      }),
    );
    assert.deepEqual([...new Set(states)], [states[0]]);
  });
});

/** What is there, by kind, name and what we asked for. */
async function shapeOf(stack: PrismStack): Promise<readonly string[]> {
  const objects = await stack.everything();
  return objects
    .filter(({ metadata }) => metadata.labels?.["managed-by"] === "prism-operator")
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => metadata.ownerReferences?.length === 1)
    .map(({ metadata }) => {
      const { name, labels, ownerReferences: [owner] = [] } = metadata;
      return `${owner?.name} ${name} ${JSON.stringify(labels)}`;
    })
    .filter((line) => !/-[a-f0-9]{8,10}|-0 /.test(line))
    .toSorted();
}

function conditionOf(
  object: LiveObject,
  type: string,
): { readonly status: string; readonly reason: string } | undefined {
  return object["status"]?.conditions?.find((one: { type: string }) => one.type === type);
}
