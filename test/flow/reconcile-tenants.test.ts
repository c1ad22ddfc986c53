import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { scrape } from "./endurance/scrape.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const CLUSTER = {
  ...SMALL,
  backends: { redis: { ...SMALL.backends.redis, auth: {} } },
  tenants: { from: "Selector", selector: { matchLabels: { tenant: "yes" } } },
};

function tenant(name: string, spec: object = {}): object {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismNamespace",
    metadata: { name },
    spec: { cluster: "prism", patterns: ["keyvalue"], isolation: "namespace", ...spec },
  };
}

// Each test has namespaces of its own, and mostly waits.
describe("PrismNamespaces", { concurrency: 3 }, () => {
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

  function label(stack: PrismStack, value: string | null): Promise<unknown> {
    const body = { metadata: { labels: { tenant: value } } };
    return stack.write(
      "PATCH",
      `/api/v1/namespaces/${stack.namespace}`,
      body,
      "application/merge-patch+json",
    );
  }

  function running(stack: PrismStack, name: string): Promise<LiveObject> {
    return stack.until(`tenant ${name}`, async () => {
      const found = await stack.get("prismnamespaces", name);
      const status = found?.["status"];
      const isSeen = status?.observedGeneration === found?.metadata.generation;
      return isSeen && status?.phase === "Running" && found;
    });
  }

  function accepted(stack: PrismStack, name: string, reason: string): Promise<unknown> {
    return stack.until(`${name} ${reason}`, async () => {
      const found = await stack.get("prismnamespaces", name);
      return conditionOf(found, "Accepted")?.["reason"] === reason;
    });
  }

  it("gets runners and a user of its own in another namespace, once that is let in", async () => {
    const [home, shop] = [await newStack(), await newStack()];
    const spec = { clusterNamespace: home.namespace, quota: { maxSessions: 5 } };
    await shop.write("POST", shop.path("prismnamespaces"), tenant("orders", spec));
    await accepted(shop, "orders", "ClusterMissing");
    await home.create(CLUSTER);
    await accepted(shop, "orders", "TenantNotPermitted");
    await label(shop, "yes");
    const { status } = await running(shop, "orders");
    assert.equal(status.cluster, `${home.namespace}/prism`);
    assert.equal(status.readyPatterns, "1/1");
    assert.deepEqual(status.quota, { maxSessions: 5 });
    assert.equal(conditionOf({ status }, "Isolated")?.["status"], "True");
    await shop.object("statefulsets", "orders-keyvalue-runner");
    await shop.untilEvent("PrismNamespace", "orders", "Running");
    const series = { kind: "PrismNamespace", namespace: shop.namespace, name: "orders" };
    assert.equal((await scrape(operator)).sum("prism_member_phase", series), 1);
    const login = await shop.object("secrets", "orders-redis-login");
    const password = Buffer.from(login["data"].password, "base64").toString();
    const user = `tenant_${shop.namespace}_orders`;
    await home.until("the user", async () => {
      const file = (await home.get("secrets", "redis-tenants"))?.["data"]["users.acl"] ?? "";
      return Buffer.from(file, "base64").toString().includes(`user ${user} on >${password} `);
    });
    await home.until("the list", async () => {
      const text = (await home.get("configmaps", "prism-tenants"))?.["data"]["tenants.json"];
      return text?.includes('"orders"');
    });
    const before = await home.podUids();
    await label(shop, null);
    await accepted(shop, "orders", "TenantNotPermitted");
    await shop.untilGone("statefulsets", "orders-keyvalue-runner");
    await home.until("the user to be gone", async () => {
      const file = (await home.object("secrets", "redis-tenants"))["data"]["users.acl"];
      return !Buffer.from(file, "base64").toString().includes(user);
    });
    assert.deepEqual(await home.podUids(), before, "no server restarts for a tenant");
    await shop.remove("prismnamespaces", "orders");
    await shop.untilGone("prismnamespaces", "orders");
    await shop.untilGone("secrets", "orders-redis-login");
    assert.equal((await scrape(operator)).sum("prism_member_phase", series), 0);
  });

  it("shares what it does not isolate, and tells whom a cluster that goes is used by", async () => {
    const stack = await newStack();
    await stack.create(CLUSTER);
    await stack.write("POST", stack.path("prismnamespaces"), tenant("a", { isolation: "none" }));
    await stack.write("POST", stack.path("prismnamespaces"), tenant("b"));
    assert.equal((await running(stack, "a"))["status"].readyPatterns, "1/1");
    await running(stack, "b");
    const args = ["delete", "-n", stack.namespace, "prismcluster/prism", "--wait=false"];
    const answer = await plane.kubectl(args);
    assert.match(answer.stderr, /Warning: .*PrismNamespace .*\bb\b/);
    await stack.untilGone("prismclusters", "prism");
    assert.equal(await stack.get("statefulsets", "b-keyvalue-runner"), undefined);
    await accepted(stack, "b", "ClusterMissing");
  });

  // Every order, with all kinds: kinds-order.test.ts.
  it("ends in the same state in one order and in the other", async () => {
    const makes: Readonly<Record<string, (stack: PrismStack) => Promise<unknown>>> = {
      cluster: (stack) => stack.create(CLUSTER),
      tenant: (stack) =>
        stack.write(
          "POST",
          stack.path("prismnamespaces"),
          tenant("orders", { patterns: ["keyvalue", "more"] }),
        ),
      pattern: (stack) =>
        stack.write("POST", stack.path("prismpatterns"), {
          apiVersion: "prism.io/v1beta1",
          kind: "PrismPattern",
          metadata: { name: "more" },
          spec: { type: "keyvalue", backends: [{ name: "redis" }] },
        }),
    };
    const goes: Readonly<Record<string, (stack: PrismStack) => Promise<unknown>>> = {
      cluster: (stack) => stack.remove("prismclusters", "prism"),
      tenant: (stack) => stack.remove("prismnamespaces", "orders"),
      pattern: (stack) => stack.remove("prismpatterns", "more"),
    };
    const names = Object.keys(makes);
    const states = await Promise.all(
      [names, names.toReversed()].map(async (order) => {
        const stack = await newStack();
        for (const one of order) await makes[one]?.(stack);
        await stack.untilPhase("Running", "prism");
        await running(stack, "orders");
        await stack.until("both users", async () => {
          const list = await stack.get("secrets", "redis-tenants");
          const text = Buffer.from(list?.["data"]["users.acl"] ?? "", "base64").toString();
          return text.includes("tenant_orders") && text;
        });
        const up = await shapeOf(stack);
        for (const one of order) await goes[one]?.(stack);
        await stack.untilGone("prismclusters", "prism");
        await stack.untilGone("prismnamespaces", "orders");
        await stack.untilGone("prismpatterns", "more");
        await stack.until("no pods", async () => (await stack.list("pods")).length === 0);
        await stack.untilGone("secrets", "orders-redis-login");
        return JSON.stringify({ up, down: await shapeOf(stack) }, undefined, 1);
      }),
    );
    assert.deepEqual([...new Set(states)], [states[0]]);
  });
});

/** What is there of ours, by owner, kind, name and labels; pods and revisions have names of chance. */
async function shapeOf(stack: PrismStack): Promise<readonly string[]> {
  const objects = await stack.everything();
  return objects
    .filter(({ metadata }) => metadata.labels?.["managed-by"] === "prism-operator")
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => metadata.labels?.["pod-template-hash"] === undefined)
    .map(({ metadata: { name, labels, ownerReferences = [] } }) => {
      const owners = ownerReferences.map((one) => one.name).join();
      return `${owners} ${name} ${JSON.stringify(Object.entries(labels ?? {}).toSorted())}`;
    })
    .filter((line) => !line.includes("controller-revision-hash"))
    .toSorted();
}

function conditionOf(object: unknown, type: string): Record<string, unknown> | undefined {
  const found = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === type);
  return found as Record<string, unknown> | undefined;
}
