import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "./control-plane.ts";
import { openControlPlane } from "./control-plane.ts";

const container = { name: "main", image: "example.test/main:1" };
const template = (app: string, annotations: Readonly<Record<string, string>> = {}) => ({
  metadata: { labels: { app }, annotations },
  spec: { containers: [container] },
});
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

describe("the control plane", () => {
  let plane: TestControlPlane;
  let namespace: string;
  before(async () => {
    plane = await openControlPlane();
    namespace = await plane.freshNamespace();
  });
  after(() => plane.close());

  async function until(path: string, holds: (body: unknown) => boolean): Promise<unknown> {
    for (let i = 0; i < 600; i++) {
      const { body } = await plane.api("GET", path);
      if (holds(body)) return body;
      await sleep(50);
    }
    return assert.fail(`${path} never came to hold`);
  }

  async function create(path: string, body: unknown): Promise<void> {
    const answer = await plane.api("POST", path, body);
    assert.equal(answer.status, 201, textAt(answer.body, "message"));
  }

  it("brings a StatefulSet with volume claims to ready", async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
    await create(path, {
      metadata: { name: "store" },
      spec: {
        serviceName: "store",
        replicas: 2,
        selector: { matchLabels: { app: "store" } },
        template: template("store"),
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
      },
    });
    await until(`${path}/store`, (body) => valueAt(body, "status", "readyReplicas") === 2);
  });

  it("lets a claim of each storage class grow, and takes its volume away with it", async () => {
    for (const storageClassName of ["standard", "fast"]) {
      const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
      const path = `${claims}/${storageClassName}`;
      await create(claims, {
        metadata: { name: storageClassName },
        spec: { ...claim, storageClassName },
      });
      const bound = await until(path, (body) => textAt(body, "status", "phase") === "Bound");
      const larger = { spec: { resources: { requests: { storage: "3Gi" } } } };
      const patch = { contentType: "application/merge-patch+json", body: larger };
      assert.equal((await plane.client.request("PATCH", path, patch)).status, 200);
      await until(path, (body) => textAt(body, "status", "capacity", "storage") === "3Gi");
      await plane.api("DELETE", path);
      const volume = `/api/v1/persistentvolumes/${textAt(bound, "spec", "volumeName")}`;
      await until(volume, (body) => valueAt(body, "code") === 404);
    }
  });

  it("plays the fate that a pod's annotation names, and lets it recover", async () => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const fate = { "prism.test/fate": "crash" };
    await create(path, {
      ...template("unlucky", fate),
      metadata: { name: "unlucky", annotations: fate },
    });
    const crashed = await until(
      `${path}/unlucky`,
      (body) => listAt(body, "status", "containerStatuses").length > 0,
    );
    const [state] = listAt(crashed, "status", "containerStatuses");
    assert.equal(textAt(state, "state", "waiting", "reason"), "CrashLoopBackOff");
    const answer = await plane.kubectl([
      "-n",
      namespace,
      "annotate",
      "pod/unlucky",
      "prism.test/fate-",
    ]);
    assert.equal(answer.code, 0, answer.stderr);
    await until(`${path}/unlucky`, (body) =>
      listAt(body, "status", "conditions").some(
        (condition) =>
          textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
      ),
    );
  });

  it("has a horizontal autoscaler that lifts a Deployment to its minimum", async () => {
    await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
      metadata: { name: "front" },
      spec: { selector: { matchLabels: { app: "front" } }, template: template("front") },
    });
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "front" };
    await create(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, {
      metadata: { name: "front" },
      spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef },
    });
    const front = `/apis/apps/v1/namespaces/${namespace}/deployments/front`;
    await until(front, (body) => valueAt(body, "status", "readyReplicas") === 2);
  });

  it("answers kubectl with its own version, and kubectl's refusals with a code", async () => {
    const version = await plane.kubectl(["version", "-o", "json"]);
    assert.match(version.stdout, /"gitVersion": "v1\.\d+\.\d+"/);
    assert.equal(version.stderr, "");
    const refused = await plane.kubectl(["apply", "-f", "-"], "kind: Nonsense\napiVersion: v1\n");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Nonsense/);
  });
});
