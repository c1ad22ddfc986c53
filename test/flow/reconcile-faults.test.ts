import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../tools/fault-proxy/fault.ts";
import { FaultProxy } from "../../tools/fault-proxy/fault-proxy.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly times?: number;
}

/** Of each kind enough to meet every write of a small cluster's first passes. */
const TIMES = 8;
const WRITES: readonly Case[] = [
  { name: "connections that are reset", fault: { kind: "reset" }, times: TIMES },
  { name: "answers that are lost", fault: { kind: "lose-answer" }, times: TIMES },
  { name: "500", fault: { kind: "status", code: 500 }, times: TIMES },
  { name: "409", fault: { kind: "status", code: 409 }, times: TIMES },
  { name: "429", fault: { kind: "status", code: 429, retryAfterSeconds: 1 }, times: TIMES },
  { name: "an API server that takes 2 s for a write", fault: { kind: "delay", ms: 2_000 } },
];

describe("faults between the operator and the API server", () => {
  let plane: TestControlPlane;
  let proxy: FaultProxy;
  let operator: RunningOperator;
  let folder: string;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    proxy = await FaultProxy.start(plane);
    folder = mkdtempSync(join(tmpdir(), "prism-faults-"));
    const kubeconfigPath = join(folder, "kubeconfig");
    proxy.writeKubeconfig(kubeconfigPath);
    operator = await startOperator({ kubeconfigPath }, await plane.freshNamespace());
  });
  after(async () => {
    await operator?.stop();
    await proxy?.stop();
    await plane?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function converges(during: (stack: PrismStack) => Promise<void>): Promise<void> {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await during(stack);
    await stack.create(SMALL);
    await stack.untilPhase("Running", "prism", 90_000);
    const names = (await stack.list("statefulsets")).map(({ metadata }) => metadata.name);
    assert.deepEqual(names.toSorted(), ["keyvalue-runner", "prism-admin", "redis"]);
  }

  const together = { concurrency: WRITES.length };
  it("gets through faults of writes, each in a namespace of its own", together, async (context) => {
    await Promise.all(
      WRITES.map(({ name, fault, times }) =>
        context.test(name, () =>
          converges(async ({ namespace }) => {
            const match = { verb: "patch", namespace } as const;
            proxy.add({ match, fault, ...(times === undefined ? {} : { times }) });
          }),
        ),
      ),
    );
    proxy.clear();
  });

  it("gets through watches that are cut again and again", async () => {
    await converges(async () => {
      void cutOften(proxy);
    });
  });

  it("gets through watches whose version is too old", async () => {
    proxy.add({ match: { verb: "watch" }, fault: { kind: "error-event", code: 410 }, times: 30 });
    proxy.cutWatches("end");
    await converges(async () => undefined);
    proxy.clear();
  });

  it("gets through watches that say nothing", async () => {
    const match = { verb: "watch", resource: "statefulsets" } as const;
    proxy.add({ match, fault: { kind: "silence" }, times: 1 });
    proxy.cutWatches("end", match);
    await converges(async () => undefined);
    proxy.clear();
  });

  it("gets through lists that lag behind", async () => {
    proxy.add({ match: { verb: "list" }, fault: { kind: "stale" } });
    proxy.cutWatches("end");
    await converges(async () => {
      proxy.cutWatches("reset");
    });
    proxy.clear();
  });

  it("gets through an API server that is gone for a while", async () => {
    await converges(async () => {
      void goAway(proxy);
    });
  });

  it("told no error and no stack trace on the way", () => {
    const errors = operator.log.filter(({ level, err }) => level === "error" || err !== undefined);
    assert.deepEqual(errors, []);
    const said = operator.log.filter(({ msg }) => msg === "Reconciling failed");
    assert.ok(said.length < 40, `${said.length} lines about failures`);
  });
});

async function cutOften(proxy: FaultProxy): Promise<void> {
  for (let i = 0; i < 10; i++) {
    proxy.cutWatches(i % 2 === 0 ? "reset" : "end");
    await sleep(200);
  }
}

async function goAway(proxy: FaultProxy): Promise<void> {
  await sleep(500);
  await proxy.goDown();
  await sleep(4_000);
  await proxy.comeUp();
}
