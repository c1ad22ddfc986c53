/** The commands of the platform team's pages, in the order that docs/platform/README.md gives, with a live PrismCluster. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { run } from "../../tools/deploy/helm.ts";
import { type ChartRepository, serveCharts } from "../deploy/chart-repository.ts";
import { CHART, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";

const REPOSITORY = "https://jrepp.github.io/prism-operator";
/** Pages that end what later pages need come last. */
const PAGES = [
  "docs/platform/install.md",
  "docs/runbooks/README.md",
  ...[
    "WebhookDown",
    "WebhookLatencyHigh",
    "WebhookErrors",
    "ConversionErrors",
    "CertificateExpiring",
    "TrustInjectionFailing",
    "NoLeader",
    "ReconcileErrors",
    "ApplyLoop",
    "EventLoopLag",
    "StorageMigrationStuck",
    "ClusterNotReady",
    "ClusterStalled",
    "ClusterPaused",
    "MemberStalled",
    "FederationNotReady",
    "FederationMemberUnknown",
    "FederationMemberOut",
    "FederationServesNobody",
  ].map((name) => `docs/runbooks/Prism${name}.md`),
  "docs/platform/observability.md",
  "docs/platform/certificates.md",
  "docs/platform/storage-versions.md",
  "docs/platform/upgrade.md",
  "docs/platform/uninstall.md",
];

describe("the commands of the platform team's pages work", () => {
  let cluster: HelmPlane;
  let repository: ChartRepository;
  let environment: Readonly<Record<string, string>> = {};

  before(async () => {
    cluster = await openHelmPlane();
    repository = await serveCharts(cluster, [{ chart: CHART }]);
    environment = shellEnvironment(cluster);
  });
  after(async () => {
    repository.close();
    await cluster.close();
  });

  for (const page of PAGES) {
    const blocks = blocksOf(page);
    for (const [index, block] of blocks.entries()) {
      it(`${page} ${index + 1}: ${block.split("\n")[0]}`, async () => {
        const script = `cd "$WORK"\n${block.replaceAll(REPOSITORY, repository.url)}`;
        const { code, stdout, stderr } = await run("bash", ["-euo", "pipefail", "-c", script], {
          environment,
        });
        assert.equal(code, 0, `${stdout}\n${stderr}`);
      });
    }
  }

  it("and there are pages with commands", () => {
    assert.ok(PAGES.flatMap(blocksOf).length > 25);
  });
});

/** Fences named `sh` alone; those for a real node or that destroy are named so. */
function blocksOf(page: string): readonly string[] {
  const found = readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...found].map(([, text = ""]) => text);
}

/** kubectl and helm as a person has them; helm adds what pods need on fake nodes. */
function shellEnvironment(cluster: HelmPlane): Readonly<Record<string, string>> {
  const folder = join(cluster.folder, "shell");
  mkdirSync(folder);
  const helm = `#!/bin/sh
case "$1" in
  install|upgrade) exec ${cluster.plane.binDir}/helm "$@" --values ${cluster.valuesFile} --timeout 240s ;;
  *) exec ${cluster.plane.binDir}/helm "$@" ;;
esac
`;
  writeFileSync(join(folder, "helm"), helm);
  chmodSync(join(folder, "helm"), 0o755);
  const path = [folder, cluster.plane.binDir, hostEnvironment()["PATH"] ?? ""].join(delimiter);
  // A checkout for what they read, and a place for what they write.
  symlinkSync(resolve("deploy"), join(folder, "deploy"));
  return {
    ...cluster.environment,
    WORK: folder,
    PATH: path,
    NAMESPACE: "prism",
    CLUSTER: "prism-local",
  };
}
