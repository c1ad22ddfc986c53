import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import {
  apply,
  get,
  kubectl,
  makeNamespace,
  podsOf,
  SHOWS_HEALTH,
  until,
  untilReads,
  untilRunning,
} from "./cluster.ts";
import { installOperator, isRotated, OPERATOR_NAMESPACE, upgradeOperator } from "./operator.ts";
import { registerMetrics } from "./resource-metrics.ts";

const NAMESPACE = "life";
const START_MS = 300_000;
const READ_MS = 120_000;
/** Both authorities are trusted for five minutes before the new one signs. */
const ROTATED_MS = 480_000;

function cluster(): object {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "life", namespace: NAMESPACE },
    spec: {
      admin: { replicas: 1 },
      proxy: { replicas: 2, drainSeconds: 5 },
      patterns: [{ name: "keyvalue", replicas: 1, backends: [{ name: "redis" }], ...SHOWS_HEALTH }],
      backends: { redis: { version: "7" } },
    },
  };
}

describe("what happens to a running stack", () => {
  before(async () => {
    await installOperator();
    await makeNamespace(NAMESPACE);
    await apply(cluster());
    await untilRunning(NAMESPACE, "life", START_MS);
  });

  it("rolls its proxies without a failed request", async () => {
    const service = await get("service", "prism-proxy", "-n", NAMESPACE);
    const url = `http://${textAt(service, "spec", "clusterIP")}:8980/?wait=50ms`;
    const stop = new AbortController();
    const failures: string[] = [];
    let asked = 0;
    const client = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        asked++;
        // A connection a request: what a balancer hands out changes only for new ones.
        const headers = { connection: "close" };
        await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).then(
          async (answer) => void (await answer.text()),
          (error: unknown) => void failures.push(String(error)),
        );
        await sleep(20);
      }
    };
    const clients = [client(), client(), client()];
    const labels = { "test.prism.io/roll": "1" };
    const patch = JSON.stringify({ spec: { proxy: { pod: { labels } } } });
    await kubectl("patch", "prismcluster", "life", "-n", NAMESPACE, "--type=merge", "-p", patch);
    await until("new proxies", START_MS, async () => {
      const list = await get("pods", "-n", NAMESPACE, "-l", "app=prism-proxy");
      const pods = listAt(list, "items");
      const areNew = pods.every(
        (pod) => valueAt(pod, "metadata", "labels", "test.prism.io/roll") === "1",
      );
      return (pods.length === 2 && areNew) || undefined;
    });
    stop.abort();
    await Promise.all(clients);
    assert.ok(asked > 100, `${asked} requests`);
    assert.deepEqual(failures, []);
  });

  it("gets more proxies from its autoscaler when they are busy", async () => {
    await registerMetrics();
    const proxy = {
      resources: { requests: { cpu: "50m" }, limits: { memory: "128Mi" } },
      autoscaling: { minReplicas: 2, maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
    };
    const patch = JSON.stringify({ spec: { proxy } });
    await kubectl("patch", "prismcluster", "life", "-n", NAMESPACE, "--type=merge", "-p", patch);
    await untilRunning(NAMESPACE, "life", START_MS);
    const service = await get("service", "prism-proxy", "-n", NAMESPACE);
    const url = `http://${textAt(service, "spec", "clusterIP")}:8980/?work=100ms`;
    await until("a third proxy", START_MS, async () => {
      const headers = { connection: "close" };
      const asks = Array.from({ length: 4 }, () =>
        fetch(url, { headers }).then((one) => one.text()),
      );
      await Promise.all(asks);
      const deployment = await get("deployment", "prism-proxy", "-n", NAMESPACE);
      return valueAt(deployment, "status", "readyReplicas") === 3 || undefined;
    });
  });

  it("is looked after by the other replica when the leader is killed", async () => {
    const lease = await get("leases", "-n", OPERATOR_NAMESPACE);
    const holder = textAt(listAt(lease, "items")[0], "spec", "holderIdentity");
    const pods = await podsOfOperator();
    const leader = pods.find((pod) => holder.includes(pod));
    assert.ok(leader, `${holder} is none of ${pods.join(", ")}`);
    await kubectl("delete", "pod", leader, "-n", OPERATOR_NAMESPACE, "--force", "--grace-period=0");
    await kubectl("delete", "service", "prism-proxy", "-n", NAMESPACE);
    await until("the Service is back", 60_000, async () => {
      return await get("service", "prism-proxy", "-n", NAMESPACE);
    });
  });

  it("keeps its pods when the operator is upgraded", async () => {
    const before = await uidsOfPods();
    await upgradeOperator("podAnnotations.upgraded=yes");
    await untilSeen("from the new operator");
    assert.deepEqual(await uidsOfPods(), before);
  });

  it("is adopted without a restart after its PrismCluster was orphaned", async () => {
    const before = await uidsOfPods();
    const spec = valueAt(await get("prismcluster", "life", "-n", NAMESPACE), "spec");
    const orphan = ["--cascade=orphan", "--timeout=60s"];
    await kubectl("delete", "prismcluster", "life", "-n", NAMESPACE, ...orphan);
    assert.deepEqual(await uidsOfPods(), before);
    await apply({ ...cluster(), spec });
    await untilRunning(NAMESPACE, "life", START_MS);
    await untilSeen("from the operator, of its new owner");
    assert.deepEqual(await uidsOfPods(), before);
  });

  it("keeps its data when a backend gets a newer version", async () => {
    const [reader = ""] = await podsOf(NAMESPACE, "keyvalue-runner");
    await untilReads(NAMESPACE, reader, ["redis"], [reader], READ_MS);
    const patch = JSON.stringify({ spec: { backends: { redis: { version: "7.4" } } } });
    await kubectl("patch", "prismcluster", "life", "-n", NAMESPACE, "--type=merge", "-p", patch);
    await untilRunning(NAMESPACE, "life", START_MS);
    await kubectl("delete", "pod", reader, "-n", NAMESPACE);
    await untilRunning(NAMESPACE, "life", START_MS);
    const [other = ""] = await podsOf(NAMESPACE, "keyvalue-runner");
    await untilReads(NAMESPACE, other, ["redis"], [reader], READ_MS);
  });

  it("serves admission while its authority is changed, until the new one signs", async () => {
    let asked = 0;
    const patch = (value: number) => JSON.stringify({ spec: { proxy: { drainSeconds: value } } });
    const ask = async (): Promise<void> => {
      const what = ["prismcluster", "life", "-n", NAMESPACE, "--type=merge", "-p"];
      await kubectl("patch", ...what, patch(5 + (asked++ % 2)), "--dry-run=server");
    };
    await until("the new authority signs", ROTATED_MS, async () => {
      await ask();
      return (await isRotated()) || undefined;
    });
    for (let more = 0; more < 10; more++) {
      await ask();
      await sleep(1_000);
    }
    const hooks = await get("validatingwebhookconfiguration");
    const trusted = listAt(listAt(hooks, "items")[0], "webhooks").map((one) =>
      Buffer.from(textAt(one, "clientConfig", "caBundle"), "base64")
        .toString("utf8")
        .trim(),
    );
    const secret = await get("secret", "prism-webhook-ca", "-n", OPERATOR_NAMESPACE);
    const own = Buffer.from(textAt(secret, "data", "ca.crt"), "base64")
      .toString("utf8")
      .trim();
    assert.ok(trusted.length > 0 && trusted.every((bundle) => bundle.includes(own)));
  });

  it("comes back with its data after a restart of the node's programs", async () => {
    const [before = ""] = await podsOf(NAMESPACE, "keyvalue-runner");
    await untilReads(NAMESPACE, before, ["redis"], [before], READ_MS);
    const control = process.env["PRISM_E2E_RESTART"] ?? "";
    const answer = await fetch(control, { method: "POST" });
    assert.equal(answer.status, 200, await answer.text());
    await untilRunning(NAMESPACE, "life", START_MS);
    const [after = ""] = await podsOf(NAMESPACE, "keyvalue-runner");
    await untilReads(NAMESPACE, after, ["redis"], [before], READ_MS);
  });
});

