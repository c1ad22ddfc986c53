import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { prismctl } from "./prismctl.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

interface SeenStep {
  readonly action: string;
  readonly kind: string;
  readonly name: string;
  readonly reasons: readonly string[];
}

describe("what prismctl says that would happen", () => {
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

  async function json(args: readonly string[], stdin = "") {
    const { code, stdout, stderr } = await prismctl(plane, [...args, "--output", "json"], stdin);
    ok(stdout !== "", stderr);
    return { code, report: JSON.parse(stdout) };
  }

  it("is what the operator then does: taken over, made, in the way", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const text = readFileSync(
      new URL("../fixtures/migration/by-hand.yaml", import.meta.url),
      "utf8",
    );
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "nats-config" } };
    await plane.kubectl(["apply", "--namespace", stack.namespace, "--filename=-"], text);
    await stack.write("POST", stack.path("configmaps"), config);
    const args = ["adopt", "--dry-run", "--namespace", stack.namespace];
    const { code, report } = await json(args);
    equal(code, 1, "a conflict");
    const steps: readonly SeenStep[] = report.steps;
    const named = (action: string) =>
      steps.filter((step) => step.action === action).map(({ kind, name }) => `${kind}/${name}`);
    deepEqual(named("conflict"), ["ConfigMap/nats-config"]);
    match(
      steps.find(({ action }) => action === "conflict")?.reasons.join() ?? "",
      /label it app=nats/,
    );
    ok(named("take").includes("Deployment/nats"), named("take").join());
    ok(named("create").includes("ConfigMap/redis-connection"));
    await stack.remove("configmaps", "nats-config");
    const exported = await prismctl(plane, [
      "kubernetes",
      "export",
      "--namespace",
      stack.namespace,
    ]);
    await plane.kubectl(["apply", "--filename=-"], exported.stdout);
    await stack.untilPhase("Running");
    const later = await json(args);
    equal(later.code, 0);
    deepEqual(
      later.report.steps.filter((step: SeenStep) => step.action !== "none"),
      [],
    );
    equal((await prismctl(plane, ["adopt", "--namespace", stack.namespace])).code, 2);
  });

  it("of a file against the cluster: fields, restarts and refusals", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.create(SMALL);
    const cluster = await stack.untilPhase("Running", "prism");
    const { status: _, ...written } = cluster;
    const same = await json(["diff", "-"], JSON.stringify(written));
    deepEqual(
      [same.code, same.report.comparisons[0].change],
      [0, "none"],
      JSON.stringify(same.report),
    );
    const spec = {
      ...written["spec"],
      proxy: { replicas: 3 },
      backends: { redis: { ...written["spec"].backends.redis, version: "7.4.2-alpine" } },
    };
    const changed = await json(["diff", "-"], JSON.stringify({ ...written, spec }));
    equal(changed.code, 1);
    const [comparison] = changed.report.comparisons;
    const fields = comparison.fields.map(({ field }: { field: string }) => field);
    deepEqual(fields.toSorted(), ["spec.backends.redis.version", "spec.proxy.replicas"]);
    const effects = comparison.effects.map(
      ({ action, kind, name }: { action: string; kind: string; name: string }) =>
        `${action} ${kind}/${name}`,
    );
    ok(effects.includes("restart StatefulSet/redis"), effects.join());
    ok(effects.includes("scale Deployment/prism-proxy"), effects.join());
    const refused = await json(
      ["diff", "-"],
      JSON.stringify({ ...written, spec: { ...spec, admin: { replicas: 3 } } }),
    );
    const faults = refused.report.comparisons[0].refusals.map(
      ({ field }: { field: string }) => field,
    );
    ok(faults.includes("spec.admin.replicas"), JSON.stringify(faults));
  });

  it("of the next release: what would be refused or dropped, and who keeps it", async () => {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    const labels = { "argocd.argoproj.io/instance": "shop" };
    await stack.create(SMALL, { labels });
    const now = await json(["upgrade", "check", "--namespace", stack.namespace]);
    equal(now.code, 0, JSON.stringify(now.report));
    const next = readFileSync(
      new URL("../../crds/prism.io_prismclusters.yaml", import.meta.url),
      "utf8",
    )
      .replace("enum: [StatefulSet, Deployment]", "enum: [Deployment]")
      .replace("enum: [Deployment, StatefulSet]", "enum: [Deployment]");
    const file = new URL(`file:///tmp/next-crd-${process.pid}.yaml`);
    const { writeFile, rm } = await import("node:fs/promises");
    await writeFile(file, next);
    try {
      const { code, report } = await json([
        "upgrade",
        "check",
        "--namespace",
        stack.namespace,
        "--crd",
        file.pathname,
      ]);
      equal(code, 1, JSON.stringify(report));
      const [object] = report.objects;
      deepEqual(object.owners, [{ tool: "Argo CD", name: "shop" }]);
      ok(
        object.faults.some(
          ({ field }: { field?: string }) => field === "spec.patterns[0].workload",
        ),
        JSON.stringify(object),
      );
    } finally {
      await rm(file);
    }
  });
});
