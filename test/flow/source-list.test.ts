import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/**
 * The test list of the design record that this operator comes from, phases 2 to 6, in its words, as far as no other file has
 * it. Phase 7 is elsewhere: three replicas in leaders.test.ts, refusals in admission.test.ts, the finalizer in
 * reconcile-deletion.test.ts, rights in helm-rights.test.ts.
 */
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** CRDs of other projects, as far as the operator looks: the resource is served. */
const OTHERS = [
  { group: "monitoring.coreos.com", version: "v1", kind: "ServiceMonitor" },
  { group: "keda.sh", version: "v1alpha1", kind: "ScaledObject" },
] as const;
const schema = {
  openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};

function crdOf({ group, version, kind }: (typeof OTHERS)[number]): { metadata: { name: string } } {
  const plural = `${kind.toLowerCase()}s`;
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
  return crd;
}

describe("the source's list of tests", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let example: PrismStack;
  let onPostgres: PrismStack;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    for (const other of OTHERS) await plane.api("POST", CRDS, crdOf(other));
    operator = await startOperator(plane, await plane.freshNamespace());
    example = new PrismStack(plane, await plane.freshNamespace());
    onPostgres = new PrismStack(plane, await plane.freshNamespace());
    await Promise.all([example.createExample(), onPostgres.create(POSTGRES)]);
    await Promise.all([example.untilPhase("Running"), onPostgres.untilPhase("Running", "prism")]);
  });
  after(async () => {
    await operator?.stop();
    for (const other of OTHERS) await plane?.api("DELETE", `${CRDS}/${crdOf(other).metadata.name}`);
    await plane?.close();
  });

  const POSTGRES = {
    ...SMALL,
    admin: { replicas: 3, storage: { type: "postgres", size: "1Gi" } },
    proxy: {
      replicas: 1,
      autoscaling: {
        enabled: true,
        scaler: "keda",
        minReplicas: 1,
        maxReplicas: 3,
        triggers: [{ type: "cpu", metadata: { value: "60" } }],
      },
    },
    patterns: [],
    backends: {
      postgres: { replicas: 1, version: "17-alpine", database: "prism", storage: { size: "1Gi" } },
    },
  };
  const madeAt = async (plural: string, name: string): Promise<number> =>
    Date.parse((await example.object(plural, name)).metadata.creationTimestamp);

  it("phase 2: backend provisioning order (Redis, NATS, then patterns)", async () => {
    const runner = await madeAt("statefulsets", "keyvalue-runner");
    const consumer = await madeAt("deployments", "consumer-runner");
    for (const backend of ["redis", "nats"]) {
      const backendAt = await madeAt("statefulsets", backend);
      assert.ok(backendAt <= runner && backendAt <= consumer, backend);
    }
  });

  it("phase 3: admin with a SQLite volume", async () => {
    const { spec } = await example.object("statefulsets", "prism-admin");
    const [template] = spec.volumeClaimTemplates;
    assert.equal(template.spec.resources.requests.storage, "1Gi");
    const claim = await example.object("persistentvolumeclaims", "data-prism-admin-0");
    assert.equal(claim["status"].phase, "Bound");
  });

  it("phase 3: admin on PostgreSQL is a Deployment without a volume", async () => {
    const { spec, status } = await onPostgres.object("deployments", "prism-admin");
    assert.equal(status.availableReplicas, 3);
    assert.equal(await onPostgres.get("statefulsets", "prism-admin"), undefined);
    assert.equal(await onPostgres.get("persistentvolumeclaims", "data-prism-admin-0"), undefined);
    assert.match(JSON.stringify(spec.template.spec), /secretKeyRef/);
  });

  it("phase 3: proxy with an autoscaler, and with KEDA where it is installed", async () => {
    const { spec } = await example.object("horizontalpodautoscalers", "prism-proxy");
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 10]);
    assert.equal(await onPostgres.get("horizontalpodautoscalers", "prism-proxy"), undefined);
    const path = onPostgres.path("scaledobjects", "prism-proxy", "/apis/keda.sh/v1alpha1");
    const { body } = await plane.api("GET", path);
    assert.equal((body as LiveObject)["spec"].maxReplicaCount, 3);
  });

  it("phase 4: mailbox with MinIO and SQLite", async () => {
    const { spec, status } = await example.object("statefulsets", "mailbox-runner");
    assert.equal(status.readyReplicas, 1);
    const { containers, volumes = [] } = spec.template.spec;
    const env = new Map<string, LiveObject["env"]>(
      containers[0].env.map((one: { name: string }) => [one.name, one]),
    );
    assert.equal(
      env.get("S3_ENDPOINT")?.value ?? env.get("MINIO_URL")?.value,
      `http://minio.${example.namespace}.svc.cluster.local:9000`,
    );
    for (const key of ["S3_ACCESS_KEY", "S3_SECRET_KEY"]) {
      assert.equal(env.get(key)?.valueFrom?.secretKeyRef?.name, "minio-connection", key);
    }
    const path = env.get("SQLITE_PATH")?.value ?? "";
    const mounts: readonly { mountPath: string; name: string }[] = containers[0].volumeMounts;
    const data = mounts.find(({ mountPath }) => path.startsWith(mountPath) && mountPath !== "/");
    assert.ok(data, `${path} is on a volume; ${JSON.stringify(volumes.length)} others`);
    assert.equal(spec.volumeClaimTemplates[0].metadata.name, data.name);
    const claim = await example.object("persistentvolumeclaims", "data-mailbox-runner-0");
    assert.equal(claim["status"].phase, "Bound");
  });

  it("phase 5: phases and conditions when a component fails and recovers", async () => {
    const fate = (value: string | null) => ({
      metadata: { annotations: { "prism.test/fate": value } },
    });
    await example.merge("pods", "redis-0", fate("never-ready"));
    const degraded = await example.untilPhase("Degraded");
    const conditionOf = (cluster: LiveObject, type: string): string =>
      cluster["status"].conditions.find((one: { type: string }) => one.type === type)?.status;
    assert.deepEqual(
      ["Ready", "BackendsHealthy", "AdminHealthy", "ProxyHealthy"].map((type) =>
        conditionOf(degraded, type),
      ),
      ["False", "False", "True", "True"],
    );
    await example.merge("pods", "redis-0", fate(null));
    const running = await example.untilPhase("Running");
    assert.equal(conditionOf(running, "Ready"), "True");
    assert.equal(running["status"].observedGeneration, running.metadata.generation);
  });

  it("phase 6: ingress with the source's annotations", async () => {
    const { metadata, spec } = await example.object("ingresses", "prism-proxy");
    assert.equal(metadata.annotations?.["nginx.ingress.kubernetes.io/backend-protocol"], "GRPC");
    assert.equal(spec.ingressClassName, "nginx");
    assert.equal(spec.rules[0].host, "prism.local");
  });

  it("phase 6: ServiceMonitors where Prometheus is installed, and dashboards", async () => {
    const path = example.path("servicemonitors", "", "/apis/monitoring.coreos.com/v1");
    const { body } = await plane.api("GET", path);
    const { items } = body as LiveObject;
    assert.ok(items.length > 0);
    assert.equal(items[0].spec.endpoints[0].interval, "30s");
    const dashboards = (await example.list("configmaps")).filter(
      ({ metadata }) => metadata.labels?.["grafana_dashboard"] !== undefined,
    );
    assert.ok(dashboards.length > 0);
  });
});
