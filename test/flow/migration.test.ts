import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack } from "./prism-stack.ts";
import { prismctl } from "./prismctl.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const FIXTURES = ["by-hand", "like-helm", "memo"] as const;

/** What somebody applied long before there was an operator, all of it running. */
async function setUp(plane: TestControlPlane, fixture: string): Promise<PrismStack> {
  const stack = new PrismStack(plane, await plane.freshNamespace());
  const file = new URL(`../fixtures/migration/${fixture}.yaml`, import.meta.url);
  // Its own variables name the namespace that it is used in.
  const text = readFileSync(file, "utf8").replaceAll(".prism.svc", `.${stack.namespace}.svc`);
  const applied = await plane.kubectl(
    ["apply", "--namespace", stack.namespace, "--filename=-"],
    text,
  );
  equal(applied.code, 0, applied.stderr);
  const wanted = parseAllDocuments(text)
    .map((document): LiveObject => document.toJS())
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  await stack.until("the pods", async () => {
    const pods = await stack.list("pods");
    return pods.length === wanted && pods.every(isReady);
  });
  return stack;
}

function isReady({ status }: LiveObject): boolean {
  const conditions: readonly { type: string; status: string }[] = status?.conditions ?? [];
  return conditions.some((one) => one.type === "Ready" && one.status === "True");
}

/** Services that lead to pods, with the addresses behind each. */
async function endpoints(
  plane: TestControlPlane,
  namespace: string,
): Promise<Record<string, number>> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const { body } = await plane.api("GET", path);
  const slices = (body as { items: readonly LiveObject[] }).items;
  const counts: Record<string, number> = {};
  for (const { metadata, endpoints: found } of slices) {
    const service = metadata.labels?.["kubernetes.io/service-name"] ?? "";
    counts[service] = (counts[service] ?? 0) + (found?.length ?? 0);
  }
  return counts;
}

/** The endpoints once nobody changes them any more: their controller is a little late. */
async function settledEndpoints(
  plane: TestControlPlane,
  stack: PrismStack,
): Promise<Record<string, number>> {
  let before = "";
  return stack.until("endpoints that stay", async () => {
    const now = await endpoints(plane, stack.namespace);
    const text = JSON.stringify(now);
    const isSame = text === before;
    before = text;
    if (isSame) return now;
    await sleep(1_000);
    return undefined;
  });
}

describe("the source's migration: export, apply, and the same pods run, adopted", () => {
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

  for (const fixture of FIXTURES) {
    it(`keeps every pod of ${fixture}, and every Service leads where it led`, async () => {
      const stack = await setUp(plane, fixture);
      const pods = await stack.podUids();
      const served = await settledEndpoints(plane, stack);
      const exported = await prismctl(plane, [
        "kubernetes",
        "export",
        "--namespace",
        stack.namespace,
      ]);
      equal(exported.code, 0, exported.stderr);
      const applied = await plane.kubectl(["apply", "--filename=-"], exported.stdout);
      equal(applied.code, 0, applied.stderr);
      const cluster = await stack.untilPhase("Running");
      const now = await stack.podUids();
      const gone = Object.keys(pods).filter((name) => now[name] !== pods[name]);
      deepEqual(gone, []);
      const workloads = [
        ...(await stack.list("statefulsets")),
        ...(await stack.list("deployments")),
      ];
      const taken = workloads.filter(
        (one) => one.metadata.ownerReferences?.[0]?.uid === cluster.metadata.uid,
      );
      const report = JSON.parse(
        (await prismctl(plane, ["status", "--namespace", stack.namespace, "--output", "json"]))
          .stdout,
      );
      equal(report.objects[0].health, "ready");
      ok(taken.length >= 5, `${taken.length}`);
      const after = await settledEndpoints(plane, stack);
      for (const [service, count] of Object.entries(served)) equal(after[service], count, service);
    });
  }

  it("changes a part that is asked to change, and leaves the others as they were found", async () => {
    const stack = await setUp(plane, "memo");
    const before = await stack.podUids();
    const exported = await prismctl(plane, [
      "kubernetes",
      "export",
      "--namespace",
      stack.namespace,
    ]);
    await plane.kubectl(["apply", "--filename=-"], exported.stdout);
    await stack.untilPhase("Running");
    await stack.merge("prismclusters", "prism-local", {
      spec: { proxy: { resources: { requests: { cpu: "10m" } } } },
    });
    await stack.until("the proxy's new template", async () => {
      const { spec } = await stack.object("deployments", "prism-proxy");
      return spec.template.spec.containers[0].resources?.requests?.cpu === "10m";
    });
    await stack.untilPhase("Running");
    const now = await stack.podUids();
    const kept = Object.keys(before).filter((name) => now[name] === before[name]);
    deepEqual(
      kept.filter((name) => !name.startsWith("prism-proxy")).length,
      Object.keys(before).length - 2,
    );
    ok(!kept.some((name) => name.startsWith("prism-proxy")));
  });

  it("names what it could not express, and no secret", async () => {
    const stack = await setUp(plane, "by-hand");
    const { stdout } = await prismctl(plane, [
      "kubernetes",
      "export",
      "--namespace",
      stack.namespace,
      "--output",
      "json",
    ]);
    const { notes, prismCluster, taken } = JSON.parse(stdout);
    equal(taken.length, 7);
    equal(prismCluster.spec.backends.redis.config.maxmemory, "256mb");
    const said = (kind: string): string =>
      notes
        .filter((note: { kind: string }) => note.kind === kind)
        .map((note: { subject: string; message: string }) => `${note.subject}: ${note.message}`)
        .join("\n");
    match(
      said("notExpressed"),
      /Deployment nats: is a Deployment; the operator's is a StatefulSet/,
    );
    match(said("notExpressed"), /redis: its data stay in the claim template "redis-data"/);
    match(said("before"), /minio: its login is not in Secret minio-credentials/);
    match(said("before"), /HorizontalPodAutoscaler proxy-hpa/);
    match(said("unmanaged"), /CronJob nightly-backup/);
    ok(!/not-for-everybody|plain-token/.test(stdout), "a secret value");
  });

  it("says where there is nothing to export", async () => {
    const namespace = await plane.freshNamespace();
    const { code, stdout, stderr } = await prismctl(plane, [
      "kubernetes",
      "export",
      "--namespace",
      namespace,
    ]);
    deepEqual([code, stdout], [3, ""]);
    match(stderr, /has nothing that is Prism's/);
  });
});
