/** From the release before to this one and back, with the real helm, live PrismClusters, and writes that never stop. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { type ChartRepository, serveCharts } from "../deploy/chart-repository.ts";
import { checkOut, earlierRelease } from "../deploy/earlier-release.ts";
import { CHART, HELMS, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { until } from "../deploy/waiting.ts";

const RELEASE = ["--namespace", "prism-system"];
const WAIT = ["--wait", "--timeout", "240s"];
const OLD = "0.0.9";
const EXAMPLE = "deploy/samples/prism-local.v1alpha1.yaml";
/** What a checkout makes of the same example. */
const RENDERED = "test/golden/prism-cluster/local-example.json";
const LIVE = ["prism", "other"];
/** A restart is another pod; data is a claim and the Secrets that open it. */
const DATA =
  "pods,statefulsets,deployments,services,persistentvolumeclaims,prismclusters.v1alpha2.prism.io";
const commit = earlierRelease();

for (const helm of HELMS) {
  const options = commit === undefined ? { skip: "the history of the repository is not here" } : {};
  describe(`from the release before and back, by ${helm}`, options, () => {
    let cluster: HelmPlane;
    let repository: ChartRepository;
    let old = "";
    let traffic: Traffic;
    let lived: ReadonlyMap<string, string> = new Map();
    let declared: readonly string[] = [];

    before(async () => {
      old = mkdtempSync(join(tmpdir(), "prism-earlier-"));
      const root = join(old, "checkout");
      checkOut(commit ?? "", root);
      declared = changedWorkloads(root);
      cluster = await openHelmPlane({ helm, rootsByTag: new Map([[`v${OLD}`, root]]) });
      repository = await serveCharts(cluster, [
        { chart: join(root, "deploy/chart/prism-operator"), version: OLD, appVersion: OLD },
        { chart: CHART },
      ]);
      await ok(cluster.helm(["repo", "add", "prism", repository.url]));
      await release("install", OLD);
      for (const namespace of LIVE) await run(namespace);
      await settled(cluster);
      lived = await state(cluster);
      traffic = startTraffic(cluster);
    });
    after(async () => {
      await traffic?.stop();
      repository?.close();
      await cluster?.close();
      rmSync(old, { recursive: true, force: true });
    });

    it("is upgraded: no pod restarts but where the release changes it, nothing else is made again, no generation moves", async () => {
      await release("upgrade");
      await tookOver();
      assert.ok(lived.size > 40, `${lived.size} objects`);
      assert.deepEqual(declared.filter(isBackend), [], "no release restarts a backend by the way");
      assert.deepEqual(await differences(), []);
      await ready();
    });

    it("is rolled back likewise", async () => {
      await ok(cluster.helm(["rollback", "prism-operator", "1", ...RELEASE, ...WAIT]));
      await tookOver();
      assert.deepEqual(await differences(), []);
      await ready();
    });

    it("and forward again", async () => {
      await release("upgrade");
      await tookOver();
      assert.deepEqual(await differences(), []);
      await ready();
    });

    it("and no write or read of either version failed meanwhile", async () => {
      const { calls, failures } = await traffic.stop();
      assert.ok(calls > 100, `${calls} calls`);
      assert.deepEqual(failures, []);
    });

    async function release(verb: "install" | "upgrade", version?: string): Promise<void> {
      const which = version === undefined ? [] : ["--version", version];
      const create = verb === "install" ? ["--create-namespace"] : ["--reset-then-reuse-values"];
      const args = ["prism-operator", "prism/prism-operator", ...RELEASE, ...which, ...create];
      await ok(cluster.helm([verb, ...args, ...WAIT, "--values", cluster.valuesFile]));
    }

    async function run(namespace: string): Promise<void> {
      await ok(cluster.kubectl(["create", "namespace", namespace]));
      const example = readFileSync(EXAMPLE, "utf8").replace(
        "namespace: prism",
        `namespace: ${namespace}`,
      );
      await ok(cluster.kubectl(["apply", "-f", "-"], example));
      await ready(namespace);
    }

    async function ready(namespace = "prism"): Promise<void> {
      const wait = ["wait", "-n", namespace, "--for=condition=Ready", "--timeout=60s"];
      await ok(cluster.kubectl([...wait, "prismcluster/prism-local"]));
    }

    /** Somebody leads who runs now, and had time for a pass over everything. */
    async function tookOver(): Promise<void> {
      await until("a pod that is there leads", async () => {
        const lease = await json(cluster, ["get", "lease", "prism-operator", ...RELEASE]);
        const pods = listAt(await json(cluster, ["get", "pods", ...RELEASE]), "items");
        const [holder = ""] = textAt(lease, "spec", "holderIdentity").split("_");
        return pods.length === 2 && holder !== "" ? true : undefined;
      });
      await sleep(3_000);
      await settled(cluster);
    }

    /** A workload that the release changes, or a pod of one. */
    function isDeclared(key: string): boolean {
      const [, kind = "", name = ""] = key.split("/");
      return declared.some((one) => {
        const [, workload = ""] = one.split("/");
        return kind === "Pod" ? name.startsWith(`${workload}-`) : `${kind}/${name}` === one;
      });
    }

    async function differences(): Promise<readonly string[]> {
      const now = await state(cluster);
      const names = [...new Set([...lived.keys(), ...now.keys()])].sort();
      return names
        .filter((name) => lived.get(name) !== now.get(name) && !isDeclared(name))
        .map((name) => `${name}: ${lived.get(name)} became ${now.get(name)}`);
    }
  });
}

