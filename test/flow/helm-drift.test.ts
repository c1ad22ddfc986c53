/** What the chart renders stays as it is in the cluster: a GitOps tool that compares finds nothing. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { stringify } from "yaml";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { CHART, rendered } from "../deploy/chart.ts";
import { until } from "../deploy/waiting.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";

const OPTIONAL = new URL("../fixtures/deploy/optional-crds.yaml", import.meta.url);
/** What only the server can say: addresses it gives out, and the status. */
const SERVERS_OWN = [
  "status",
  "spec.clusterIP",
  "spec.clusterIPs",
  "spec.ipFamilies",
  "spec.ipFamilyPolicy",
];
const METADATA = ["name", "namespace", "labels", "annotations"];

describe("what the chart renders", () => {
  let plane: TestControlPlane;
  let objects: readonly unknown[] = [];
  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    await ok(plane.kubectl(["apply", "-f", "-"], readFileSync(OPTIONAL, "utf8")));
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "prism-system",
        labels: { "pod-security.kubernetes.io/enforce": "restricted" },
      },
    };
    await ok(plane.kubectl(["apply", "-f", "-"], stringify(namespace)));
    objects = await rendered(["--values", `${CHART}/values-production.yaml`]);
  });
  after(async () => {
    await plane.kubectl(
      ["delete", "-f", "-", "--ignore-not-found"],
      readFileSync(OPTIONAL, "utf8"),
    );
    await plane.kubectl(["delete", "-f", "-", "--ignore-not-found"], manifestOf(objects));
    await plane.kubectl(["delete", "namespace", "prism-system", "--wait=false"]);
    await plane.close();
  });

  it("is taken by the API server, hooks and all, where pod security is enforced", async () => {
    const { code, stderr } = await plane.kubectl(
      ["apply", "--server-side", "--field-manager=gitops", "-f", "-"],
      manifestOf(objects),
    );
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /would violate|Warning/);
  });

  it("is what is stored: every default of the API server is written down", async () => {
    const differences: string[] = [];
    for (const object of objects.filter((one) => !isHook(one))) {
      const { namespace = "", name = "" } = Object(valueAt(object, "metadata"));
      const kind = `${textAt(object, "kind")}.${textAt(object, "apiVersion").split("/").toReversed().join(".")}`;
      const at = namespace === "" ? [] : ["--namespace", namespace];
      const resource =
        kind.endsWith(".v1") && !textAt(object, "apiVersion").includes("/")
          ? textAt(object, "kind")
          : kind;
      const live: unknown = parseJson(
        await ok(plane.kubectl(["get", resource, name, ...at, "-o", "json"])),
      );
      differences.push(
        ...differencesOf(bare(object), bare(live), `${textAt(object, "kind")}/${name}`),
      );
    }
    assert.deepEqual(differences, []);
  });

  it("changes nothing when it is applied again", async () => {
    const before_ = await versions();
    await ok(
      plane.kubectl(
        ["apply", "--server-side", "--field-manager=gitops", "-f", "-"],
        manifestOf(objects.filter((one) => !isHook(one))),
      ),
    );
    assert.deepEqual(await versions(), before_);
  });

  it("keeps a PrismCluster with deletionProtection, while the operator is away and webhooks are gone", async () => {
    const kinds = "mutatingwebhookconfiguration,validatingwebhookconfiguration";
    await ok(plane.kubectl(["delete", kinds, "prism-operator"]));
    const namespace = await plane.freshNamespace();
    const object = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "kept", namespace },
      spec: { deletionProtection: true },
    };
    // The API server learns of webhooks that are gone a moment later.
    await until("it can be written", async () =>
      (await plane.kubectl(["apply", "-f", "-"], JSON.stringify(object))).code === 0
        ? true
        : undefined,
    );
    const remove = [
      "delete",
      "prismclusters.v1alpha2.prism.io",
      "kept",
      "--namespace",
      namespace,
      "--wait=false",
    ];
    const refusal = await until("it is protected", async () => {
      const { code, stderr } = await plane.kubectl([...remove, "--dry-run=server"]);
      return code === 0 ? undefined : stderr;
    });
    assert.match(
      refusal,
      /deletionProtection is true; set it to false in a request of its own, then delete/,
    );
    const patch = JSON.stringify({ spec: { deletionProtection: false } });
    await ok(
      plane.kubectl([
        "patch",
        "prismclusters.v1alpha2.prism.io",
        "kept",
        "--namespace",
        namespace,
        "--type=merge",
        "--patch",
        patch,
      ]),
    );
    await ok(plane.kubectl(remove));
  });

  it("does not hold up a namespace with a protected PrismCluster", async () => {
    const namespace = await plane.freshNamespace();
    const object = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "lost", namespace },
      spec: { deletionProtection: true },
    };
    await ok(plane.kubectl(["apply", "-f", "-"], JSON.stringify(object)));
    await until("it is protected", async () => {
      const remove = [
        "delete",
        "prismclusters.v1alpha2.prism.io",
        "lost",
        "--namespace",
        namespace,
      ];
      return (await plane.kubectl([...remove, "--dry-run=server"])).code === 0 ? undefined : true;
    });
    await ok(plane.kubectl(["delete", "namespace", namespace, "--timeout=50s"]));
  });

  async function versions(): Promise<readonly string[]> {
    const list = await ok(
      plane.kubectl(
        ["get", "-f", "-", "-o", "json"],
        manifestOf(objects.filter((one) => !isHook(one) && textAt(one, "kind") !== "Deployment")),
      ),
    );
    return listAt(parseJson(list), "items").map(
      (one) => `${textAt(one, "kind")} ${textAt(one, "metadata", "resourceVersion")}`,
    );
  }
});

function manifestOf(objects: readonly unknown[]): string {
  return objects.map((object) => stringify(object)).join("---\n");
}

function isHook(object: unknown): boolean {
  return valueAt(object, "metadata", "annotations", "helm.sh/hook") !== undefined;
}

/** An object without what only the server says. */
function bare(object: unknown): unknown {
  const copy = structuredClone(Object(object));
  copy.metadata = Object.fromEntries(METADATA.map((name) => [name, copy.metadata[name]]));
  if (copy.metadata.annotations)
    delete copy.metadata.annotations["deployment.kubernetes.io/revision"];
  for (const path of SERVERS_OWN) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const holder = names.reduce<unknown>((value, name) => valueAt(value, name), copy);
    if (typeof holder === "object" && holder !== null) Reflect.deleteProperty(holder, last);
  }
  return copy;
}

/** Paths where two values differ. */
function differencesOf(wanted: unknown, live: unknown, path: string): readonly string[] {
  if (isEmpty(wanted) && isEmpty(live)) return [];
  if (typeof wanted !== "object" || typeof live !== "object" || wanted === null || live === null) {
    return wanted === live
      ? []
      : [`${path}: ${JSON.stringify(wanted)} is stored as ${JSON.stringify(live)}`];
  }
  const names = new Set([...Object.keys(wanted), ...Object.keys(live)]);
  return [...names].flatMap((name) =>
    differencesOf(Reflect.get(wanted, name), Reflect.get(live, name), `${path}.${name}`),
  );
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}

async function ok(answer: ReturnType<TestControlPlane["kubectl"]>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
