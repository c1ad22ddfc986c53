import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { parse } from "yaml";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { apply, get, kubectl, makeNamespace, podsOf, until, untilRunning } from "./cluster.ts";
import { installOperator } from "./operator.ts";

const SAMPLE = new URL("../../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const NAMESPACE = "prism";
const NAME = "prism-local";
/** The first start pulls every image; what a user waits for with warm images is told, and bounded generously. */
const FIRST_START_MS = 300_000;
const WARM_START_MS = 150_000;

describe("the example of the design record on a real node", () => {
  before(async () => {
    await installOperator();
    await makeNamespace(NAMESPACE);
  });

  it("lives in a namespace where pods that are not restricted are refused", async () => {
    const containers = [{ name: "main", image: "pause" }];
    const metadata = { name: "loose", namespace: NAMESPACE };
    await assert.rejects(
      apply({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers } }),
      /violates PodSecurity "restricted/,
    );
  });

  it("comes up with real probes in a namespace that enforces restricted pods", async () => {
    await apply(Object(parse(readFileSync(SAMPLE, "utf8"))));
    await untilRunning(NAMESPACE, NAME, FIRST_START_MS);
  });

  it("comes up within a minute once images are there", async () => {
    await kubectl("delete", "prismcluster", NAME, "-n", NAMESPACE, "--timeout=180s");
    const since = performance.now();
    await apply(Object(parse(readFileSync(SAMPLE, "utf8"))));
    await untilRunning(NAMESPACE, NAME, WARM_START_MS);
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    process.stdout.write(`From apply to Running with warm images: ${seconds} s\n`);
  });

  it("restarts no container on the way", async () => {
    const pods = await get("pods", "-n", NAMESPACE);
    for (const pod of listAt(pods, "items"))
      for (const status of listAt(pod, "status", "containerStatuses"))
        assert.equal(valueAt(status, "restartCount"), 0, textAt(pod, "metadata", "name"));
  });

  it("adds Kafka at run time by the patch of the design record and restarts exactly the runners that get its address", async () => {
    const before = await uidsOf("keyvalue-runner");
    const patch = [
      { op: "replace", path: "/spec/backends/kafka/enabled", value: true },
      { op: "add", path: "/spec/backends/kafka/replicas", value: 1 },
      { op: "add", path: "/spec/backends/kafka/version", value: "3.9.1" },
      { op: "replace", path: "/spec/patterns/1/backends", value: ["nats", "kafka"] },
    ];
    const args = ["-n", NAMESPACE, "--type=json", "-p", JSON.stringify(patch)];
    await kubectl("patch", "prismclusters.v1alpha1.prism.io", NAME, ...args);
    await untilRunning(NAMESPACE, NAME, FIRST_START_MS);
    await until("the consumer's new pods", 60_000, async () => {
      const pods = await podsOf(NAMESPACE, "consumer-runner");
      const logs = await Promise.all(pods.map((pod) => kubectl("logs", pod, "-n", NAMESPACE)));
      return logs.every((log) => /kafka by KAFKA_BROKERS: ok=true/.test(log)) || undefined;
    });
    assert.deepEqual(await uidsOf("keyvalue-runner"), before);
  });
});

async function uidsOf(app: string): Promise<readonly string[]> {
  const list = await get("pods", "-n", NAMESPACE, "-l", `app=${app}`);
  return listAt(list, "items").map((pod) => textAt(pod, "metadata", "uid"));
}