/** Kind and name of the example's workloads that this checkout renders otherwise than the one in a folder. */
function changedWorkloads(root: string): readonly string[] {
  const [before, now] = [workloadsIn(root), workloadsIn(".")];
  return [...now.keys()].filter((name) => before.get(name) !== now.get(name));
}

function workloadsIn(root: string): ReadonlyMap<string, string> {
  const rendered = parseJson(readFileSync(join(root, RENDERED), "utf8"));
  const objects = listAt(rendered, "children").map((child) => valueAt(child, "object"));
  const workloads = objects.filter((one) => /^(Deployment|StatefulSet)$/.test(textAt(one, "kind")));
  assert.ok(workloads.length > 6, `${workloads.length} workloads`);
  return new Map(
    workloads.map((one) => {
      const name = `${textAt(one, "kind")}/${textAt(one, "metadata", "name")}`;
      return [name, JSON.stringify(valueAt(one, "spec"))];
    }),
  );
}

function isBackend(workload: string): boolean {
  return /\/(redis|nats|minio|postgres|kafka)$/.test(workload);
}

interface Traffic {
  stop(): Promise<{ readonly calls: number; readonly failures: readonly string[] }>;
}

/** Writes as dry runs and reads in both versions, one after the other, without an end. */
function startTraffic({ client }: HelmPlane): Traffic {
  let isStopped = false;
  let calls = 0;
  const failures: string[] = [];
  const loop = async (): Promise<void> => {
    const soak = { apiVersion: "v1", kind: "Namespace", metadata: { name: "soak" } };
    await client.request("POST", "/api/v1/namespaces", { body: soak });
    while (!isStopped) {
      for (const version of ["v1alpha1", "v1alpha2"]) {
        calls += 2;
        failures.push(...(await failuresOf(client, version)));
      }
      await sleep(50);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      isStopped = true;
      await running;
      return { calls, failures };
    },
  };
}

async function failuresOf(client: HelmPlane["client"], version: string): Promise<string[]> {
  const api = `/apis/prism.io/${version}`;
  const storage = { type: "sqlite" };
  const spec = { admin: { replicas: 1, storage }, proxy: { replicas: 1 } };
  const body = {
    apiVersion: `prism.io/${version}`,
    kind: "PrismCluster",
    metadata: { name: "soak" },
    spec: version === "v1alpha2" ? spec : { ...spec, patterns: [], backends: {} },
  };
  const answers = await Promise.all([
    client.request("POST", `${api}/namespaces/soak/prismclusters?dryRun=All`, { body }),
    client.request("GET", `${api}/prismclusters`),
  ]);
  return answers
    .filter(({ status }) => status >= 400)
    .map((answer) => `${version} ${answer.status} ${textAt(answer.body, "message")}`);
}

async function settled(cluster: HelmPlane): Promise<void> {
  let last = "";
  await until("nothing changes for a second", async () => {
    const now = JSON.stringify([...(await state(cluster, true))]);
    const isQuiet = now === last;
    last = now;
    if (!isQuiet) await sleep(1_000);
    return isQuiet ? true : undefined;
  });
}

/** uid and generation of everything that runs. */
async function state(
  cluster: HelmPlane,
  withVersion = false,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const namespace of LIVE) {
    const list = await json(cluster, ["get", DATA, "-n", namespace]);
    for (const one of listAt(list, "items")) {
      const { uid, name, generation, resourceVersion } = Object(valueAt(one, "metadata"));
      const version = withVersion ? resourceVersion : "";
      found.set(
        `${namespace}/${textAt(one, "kind")}/${name}`,
        `${uid} ${generation} ${version}`.trim(),
      );
    }
  }
  return found;
}

async function json(cluster: HelmPlane, args: readonly string[]): Promise<unknown> {
  return parseJson(await ok(cluster.kubectl([...args, "-o", "json"])));
}

async function ok(answer: ReturnType<HelmPlane["kubectl"]>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
