/** The chart's pods with the image's files and nothing else: operator, hooks and `helm test`; in all namespaces and in named ones. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { run } from "../../tools/deploy/helm.ts";
import { warmUp } from "../../tools/image/build.ts";
import { makeRootFileSystem } from "../../tools/image/root-file-system.ts";
import { AUDIT_POLICY, usesOf } from "../deploy/audit.ts";
import { CHART, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { until } from "../deploy/waiting.ts";

/**
 * Two seconds on a machine that does nothing else, most of them for compiling the kinds. CPU time stretches where cores are shared, so the bound is
 * what that costs at the moment; three times as much was seen at load 25 on two cores.
 */
const START_UP_PER_COMPILING = 4;
const COMPILE = `import("./src/kinds.ts").then(({ admittedKinds, loadCrds }) => {
  admittedKinds(loadCrds());
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1e6));
})`;

describe("the image, watching one namespace", () => {
  let cluster: HelmPlane;
  let folder = "";
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "prism-image-"));
    const root = makeRootFileSystem(".", folder, process.execPath);
    warmUp(root);
    const image = {
      root: join(folder, root.recipe.workdir),
      node: join(folder, "nodejs/bin/node"),
    };
    cluster = await openHelmPlane({ auditPolicy: AUDIT_POLICY, image });
    await ok(cluster.kubectl(["create", "namespace", "blue"]));
    await ok(cluster.kubectl(["create", "namespace", "red"]));
  });
  after(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("says that the CRDs are not there, before it is installed", async () => {
    assert.match(await complaint(), /That means: the CRDs are not there: set crds\.install/);
  });

  it("is installed, answers, and passes the test of the release", async () => {
    const values = ["--values", cluster.valuesFile, "--set", "watchNamespaces={blue}"];
    await ok(
      cluster.helm([
        "install",
        "prism-operator",
        CHART,
        "--namespace",
        "prism-system",
        "--create-namespace",
        "--wait",
        "--timeout",
        "240s",
        ...values,
      ]),
    );
    await ok(
      cluster.helm(["test", "prism-operator", "--namespace", "prism-system", "--timeout", "120s"]),
    );
  });

  it("is ready after little more CPU than compiling the kinds takes", async () => {
    const startUps = cluster.kubelet.startUps();
    assert.ok(startUps.length >= 2);
    const { code, stdout, stderr } = await run(process.execPath, ["-e", COMPILE]);
    assert.equal(code, 0, stderr);
    const bound = START_UP_PER_COMPILING * Number(stdout);
    assert.ok(bound > 0 && Math.min(...startUps) < bound, `${startUps.join(", ")}; ${bound}`);
  });

  it("reconciles the namespace that it watches, and leaves the others", async () => {
    for (const namespace of ["red", "blue"]) {
      await ok(cluster.kubectl(["apply", "-n", namespace, "-f", "-"], MINIMAL));
    }
    await ok(
      cluster.kubectl([
        "wait",
        "-n",
        "blue",
        "--for=condition=Ready",
        "prismcluster/minimal",
        "--timeout=60s",
      ]),
    );
    assert.equal(
      (
        await ok(
          cluster.kubectl([
            "get",
            "pods,secrets,configmaps",
            "-n",
            "red",
            "-l",
            "managed-by=prism-operator",
            "-o",
            "name",
          ]),
        )
      ).trim(),
      "",
    );
  });

  it("was refused nothing", () => {
    const refused = usesOf(
      cluster.plane.auditLogPath,
      "system:serviceaccount:prism-system:prism-operator",
    ).filter(({ code }) => code === 403);
    assert.deepEqual([...new Set(refused.map(({ right, uri }) => `${right} ${uri}`))], []);
  });
  it("says that no replica is ready, when none is", async () => {
    await ok(
      cluster.kubectl([
        "scale",
        "deployment",
        "prism-operator",
        "-n",
        "prism-system",
        "--replicas=0",
      ]),
    );
    await until("nobody answers", async () => ((await check()).code === 0 ? undefined : true));
    assert.match(await complaint(), /That means: no replica is ready: kubectl get pods/);
  });

  /** What the check of the hook and of `helm test` says. */
  function check(): ReturnType<typeof run> {
    const program = ["tools/chart-hooks/check-admission.ts", "--timeout-seconds=5"];
    return run(process.execPath, program, { environment: cluster.environment });
  }

  async function complaint(): Promise<string> {
    const { code, stderr } = await check();
    assert.equal(code, 1);
    return stderr;
  }
});

const MINIMAL = JSON.stringify({
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "minimal" },
  spec: {
    backends: { redis: { version: "7-alpine" } },
    patterns: [{ name: "keyvalue", backends: [{ name: "redis" }] }],
  },
});

async function ok(answer: ReturnType<HelmPlane["kubectl"]>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
