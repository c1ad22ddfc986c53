import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { apply, get } from "./cluster.ts";
import { installOperator, OPERATOR_NAMESPACE, testRelease } from "./operator.ts";

describe("the chart on a real node", () => {
  before(installOperator);

  it("runs two replicas from the operator's own image, ready by their own probes", async () => {
    const list = await get("deployments", "-n", OPERATOR_NAMESPACE);
    const [deployment] = listAt(list, "items");
    assert.equal(valueAt(deployment, "status", "readyReplicas"), 2);
    const pods = await get(
      "pods",
      "-n",
      OPERATOR_NAMESPACE,
      "-l",
      "app.kubernetes.io/name=prism-operator",
    );
    for (const pod of listAt(pods, "items"))
      for (const status of listAt(pod, "status", "containerStatuses"))
        assert.equal(valueAt(status, "restartCount"), 0, textAt(pod, "metadata", "name"));
  });

  it("passes helm test", async () => {
    assert.match(await testRelease(), /Phase:\s+Succeeded/);
  });

  it("answers the API server through its Service", async () => {
    const metadata = { name: "even", namespace: "default" };
    const even = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata,
      spec: { admin: { replicas: 2 } },
    };
    await assert.rejects(apply(even), /spec\.admin\.replicas: Unsupported value: 2/);
  });
});
