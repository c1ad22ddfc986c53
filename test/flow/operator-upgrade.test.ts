import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const OLD = "v1.0.0";
const NEW = "v2.0.0";
/** Long enough for a cluster that does not wait for its turn to be changed. */
const QUIET_MS = 4_000;

describe("an operator whose new version changes pods", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator | undefined;
  let home: string;
  let stacks: readonly PrismStack[] = [];

  const start = async (version: string): Promise<void> => {
    await operator?.stop();
    operator = await startOperator(plane, home, [`--prism-version=${version}`]);
  };
  const pauseRollouts = async (paused: boolean): Promise<void> => {
    for (const stack of stacks)
      await stack.merge("deployments", "prism-proxy", { spec: { paused } });
  };
  /** The namespaces where a workload of ours is of the new version. */
  const changed = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const stack of stacks) {
      const workloads = [
        await stack.object("statefulsets", "prism-admin"),
        await stack.object("deployments", "prism-proxy"),
      ];
      if (JSON.stringify(workloads).includes(`:${NEW}"`)) found.push(stack.namespace);
    }
    return found;
  };

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    home = await plane.freshNamespace();
    await start(OLD);
    const names = [1, 2].map(() => plane.freshNamespace());
    stacks = (await Promise.all(names)).map((name) => new PrismStack(plane, name));
    await Promise.all(stacks.map((stack) => stack.create({ ...SMALL, patterns: [] })));
    await Promise.all(stacks.map((stack) => stack.untilPhase("Running", "prism")));
    // A rollout that somebody paused does not get ready: so does a version that is broken.
    await pauseRollouts(true);
    await start(NEW);
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
  });

  it("stops at the first cluster that does not get ready", async () => {
    const [first] = stacks;
    await first?.until("the first", async () => (await changed()).length > 0);
    await sleep(QUIET_MS);
    assert.equal((await changed()).length, 1);
  });

  it("still stops there after a restart", async () => {
    const before = await changed();
    await start(NEW);
    await sleep(QUIET_MS);
    assert.deepEqual(await changed(), before);
  });

  it("goes on to the next when that one is ready", async () => {
    const unready: number[] = [];
    await pauseRollouts(false);
    await stacks[0]?.until("the new version everywhere", async () => {
      // One list, so that all are seen at the same moment.
      const { body } = await plane.api("GET", "/apis/prism.io/v1alpha2/prismclusters");
      const { items } = body as LiveObject;
      unready.push(items.filter(({ status }: LiveObject) => status.phase !== "Running").length);
      return (await changed()).length === stacks.length && unready.at(-1) === 0;
    });
    assert.equal(Math.max(...unready), 1, "clusters that were not ready at once");
    for (const stack of stacks) await stack.untilPhase("Running", "prism");
  });
});
