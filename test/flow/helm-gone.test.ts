/** A release whose operator is gone, with the real helm (TST-5, WH-8): its fail-closed webhooks must not stand in the way of what brings it back. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CHART, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { until } from "../deploy/waiting.ts";

const WITHIN_MS = 60_000;
const DRAINED_WITHIN_MS = 120_000;
const RELEASE = ["prism-operator", CHART, "--namespace", "prism-system"];
const IN_HOME = ["--namespace", "prism-system"];
let cluster: HelmPlane;

before(async () => {
  cluster = await openHelmPlane();
  await ok(cluster.helm(["install", ...RELEASE, "--create-namespace", ...values()]));
  await ok(cluster.kubectl(["create", "namespace", "prism"]));
  const sample = "deploy/samples/prism-local.v1alpha1.yaml";
  await ok(cluster.kubectl(["apply", "--filename", sample, "--namespace", "prism"]));
});
after(() => cluster?.close());

function values(): readonly string[] {
  return ["--values", cluster.valuesFile, "--wait", "--timeout", "240s"];
}

async function ok(
  answer: Promise<{ code: number; stdout: string; stderr: string }>,
): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** Whether the webhooks are asked and answer. */
async function isAdmitting(): Promise<boolean> {
  const { code } = await annotate(String(Date.now()));
  return code === 0;
}

const annotate = (text: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  cluster.kubectl([
    ...["annotate", "prismcluster", "prism-local", "--namespace", "prism", "--overwrite"],
    `example.com/at=${text}`,
  ]);

/** Until no process answers any more: the last ones drain for a while. */
async function untilGone(): Promise<void> {
  const refusal = await until(
    "the processes' end",
    async () => {
      const { code, stderr } = await annotate("gone");
      return code === 0 ? undefined : stderr;
    },
    DRAINED_WITHIN_MS,
  );
  assert.match(refusal, /failed calling webhook|conversion webhook .* failed/);
}

describe("a release whose operator is gone", () => {
  it("is upgraded, and admits again", async () => {
    await ok(
      cluster.kubectl(["scale", "deployment", "prism-operator", "--replicas=0", ...IN_HOME]),
    );
    await untilGone();
    const since = performance.now();
    const changed = ["--set", "webhooks.timeoutSeconds=15"];
    await ok(cluster.helm(["upgrade", ...RELEASE, ...changed, ...values()]));
    await until("admission", async () => (await isAdmitting()) || undefined);
    assert.ok(performance.now() - since < 2 * WITHIN_MS);
  });

  it("gets its Deployment back, deleted while every webhook is down", async () => {
    await ok(cluster.kubectl(["delete", "deployment", "prism-operator", ...IN_HOME]));
    await untilGone();
    await ok(cluster.helm(["upgrade", ...RELEASE, ...values()]));
    await until("admission", async () => (await isAdmitting()) || undefined);
  });

  it("can be uninstalled without its help, and leaves nobody locked out", async () => {
    await ok(
      cluster.kubectl(["scale", "deployment", "prism-operator", "--replicas=0", ...IN_HOME]),
    );
    await untilGone();
    await ok(
      cluster.helm(["uninstall", "prism-operator", ...IN_HOME, "--wait", "--timeout", "120s"]),
    );
    const path = "prismclusters.v1alpha2.prism.io";
    const patch = ["--type=merge", '--patch={"spec":{"proxy":{"drainSeconds":31}}}'];
    await ok(cluster.kubectl(["patch", path, "prism-local", "--namespace", "prism", ...patch]));
  });
});
