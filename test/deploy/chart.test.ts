import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { type Options, readOptions } from "../../src/options.ts";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { programPath, run } from "../../tools/deploy/helm.ts";
import { webhookConfigurations } from "../../webhooks/configuration.ts";
import { CHART, only, rendered, template } from "./chart.ts";

const PROFILES: Readonly<Record<string, readonly string[]>> = {
  default: [],
  production: ["--values", `${CHART}/values-production.yaml`],
  namespaced: ["--set", "watchNamespaces={blue,green}"],
  "one registry": [
    "--set",
    "global.imageRegistry=registry.example.com:5000/mirror,global.imagePullSecrets={creds}",
  ],
  "one replica": ["--set", "replicas=1"],
  "everything off": [
    "--set",
    "crds.install=false,webhooks.install=false,webhooks.deletionProtectionPolicy=false,rbac.create=false,serviceAccount.create=false,serviceAccount.name=mine,podDisruptionBudget.enabled=false,networkPolicy.enabled=false,startupCheck.enabled=false,uninstallHook.enabled=false,webhooks.earlyRefusal=false",
  ],
  "host network": ["--set", "hostNetwork=true,webhooks.port=10260"],
  "guarded metrics": [
    "--set",
    "metrics.tls.enabled=true,metrics.authentication.enabled=true,monitoring.serviceMonitor.enabled=true",
  ],
  "cert-manager": ["--set", "certificates.mode=certManager"],
  "a certificate of one's own": [
    "--set",
    "certificates.mode=provided,certificates.provided.secretName=corp-tls",
    "--set-json",
    'certificates.provided.injectionAnnotations={"cert-manager.io/inject-ca-from-secret":"prism-system/corp-tls"}',
  ],
  "pod monitor": ["--set", "monitoring.podMonitor.enabled=true,prism.version=v1.6.0"],
};

