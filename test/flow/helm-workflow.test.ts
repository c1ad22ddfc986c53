/**
 * The two workflows of the design record's section "Deployment Workflow", word for word. Commands are run by a shell; the only thing that a test adds is
 * the policy below, which keeps the operator's pods waiting for their processes, since there is no kubelet.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { run } from "../../tools/deploy/helm.ts";
import { type ChartRepository, serveCharts } from "../deploy/chart-repository.ts";
import { CHART, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { FATE } from "../deploy/process-kubelet.ts";
import { until } from "../deploy/waiting.ts";

const REPOSITORY = "https://jrepp.github.io/prism-operator";

describe("the source's production workflow", () => {
  let cluster: HelmPlane;
  let repository: ChartRepository;
  let folder = "";
  before(async () => {
    cluster = await openHelmPlane();
    repository = await serveCharts(cluster, [{ chart: CHART }]);
    folder = workFolder(cluster);
    copyFileSync(
      "deploy/samples/prism-local.v1alpha1.yaml",
      join(folder, "prismcluster-production.yaml"),
    );
    await holdPods(cluster);
  });
  after(async () => {
    repository.close();
    await cluster.close();
  });

  it("installs the operator by Helm", async () => {
    await shell("helm repo add prism https://jrepp.github.io/prism-operator");
    await shell(
      "helm install prism-operator prism/prism-operator --namespace prism-system --create-namespace",
    );
  });

  it("creates a PrismCluster in its namespace, watches and describes it", async () => {
    await shell("kubectl create namespace prism");
    await shell("kubectl apply -f prismcluster-production.yaml -n prism");
    assert.match(await watched("kubectl get prismcluster prism-local -w -n prism"), /Running/);
    const described = await shell("kubectl describe prismcluster prism-local -n prism");
    assert.match(described, /Phase:\s+Running/);
    assert.match(described, /Type:\s+Normal|Normal\s+Running/);
  });

  it("leaves a release that is far below what a Secret can hold", async () => {
    const sizes = await shell(
      "kubectl get secrets -n prism-system --field-selector type=helm.sh/release.v1 -o jsonpath='{.items[*].data.release}' | wc -c",
    );
    assert.ok(Number(sizes) > 10_000 && Number(sizes) < 700_000, `${sizes} of 1048576 bytes`);
  });

  const shell = (line: string): Promise<string> =>
    shellIn(cluster, folder, line.replace(REPOSITORY, repository.url));
  const watched = (line: string): Promise<string> => watchedIn(cluster, folder, line);
});

describe("the source's development workflow", () => {
  let cluster: HelmPlane;
  let folder = "";
  before(async () => {
    cluster = await openHelmPlane();
    folder = workFolder(cluster);
    // docs/platform/install.md: what the source calls config/ is deploy/kustomize here.
    cpSync("deploy/kustomize", join(folder, "config"), { recursive: true });
    mkdirSync(join(folder, "config/samples"));
    copyFileSync(
      "deploy/samples/prism-local.v1alpha1.yaml",
      join(folder, "config/samples/prism_v1alpha1_prismcluster.yaml"),
    );
    await holdPods(cluster);
  });
  after(() => cluster.close());

  it("deploys the operator from plain manifests", async () => {
    await shell("kubectl apply -f config/crd/bases/");
    await shell("kubectl apply -f config/rbac/");
    await shell("kubectl apply -f config/manager/manager.yaml");
    await shell("kubectl rollout status deployment prism-operator -n prism-system --timeout=120s");
  });

  it("creates a PrismCluster, watches reconciliation and shows the detailed status", async () => {
    await shell("kubectl create namespace prism");
    await shell("kubectl config set-context --current --namespace=prism");
    await shell("kubectl apply -f config/samples/prism_v1alpha1_prismcluster.yaml");
    assert.match(
      await watchedIn(cluster, folder, "kubectl get prismcluster prism-local -w"),
      /Running/,
    );
    assert.match(await shell("kubectl describe prismcluster prism-local"), /Phase:\s+Running/);
  });

  it("has nothing to change when everything is applied again", async () => {
    const again = await shell(
      "kubectl apply -f config/crd/bases/ -f config/rbac/ -f config/manager/manager.yaml",
    );
    const changed = again.split("\n").filter((line) => line !== "" && !/unchanged$/.test(line));
    // kubectl compares what it applied last, and the caBundle is not among it. The selector of a PodDisruptionBudget is sent anew each time.
    assert.deepEqual(changed, ["poddisruptionbudget.policy/prism-operator configured"]);
  });

  it("and is what the one plain manifest holds", async () => {
    const diff = await shell(
      "kubectl apply --dry-run=server -f manifest.yaml | grep -v 'unchanged\\|^poddisruptionbudget' || true",
    );
    assert.equal(diff.trim(), "");
  });

  const shell = (line: string): Promise<string> => shellIn(cluster, folder, line);
});

function workFolder(cluster: HelmPlane): string {
  const folder = join(cluster.folder, "work");
  mkdirSync(folder);
  copyFileSync("deploy/prism-operator.yaml", join(folder, "manifest.yaml"));
  return folder;
}

function environmentOf(cluster: HelmPlane): Readonly<Record<string, string>> {
  const path = [cluster.plane.binDir, hostEnvironment()["PATH"] ?? ""].join(delimiter);
  return { ...cluster.environment, PATH: path };
}

async function shellIn(cluster: HelmPlane, folder: string, line: string): Promise<string> {
  const script = `cd "${folder}" && ${line}`;
  const { code, stdout, stderr } = await run("bash", ["-c", script], {
    environment: environmentOf(cluster),
  });
  assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
  return stdout;
}

/** What a watch shows until the PrismCluster runs; a person would end it by Ctrl-C. */
async function watchedIn(cluster: HelmPlane, folder: string, line: string): Promise<string> {
  const [program = "", ...args] = line.split(" ");
  const environment = { ...hostEnvironment(), ...environmentOf(cluster) };
  const child = spawn(join(cluster.plane.binDir, program), args, { cwd: folder, env: environment });
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  try {
    await until(`${line} shows Running`, () => (shown.includes("Running") ? true : undefined));
  } finally {
    child.kill("SIGINT");
  }
  return shown;
}

/** Every pod of the operator's namespace waits for its process, as with the annotation that other tests give to the chart. */
async function holdPods(cluster: HelmPlane): Promise<void> {
  const annotation = FATE.replace("/", "~1");
  const policy = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: no-kubelet}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prism-system}}
    resourceRules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}]
  failurePolicy: Fail
  reinvocationPolicy: Never
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: >-
          (has(object.metadata.annotations) ? [] : [JSONPatch{op: "add", path: "/metadata/annotations", value: {}}])
          + [JSONPatch{op: "add", path: "/metadata/annotations/${annotation}", value: "image-pull"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: no-kubelet}
spec: {policyName: no-kubelet}
`;
  assert.ok(parseAllDocuments(policy).every((one) => textAt(one.toJS(), "kind") !== ""));
  const { code, stderr } = await cluster.kubectl(["apply", "-f", "-"], policy);
  assert.equal(code, 0, stderr);
  // Until the API server knows of it.
  const probe = JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "probe", namespace: "prism-system" },
    spec: { containers: [{ name: "a", image: "a" }] },
  });
  await cluster.kubectl(["create", "namespace", "prism-system"]);
  await until("pods are held", async () => {
    const args = ["create", "--dry-run=server", "-f", "-", "-o", "yaml"];
    return (await cluster.kubectl(args, probe)).stdout.includes(FATE) ? true : undefined;
  });
  await cluster.kubectl(["delete", "namespace", "prism-system"]);
}