/** Waits until the status speaks of a spec that has just been touched: the operator that answers is the one of now. */
async function untilSeen(what: string): Promise<void> {
  const stamp = JSON.stringify({
    spec: { observability: { prometheus: { scrapeInterval: `${20 + stamps++}s` } } },
  });
  await kubectl("patch", "prismcluster", "life", "-n", NAMESPACE, "--type=merge", "-p", stamp);
  await until(what, START_MS, async () => {
    const found = await get("prismcluster", "life", "-n", NAMESPACE);
    const isSeen =
      valueAt(found, "status", "observedGeneration") === valueAt(found, "metadata", "generation");
    return isSeen || undefined;
  });
}
let stamps = 0;

async function uidsOfPods(): Promise<readonly string[]> {
  const list = await get("pods", "-n", NAMESPACE);
  return listAt(list, "items")
    .map((pod) => `${textAt(pod, "metadata", "name")} ${textAt(pod, "metadata", "uid")}`)
    .toSorted();
}

async function podsOfOperator(): Promise<readonly string[]> {
  const list = await get(
    "pods",
    "-n",
    OPERATOR_NAMESPACE,
    "-l",
    "app.kubernetes.io/name=prism-operator",
  );
  return listAt(list, "items").map((pod) => textAt(pod, "metadata", "name"));
}