describe("the chart", () => {
  for (const helm of ["helm", "helm3"] as const) {
    for (const [name, args] of Object.entries(PROFILES)) {
      it(`has no fault that ${helm} lint --strict finds: ${name}`, async () => {
        const { code, stdout, stderr } = await run(await programPath(helm), [
          "lint",
          "--strict",
          CHART,
          ...args,
        ]);
        assert.equal(code, 0, stdout + stderr);
      });
    }
  }

  it("has the version of the program", () => {
    const { version } = Object(parseJson(readFileSync("package.json", "utf8")));
    const chart: unknown = parse(readFileSync(`${CHART}/Chart.yaml`, "utf8"));
    assert.equal(textAt(chart, "version"), version);
    assert.equal(textAt(chart, "appVersion"), version);
  });

  for (const [name, args] of Object.entries(PROFILES)) {
    it(`gives the operator options that it takes: ${name}`, async () => {
      const options = await operatorOptions(args);
      assert.equal(options.webhookService, "prism-operator-webhook");
      assert.deepEqual(options.watchNamespace, name === "namespaced" ? ["blue", "green"] : []);
      assert.equal(options.earlyRefusal, name !== "everything off");
      assert.equal(options.prismVersion, name === "pod monitor" ? "v1.6.0" : "v1.5.0");
    });

    it(`never holds a caBundle or a wildcard: ${name}`, async () => {
      const { stdout } = await template(args);
      assert.doesNotMatch(stdout, /^\s*caBundle:/m);
      const roles = (await rendered(args)).filter((object) => /Role$/.test(textAt(object, "kind")));
      assert.doesNotMatch(
        JSON.stringify(roles.map((role) => listAt(role, "rules"))),
        /\*|"escalate"|"bind"|"impersonate"/,
      );
    });

    it(`runs every pod as restricted, with a read-only root, a numeric user and an image: ${name}`, async () => {
      const pods = podsOf(await rendered(args));
      assert.ok(pods.length > 0);
      for (const pod of pods) {
        assert.equal(valueAt(pod, "securityContext", "runAsNonRoot"), true);
        assert.equal(valueAt(pod, "securityContext", "runAsUser"), 65532);
        assert.equal(textAt(pod, "securityContext", "seccompProfile", "type"), "RuntimeDefault");
        for (const container of listAt(pod, "containers")) {
          assert.deepEqual(valueAt(container, "securityContext"), {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
          });
          assert.notEqual(valueAt(container, "resources", "requests", "memory"), undefined);
        }
      }
    });
  }

  it("builds the webhook configurations that the operator would apply itself", async () => {
    const objects = await rendered(["--set", "webhooks.timeoutSeconds=12"]);
    const crds = objects.filter((object) => textAt(object, "kind") === "CustomResourceDefinition");
    assert.ok(crds.length > 0);
    const expected = webhookConfigurations({
      endpoint: {
        mode: "service",
        namespace: "prism-system",
        name: "prism-operator-webhook",
        port: 443,
      },
      resources: crds.map((crd) => ({
        plural: textAt(crd, "spec", "names", "plural"),
        hubVersion: textAt(
          listAt(crd, "spec", "versions").find((version) => valueAt(version, "storage") === true),
          "name",
        ),
      })),
      operatorUser: "system:serviceaccount:prism-system:prism-operator",
      timeoutSeconds: 12,
    });
    for (const configuration of expected) {
      const object = only(objects, textAt(configuration, "kind"));
      // The chart says what the API server would fill in, too.
      const webhooks = listAt(object, "webhooks").map((one) => ({
        ...Object(one),
        objectSelector: undefined,
      }));
      assert.deepEqual(plain(webhooks), plain(valueAt(configuration, "webhooks")));
      assert.equal(textAt(object, "metadata", "name"), textAt(configuration, "metadata", "name"));
      assert.deepEqual(
        valueAt(object, "metadata", "annotations"),
        valueAt(configuration, "metadata", "annotations"),
      );
    }
  });

  it("points every CRD's conversion to the Service of the release", async () => {
    const { code, stdout, stderr } = await run(await programPath("helm"), [
      "template",
      "blue",
      CHART,
      "--namespace",
      "ops",
    ]);
    assert.equal(code, 0, stderr);
    const crds = parseAllDocuments(stdout)
      .map((one): unknown => one.toJS())
      .filter((one) => textAt(one, "kind") === "CustomResourceDefinition");
    assert.ok(crds.length > 0);
    for (const crd of crds) {
      assert.deepEqual(valueAt(crd, "spec", "conversion", "webhook", "clientConfig"), {
        service: {
          namespace: "ops",
          name: "blue-prism-operator-webhook",
          path: "/convert",
          port: 443,
        },
      });
      assert.equal(textAt(crd, "metadata", "annotations", "helm.sh/resource-policy"), "keep");
    }
  });

  it("takes every image from the one registry, with its path", async () => {
    const objects = await rendered(PROFILES["one registry"]);
    const images = podsOf(objects).flatMap((pod) =>
      listAt(pod, "containers").map((container) => textAt(container, "image")),
    );
    assert.equal(images.length, 4);
    for (const image of images)
      assert.equal(image, "registry.example.com:5000/mirror/prism/prism-operator:v0.1.0");
    for (const pod of podsOf(objects))
      assert.deepEqual(valueAt(pod, "imagePullSecrets"), [{ name: "creds" }]);
    const options = await operatorOptions(PROFILES["one registry"] ?? []);
    assert.equal(options.imageMirror, "registry.example.com:5000/mirror");
    const args = JSON.stringify(only(objects, "Deployment"));
    assert.match(args, /--images-registry=registry\.example\.com:5000\/mirror\/prism"/);
  });

  it("takes a digest before a tag", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const images = podsOf(await rendered(["--set", `image.digest=${digest},image.tag=v9`])).flatMap(
      (pod) => listAt(pod, "containers").map((one) => textAt(one, "image")),
    );
    assert.deepEqual([...new Set(images)], [`ghcr.io/prism/prism-operator@${digest}`]);
  });

  it("pins images of PrismClusters by the digests it is given", async () => {
    const [one, two] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
    const options = await operatorOptions([
      "--set-json",
      `imageDigests={"docker.io/library/redis:7.4-alpine":"${one}","ghcr.io/prism/prism-proxy:v1.5.0":"${two}"}`,
    ]);
    assert.deepEqual(options.imageDigests, {
      "library/redis:7.4-alpine": one,
      "prism/prism-proxy:v1.5.0": two,
    });
  });

  it("gives no right on other namespaces when it watches some", async () => {
    const objects = await rendered(PROFILES["namespaced"]);
    const clusterWide = objects.filter(
      (object) => textAt(object, "kind") === "ClusterRole" && !isForPeople(object),
    );
    const resources = clusterWide.flatMap((role) =>
      listAt(role, "rules").flatMap((rule) => listAt(rule, "resources")),
    );
    assert.deepEqual([...new Set(resources)].sort(), [
      "customresourcedefinitions",
      "mutatingwebhookconfigurations",
      "validatingwebhookconfigurations",
    ]);
    for (const rule of clusterWide.flatMap((role) => listAt(role, "rules")))
      assert.ok(listAt(rule, "resourceNames").length > 0);
    const roles = objects.filter(
      (object) =>
        textAt(object, "kind") === "Role" &&
        textAt(object, "metadata", "name") === "prism-operator",
    );
    assert.deepEqual(
      roles.map((role) => textAt(role, "metadata", "namespace")),
      ["blue", "green"],
    );
  });

  it("tells a scraper how to trust and show itself, where metrics are guarded", async () => {
    const objects = await rendered(PROFILES["guarded metrics"]);
    const [endpoint] = listAt(only(objects, "ServiceMonitor"), "spec", "endpoints");
    assert.equal(textAt(endpoint, "scheme"), "https");
    assert.deepEqual(valueAt(endpoint, "tlsConfig"), {
      serverName: "prism-operator-webhook.prism-system.svc",
      ca: { secret: { name: "prism-webhook-ca", key: "bundle.crt" } },
    });
    assert.match(textAt(endpoint, "bearerTokenFile"), /serviceaccount\/token$/);
    const options = await operatorOptions(PROFILES["guarded metrics"] ?? []);
    assert.deepEqual([options.metricsTls, options.metricsAuthentication], [true, true]);
  });

  it("has a PodDisruptionBudget only where it can be kept", async () => {
    const budgets = (objects: readonly unknown[]) =>
      objects.filter((object) => textAt(object, "kind") === "PodDisruptionBudget").length;
    assert.equal(budgets(await rendered()), 1);
    assert.equal(budgets(await rendered(PROFILES["one replica"])), 0);
  });

  it("labels no hook so that a Service or the Deployment would select it", async () => {
    const objects = await rendered();
    const selector = Object.entries(
      Object(valueAt(only(objects, "Deployment"), "spec", "selector", "matchLabels")),
    );
    const hooks = objects.filter(
      (object) => valueAt(object, "metadata", "annotations", "helm.sh/hook") !== undefined,
    );
    assert.ok(hooks.length >= 10);
    for (const hook of hooks) {
      for (const labels of [
        valueAt(hook, "metadata", "labels"),
        valueAt(hook, "spec", "template", "metadata", "labels"),
      ]) {
        assert.ok(!selector.every(([key, value]) => valueAt(labels, key) === value));
      }
    }
  });
});

/** What the operator reads from the arguments of its container. */
async function operatorOptions(args: readonly string[]): Promise<Options> {
  const deployment = only(await rendered(args), "Deployment");
  const [container] = listAt(deployment, "spec", "template", "spec", "containers");
  const read = readOptions(listAt(container, "args").map(String), {}, "0.0.0");
  if (read.kind === "run") return read.options;
  throw new Error(read.text);
}

function podsOf(objects: readonly unknown[]): readonly unknown[] {
  return objects.flatMap((object) => {
    const kind = textAt(object, "kind");
    if (kind === "Pod") return [valueAt(object, "spec")];
    return kind === "Deployment" || kind === "Job"
      ? [valueAt(object, "spec", "template", "spec")]
      : [];
  });
}

function isForPeople(role: unknown): boolean {
  return (
    Object.keys(Object(valueAt(role, "metadata", "labels"))).some((label) =>
      label.includes("aggregate-to"),
    ) || valueAt(role, "metadata", "annotations", "helm.sh/hook") !== undefined
  );
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
