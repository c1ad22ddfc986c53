/** The life of a release with the real helm, and a live PrismCluster that must not notice. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { type ChartRepository, serveCharts } from "../deploy/chart-repository.ts";
import { CHART, HELMS, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { until } from "../deploy/waiting.ts";

const WAIT = ["--wait", "--timeout", "240s"];
const RELEASE = ["--namespace", "prism-system"];
const CRD = "prismclusters.prism.io";
/** What a person would miss if it were restarted, made again or changed. */
const WATCHED =
  "pods,statefulsets,deployments,services,secrets,configmaps,persistentvolumeclaims,prismclusters";
/** What the operator makes beside the chart; kept, so that a re-install goes on with the same authority. */
const KEPT = ["Lease/prism-operator", "Secret/prism-webhook-ca"];

for (const helm of HELMS) {
  describe(`a release by ${helm}`, () => {
    let cluster: HelmPlane;
    let repository: ChartRepository;
    let before_: ReadonlyMap<string, string> = new Map();

    before(async () => {
      cluster = await openHelmPlane({ helm });
      repository = await serveCharts(
        cluster,
        ["0.1.0", "0.1.1"].map((version) => ({ chart: CHART, version })),
      );
    });
    after(async () => {
      repository.close();
      await cluster.close();
    });

    it("is installed from a repository, as the source says", async () => {
      await ok(cluster.helm(["repo", "add", "prism", repository.url]));
      await ok(
        cluster.helm([
          "install",
          "prism-operator",
          "prism/prism-operator",
          "--namespace",
          "prism-system",
          "--create-namespace",
          "--version",
          "0.1.0",
          ...values(),
        ]),
      );
      await ok(cluster.kubectl(["create", "namespace", "prism"]));
      await ok(
        cluster.kubectl(["apply", "-f", "deploy/samples/prism-local.v1alpha1.yaml", "-n", "prism"]),
      );
      await ok(
        cluster.kubectl([
          "wait",
          "-n",
          "prism",
          "--for=condition=Ready",
          "prismcluster/prism-local",
          "--timeout=60s",
        ]),
      );
      const described = await ok(
        cluster.kubectl(["describe", "prismcluster", "prism-local", "-n", "prism"]),
      );
      assert.match(described, /Phase:\s+Running/);
    });

    it("has what a test of the release asks for", async () => {
      await ok(cluster.helm(["test", "prism-operator", ...RELEASE, "--timeout", "120s"]));
    });

    it("is upgraded, and nothing that runs notices", async () => {
      await settled();
      before_ = await state();
      await ok(
        cluster.helm([
          "upgrade",
          "prism-operator",
          "prism/prism-operator",
          ...RELEASE,
          "--version",
          "0.1.1",
          "--set",
          "webhooks.timeoutSeconds=15,reconciliation.maxConcurrent=5",
          ...values(),
        ]),
      );
      await trustedWithin10s();
      await unchanged();
      await writable("two");
    });

    it("is rolled back, and nothing that runs notices", async () => {
      await ok(cluster.helm(["rollback", "prism-operator", "1", ...RELEASE, ...WAIT]));
      await trustedWithin10s();
      await unchanged();
      await writable("three");
    });

    it("gets back a trust that somebody wiped", async () => {
      const wipe = `[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]`;
      await ok(
        cluster.kubectl([
          "patch",
          "mutatingwebhookconfiguration",
          "prism-operator",
          "--type=json",
          "--patch",
          wipe,
        ]),
      );
      await ok(
        cluster.helm([
          "upgrade",
          "prism-operator",
          "prism/prism-operator",
          ...RELEASE,
          "--version",
          "0.1.1",
          ...values(),
        ]),
      );
      await trustedWithin10s();
      await writable("four");
    });

    it("is uninstalled, and leaves what is the user's", async () => {
      before_ = await state();
      await ok(cluster.helm(["uninstall", "prism-operator", ...RELEASE, ...WAIT]));
      assert.match(cluster.kubelet.logs("prism-operator-uninstall"), /configurations are gone/);
      const kept = globSync("crds/*.yaml").map((file) => {
        const crd: unknown = parse(readFileSync(file, "utf8"));
        return `CustomResourceDefinition/${textAt(crd, "metadata", "name")}`;
      });
      assert.deepEqual((await ours()).toSorted(), kept.toSorted());
      const own = await ok(cluster.kubectl(["get", "leases,secrets", ...RELEASE, "-o", "json"]));
      const left = listAt(parseJson(own), "items").map(
        (one) => `${textAt(one, "kind")}/${textAt(one, "metadata", "name")}`,
      );
      assert.deepEqual(left.sort(), KEPT);
      await unchanged();
    });

    it("is installed again, and takes over what runs", async () => {
      await ok(
        cluster.helm([
          "install",
          "prism-operator",
          "prism/prism-operator",
          ...RELEASE,
          "--version",
          "0.1.1",
          ...values(),
        ]),
      );
      await trustedWithin10s();
      await until("the new operator looks after it", async () => {
        const text = await ok(
          cluster.kubectl(["get", "lease", "prism-operator", ...RELEASE, "-o", "json"]),
        );
        return textAt(parseJson(text), "spec", "holderIdentity") === "" ? undefined : true;
      });
      await unchanged();
      await writable("five");
    });

    it("takes its webhooks with it when its namespace is deleted, so that nobody is locked out", async () => {
      await ok(cluster.kubectl(["delete", "namespace", "prism-system", "--timeout=60s"]));
      const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
      await until("the webhook configurations are gone", async () => {
        const found = await ok(cluster.kubectl(["get", kinds, "-o", "name"]));
        return found.includes("prism-operator") ? undefined : true;
      });
      await until("a write gets through", async () => {
        const note = ["annotate", "--overwrite", "prismclusters.v1alpha2.prism.io", "prism-local"];
        const args = [...note, "-n", "prism", "example.com/note=six"];
        return (await cluster.kubectl(args)).code === 0 ? true : undefined;
      });
      await unchanged();
    });

    function values(): readonly string[] {
      return [...WAIT, "--values", cluster.valuesFile];
    }

    /** Every webhook and the CRD trust somebody, and a write gets through. */
    async function trustedWithin10s(): Promise<void> {
      await until(
        "a caBundle in every clientConfig",
        async () => {
          const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
          const configurations = listAt(
            parseJson(await ok(cluster.kubectl(["get", kinds, "-o", "json"]))),
            "items",
          );
          const crd: unknown = parseJson(
            await ok(cluster.kubectl(["get", "crd", CRD, "-o", "json"])),
          );
          const clients = [
            ...configurations.flatMap((one) =>
              listAt(one, "webhooks").map((webhook) => valueAt(webhook, "clientConfig")),
            ),
            valueAt(crd, "spec", "conversion", "webhook", "clientConfig"),
          ];
          return clients.length === 4 &&
            clients.every((client) => textAt(client, "caBundle") !== "")
            ? true
            : undefined;
        },
        10_000,
      );
      const probe = ["apply", "--dry-run=server", "-n", "prism", "-f"];
      await ok(cluster.kubectl([...probe, "deploy/samples/prism-local.v1alpha1.yaml"]));
    }

    async function settled(): Promise<void> {
      let last = "";
      await until("nothing changes for a second", async () => {
        const now = JSON.stringify([...(await state(true))]);
        const isQuiet = now === last;
        last = now;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return isQuiet ? true : undefined;
      });
    }

    /** uid and generation of everything in the namespace; a restart is another pod. */
    async function state(withVersion = false): Promise<ReadonlyMap<string, string>> {
      const kinds = WATCHED.replace("prismclusters", "prismclusters.v1alpha2.prism.io");
      const list: unknown = parseJson(
        await ok(cluster.kubectl(["get", kinds, "-n", "prism", "-o", "json"])),
      );
      return new Map(
        listAt(list, "items").map((one) => {
          const { uid, generation, resourceVersion } = Object(valueAt(one, "metadata"));
          return [
            `${textAt(one, "kind")}/${textAt(one, "metadata", "name")}`,
            `${uid} ${generation} ${withVersion ? resourceVersion : ""}`,
          ];
        }),
      );
    }

    async function unchanged(): Promise<void> {
      assert.ok(before_.size > 30, `${before_.size} objects`);
      assert.deepEqual([...(await state())].sort(), [...before_].sort());
    }

    /** A write in the old version goes through admission and conversion, and takes effect; changes only metadata. */
    async function writable(value: string): Promise<void> {
      await ok(
        cluster.kubectl([
          "annotate",
          "--overwrite",
          "prismclusters.v1alpha1.prism.io",
          "prism-local",
          "-n",
          "prism",
          `example.com/note=${value}`,
        ]),
      );
    }

    /** What carries the label of the release, anywhere. */
    async function ours(): Promise<readonly string[]> {
      const kinds = await ok(cluster.kubectl(["api-resources", "--verbs=list", "-o", "name"]));
      const listable = kinds
        .split("\n")
        .filter(
          (kind) =>
            kind !== "" &&
            !kind.endsWith("prism.io") &&
            !/^(events|componentstatuses|endpoints)/.test(kind),
        );
      const list = await ok(
        cluster.kubectl([
          "get",
          listable.join(","),
          "-A",
          "-l",
          "app.kubernetes.io/instance=prism-operator",
          "-o",
          "json",
        ]),
      );
      return listAt(parseJson(list), "items").map(
        (one) => `${textAt(one, "kind")}/${textAt(one, "metadata", "name")}`,
      );
    }
  });
}

async function ok(answer: ReturnType<HelmPlane["kubectl"]>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
