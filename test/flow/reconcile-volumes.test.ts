import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
/** Our control plane's provisioner; see tools/control-plane/volume-provisioner.ts. */
const PROVISIONER = "prism.io/control-plane";

describe("volumes that grow", { concurrency: 4 }, () => {
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

  /** A class of this name and a PrismCluster that uses it. */
  async function running(
    storageClass: object,
    specOf: (storageClassName: string) => unknown,
  ): Promise<PrismStack> {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const { namespace: name } = stack;
    const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
    await stack.write("POST", CLASSES, { ...kind, provisioner: PROVISIONER, ...storageClass });
    await stack.create(specOf(name));
    await stack.untilPhase("Running", "prism");
    return stack;
  }

  it("restart one pod at a time where the file system waits for it, and no other", async () => {
    const runners = (storageClassName: string, size: string) => [
      { ...SMALL.patterns[0], replicas: 3, storage: { size, storageClassName } },
    ];
    const stack = await running(
      { allowVolumeExpansion: true, parameters: { resize: "offline" } },
      (name) => ({ ...SMALL, patterns: runners(name, "1Gi") }),
    );
    const before = await stack.podUids();
    // Condition and start of a pod are told in whole seconds.
    await sleep(1_100);
    const patterns = runners(stack.namespace, "2Gi");
    await stack.merge("prismclusters", "prism", { spec: { patterns } });
    let known = before;
    for (let restarted = 1; restarted <= 3; restarted++) {
      const pods = await stack.until("a new pod", async () => {
        const found = await stack.podUids();
        const isWhole = Object.keys(found).length === Object.keys(before).length;
        return isWhole && changed(known, found).length > 0 && found;
      });
      // The one before has not got its size: the others wait, also when all pods are ready.
      await sleep(1_500);
      assert.deepEqual(await stack.podUids(), pods);
      const [pod, ...others] = changed(known, pods);
      assert.deepEqual(others, [], "one at a time");
      assert.equal(changed(before, pods).length, restarted, "each once");
      known = pods;
      // The kubelet's part: it grows the file system as the pod starts.
      const status = { capacity: { storage: "2Gi" }, conditions: null };
      await stack.merge("persistentvolumeclaims", `data-${pod}/status`, { status });
    }
    await stack.until("the new StatefulSet", async () => {
      const set = await stack.get("statefulsets", "keyvalue-runner");
      return set?.["spec"].volumeClaimTemplates[0].spec.resources.requests.storage === "2Gi";
    });
    await stack.untilPhase("Running", "prism");
    assert.deepEqual(await stack.podUids(), known);
    assert.equal(known["redis-0"], before["redis-0"]);
  });

  it("are a warning where their class does not allow it, and nothing is written again and again", async () => {
    const redis = { ...SMALL.backends.redis, type: "redis" };
    const stack = await running({ allowVolumeExpansion: false }, (storageClassName) => ({
      ...SMALL,
      patterns: [],
      backends: { store: { ...redis, storage: { size: "1Gi", storageClassName } } },
    }));
    const pods = await stack.podUids();
    const backends = { store: { storage: { size: "2Gi" } } };
    await stack.merge("prismclusters", "prism", { spec: { backends } });
    const cluster = await stack.until("the warning", async () => {
      const found = await stack.untilPhase("Running", "prism");
      return condition(found)?.reason === "VolumeNotGrown" && found;
    });
    assert.equal(condition(cluster)?.status, "True");
    assert.match(
      condition(cluster)?.message ?? "",
      /^store: its volumes cannot grow: PersistentVolumeClaim data-store-0: .*resize/,
    );
    const events = await stack.list("events");
    assert.ok(events.some((event) => event["reason"] === "VolumeNotGrown"));
    await sleep(2_000);
    const versions = await stack.versions();
    await sleep(6_000);
    assert.deepEqual(await stack.versions(), versions);
    assert.deepEqual(await stack.podUids(), pods);
  });
});

type Uids = Readonly<Record<string, string>>;

function changed(before: Uids, after: Uids): readonly string[] {
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}

function condition(
  cluster: LiveObject,
): { readonly status: string; readonly reason: string; readonly message: string } | undefined {
  return cluster["status"].conditions.find(
    ({ type }: { type: string }) => type === "BackendsHealthy",
  );
}
