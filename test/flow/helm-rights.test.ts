/** Least privilege by the API server's audit log: nothing is refused, and nothing is granted that is not used. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, parseAllDocuments } from "yaml";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { AUDIT_POLICY, grantsOf, usesOf } from "../deploy/audit.ts";
import { CHART, type HelmPlane, openHelmPlane } from "../deploy/helm-plane.ts";
import { FATE } from "../deploy/process-kubelet.ts";
import { until } from "../deploy/waiting.ts";

const USER = "system:serviceaccount:prism-system:prism-operator";
const FIXTURES = new URL("../fixtures/deploy/", import.meta.url);
const EVERYTHING = readFileSync(new URL("everything.yaml", FIXTURES), "utf8");
const CHILDREN =
  "configmaps,secrets,services,serviceaccounts,statefulsets,deployments,roles,rolebindings,poddisruptionbudgets,networkpolicies,ingresses,horizontalpodautoscalers,servicemonitors,scaledobjects,certificates";
const EVENTS = "events.k8s.io/events list";
/** Held only to be given: RBAC lets nobody grant what he does not have. The collector of logs gets them. */
const DELEGATED = ["/pods get", "/pods/log get"];

describe("the operator with the chart's rights and no others", () => {
  let cluster: HelmPlane;
  before(async () => {
    cluster = await openHelmPlane({ auditPolicy: AUDIT_POLICY });
    await ok(
      cluster.kubectl(
        ["apply", "-f", "-"],
        readFileSync(new URL("optional-crds.yaml", FIXTURES), "utf8"),
      ),
    );
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
        "--values",
        cluster.valuesFile,
        "--set",
        "metrics.tls.enabled=true,metrics.authentication.enabled=true",
      ]),
    );
  });
  after(() => cluster.close());

  it("makes every kind of child", async () => {
    await run("full");
    const kinds = new Set((await children("full")).map((child) => textAt(child, "kind")));
    assert.equal(kinds.size, CHILDREN.split(",").length, [...kinds].join());
  });

  it("looks after an object of every other kind", async () => {
    const samples = globSync("deploy/samples/*.yaml").flatMap((file) =>
      parseAllDocuments(readFileSync(file, "utf8")).map((one): unknown => one.toJS()),
    );
    for (const file of globSync("crds/*.yaml")) {
      const { kind, plural } = Object(valueAt(parse(readFileSync(file, "utf8")), "spec", "names"));
      if (plural === "prismclusters") continue;
      const sample = samples.find((one) => textAt(one, "kind") === kind);
      assert.ok(sample, `deploy/samples has no ${kind}`);
      const object = { ...Object(sample) };
      object.metadata = { ...object.metadata, namespace: "full" };
      await ok(cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object)));
      await until(`a status of ${kind}`, async () =>
        (await listed("full", plural)).some(
          (one) => valueAt(one, "status", "observedGeneration") !== undefined,
        )
          ? true
          : undefined,
      );
      const remove = ["delete", plural, object.metadata.name, "--namespace", "full"];
      await ok(cluster.kubectl([...remove, "--timeout=60s"]));
    }
  });

  it("limits a tenant that has a namespace to itself, and takes the limit away again", async () => {
    const namespace = "tenant";
    await ok(cluster.kubectl(["create", "namespace", namespace]));
    const permit = JSON.stringify({ spec: { tenants: { from: "All" } } });
    const patch = ["patch", "--type=merge", "-p"];
    await ok(
      cluster.kubectl([...patch, permit, "prismcluster", "everything", "--namespace", "full"]),
    );
    const [pattern] = listAt(
      (await listed("full", "prismclusters")).find(
        (one) => textAt(one, "metadata", "name") === "everything",
      ),
      "spec",
      "patterns",
    );
    const tenant = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismNamespace",
      metadata: { name: "alone", namespace },
      spec: {
        cluster: "everything",
        clusterNamespace: "full",
        patterns: [textAt(pattern, "name")],
        isolation: "namespace",
        quota: { resources: { pods: "10" } },
      },
    };
    await ok(cluster.kubectl(["apply", "-f", "-"], JSON.stringify(tenant)));
    const quotas = async () => await listed(namespace, "resourcequotas");
    const ours = async () =>
      (await quotas()).some((one) => listAt(one, "metadata", "ownerReferences").length > 0);
    await until("a ResourceQuota", async () => ((await ours()) ? true : undefined));
    const limit = (quota: object | null) => JSON.stringify({ spec: { quota } });
    const limited = ["prismnamespace", "alone", "--namespace", namespace];
    await ok(cluster.kubectl([...patch, limit(null), ...limited]));
    await until("no ResourceQuota", async () => ((await quotas()).length === 0 ? true : undefined));
    // One that somebody made before has to be looked at.
    const metadata = { name: "prism-tenant-alone", namespace };
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata,
      spec: { hard: { pods: "9" } },
    };
    await ok(cluster.kubectl(["create", "-f", "-"], JSON.stringify(quota)));
    await ok(cluster.kubectl([...patch, limit({ resources: { pods: "10" } }), ...limited]));
    await until("a look at the ResourceQuota that was there", async () => {
      const [one] = await listed(namespace, "prismnamespaces");
      const seen = valueAt(one, "status", "observedGeneration");
      return seen === valueAt(one, "metadata", "generation") ? true : undefined;
    });
    const remove = ["delete", "prismnamespace", "alone", "--namespace", namespace];
    await ok(cluster.kubectl([...remove, "--timeout=60s"]));
  });

  it("shows its metrics to whom the API server lets read them, and to nobody else", async () => {
    await ok(cluster.kubectl(["create", "serviceaccount", "scraper", "--namespace", "default"]));
    const token = (
      await ok(cluster.kubectl(["create", "token", "scraper", "--namespace", "default"]))
    ).trim();
    assert.equal((await scrape(cluster)).code, 401);
    assert.equal((await scrape(cluster, token)).code, 403);
    await ok(
      cluster.kubectl([
        "create",
        "clusterrolebinding",
        "scraper",
        "--clusterrole=prism-operator-metrics-reader",
        "--serviceaccount=default:scraper",
      ]),
    );
    // Who was refused is remembered for a minute: a token of its own.
    const other = (
      await ok(cluster.kubectl(["create", "token", "scraper", "--namespace", "default"]))
    ).trim();
    const { code, body } = await scrape(cluster, other);
    assert.equal(code, 200);
    assert.match(body, /^prism_leader [01]$/m);
  });

  it("takes over what stands under its names without its label", async () => {
    await ok(cluster.kubectl(["create", "namespace", "taken"]));
    const foreign = (await children("full")).map((child) => stranger(child, "taken"));
    await ok(
      cluster.kubectl(
        ["create", "-f", "-"],
        JSON.stringify({ apiVersion: "v1", kind: "List", items: foreign }),
      ),
    );
    await ok(cluster.kubectl(["apply", "--namespace", "taken", "-f", "-"], EVERYTHING));
    const gets = CHILDREN.split(",").map((plural) => `/${plural} get`);
    await until("a look at every object that was there", () => {
      const used = usesOf(cluster.plane.auditLogPath, USER).map(({ right }) =>
        right.replace(/^[^/]*/, ""),
      );
      return gets.every((get) => used.includes(get)) ? true : undefined;
    });
  });

  it("grows a volume, and takes away what is no longer asked for", async () => {
    const spec = {
      // A single server starts anew as one of several, and each pod is told who the primary is.
      backends: { redis: { replicas: 3, storage: { size: "2Gi" } } },
      networkPolicy: { enabled: false },
      proxy: { autoscaling: null },
      patterns: [],
      ingress: null,
      observability: null,
    };
    await ok(
      cluster.kubectl([
        "patch",
        "prismcluster",
        "everything",
        "--namespace",
        "full",
        "--type=merge",
        "--patch",
        JSON.stringify({ spec }),
      ]),
    );
    await until("nothing of it is left", async () => {
      const kinds = (await children("full")).map((child) => textAt(child, "kind"));
      return [
        "Ingress",
        "NetworkPolicy",
        "Role",
        "ScaledObject",
        "Certificate",
        "ServiceMonitor",
      ].some((kind) => kinds.includes(kind))
        ? undefined
        : true;
    });
    await run("full");
  });

  it("asks the events why something does not get ready", async () => {
    await ok(cluster.kubectl(["create", "namespace", "sick"]));
    const sick = parse(EVERYTHING);
    sick.spec.admin.pod = { annotations: { [FATE]: "image-pull" } };
    await ok(cluster.kubectl(["apply", "--namespace", "sick", "-f", "-"], JSON.stringify(sick)));
    await until("a look at the events", () =>
      usesOf(cluster.plane.auditLogPath, USER).find(({ right }) => right === EVENTS),
    );
  });

  it("publishes and takes back the routing of a federation", async () => {
    await ok(
      cluster.kubectl(
        ["apply", "--namespace", "full", "-f", "-"],
        JSON.stringify(federation(cluster.plane)),
      ),
    );
    const routed = (ttl: string) =>
      until(`records with a TTL of ${ttl} s, and a route`, async () => {
        const records = JSON.stringify(await listed("full", "dnsendpoints"));
        const routes = await listed("full", "grpcroutes");
        return records.includes(`"recordTTL":${ttl}`) && routes.length === 1 ? true : undefined;
      });
    await routed("60");
    await change({ routing: { dns: { ttlSeconds: 30 } } });
    await routed("30");
    await change({ routing: null });
    await until("the end of records and route", async () => {
      const left = await Promise.all([
        listed("full", "dnsendpoints"),
        listed("full", "grpcroutes"),
      ]);
      return left.flat().length === 0 ? true : undefined;
    });
    await ok(
      cluster.kubectl(["delete", "prismfederation", "all", "--namespace", "full", "--timeout=60s"]),
    );

    function change(spec: object): Promise<string> {
      const patch = JSON.stringify({ spec });
      return ok(
        cluster.kubectl([
          "patch",
          "prismfederation",
          "all",
          "--namespace",
          "full",
          "--type=merge",
          "--patch",
          patch,
        ]),
      );
    }
  });

  it("takes an old version out of the stored ones", async () => {
    const crd = "crd/prismclusters.prism.io";
    const status = { storedVersions: ["v1alpha1", "v1alpha2"] };
    const patch = JSON.stringify({ status });
    await ok(
      cluster.kubectl(["patch", crd, "--subresource=status", "--type=merge", "--patch", patch]),
    );
    await until(
      "only the new one is left",
      async () => {
        const stored = await ok(
          cluster.kubectl(["get", crd, "--output", "jsonpath={.status.storedVersions}"]),
        );
        return stored === '["v1alpha2"]' ? true : undefined;
      },
      120_000,
    );
  });

  it("deletes a whole PrismCluster with its volumes", async () => {
    await ok(
      cluster.kubectl([
        "delete",
        "prismcluster",
        "everything",
        "--namespace",
        "full",
        "--timeout=60s",
      ]),
    );
    await until("no child and no volume is left", async () => {
      const left = [
        ...(await children("full")),
        ...(await listed("full", "persistentvolumeclaims")),
      ];
      return left.length === 0 ? true : undefined;
    });
    await sleep(1_000);
  });

  it("was refused nothing", () => {
    const refused = usesOf(cluster.plane.auditLogPath, USER).filter(({ code }) => code === 403);
    assert.deepEqual([...new Set(refused.map(({ right, uri }) => `${right} ${uri}`))], []);
  });

  it("was granted nothing that it did not use", async () => {
    const roles = await Promise.all(
      [
        "/clusterroles/prism-operator",
        "/clusterroles/prism-operator-trust",
        "/clusterroles/prism-operator-metrics",
        "/namespaces/prism-system/roles/prism-operator-own",
      ].map(async (path) => {
        const { status, body } = await cluster.client.request(
          "GET",
          `/apis/rbac.authorization.k8s.io/v1${path}`,
        );
        assert.equal(status, 200, path);
        return body;
      }),
    );
    const grants = grantsOf(roles);
    assert.ok(grants.size > 50);
    assert.deepEqual(
      [...grants].filter((grant) => grant.includes("*")),
      [],
    );
    const used = new Set(usesOf(cluster.plane.auditLogPath, USER).map(({ right }) => right));
    assert.deepEqual(
      [...grants].filter((grant) => !used.has(grant) && !DELEGATED.includes(grant)).sort(),
      [],
    );
  });

  async function run(namespace: string): Promise<void> {
    await cluster.kubectl(["create", "namespace", namespace]);
    if ((await listed(namespace, "prismclusters")).length === 0) {
      await ok(cluster.kubectl(["apply", "--namespace", namespace, "-f", "-"], EVERYTHING));
    }
    await ok(
      cluster.kubectl([
        "wait",
        "--namespace",
        namespace,
        "--for=condition=Ready",
        "prismcluster/everything",
        "--timeout=60s",
      ]),
    );
  }

  /** What the operator made, and what it takes for its own. */
  async function children(namespace: string): Promise<readonly unknown[]> {
    return (await listed(namespace, CHILDREN)).filter(
      (child) => textAt(child, "metadata", "labels", "managed-by") === "prism-operator",
    );
  }

  async function listed(namespace: string, plural: string): Promise<readonly unknown[]> {
    const answer = await ok(
      cluster.kubectl(["get", plural, "--namespace", namespace, "-o", "json"]),
    );
    return listAt(parseJson(answer), "items");
  }
});

/** Metrics of one replica, as the ServiceMonitor says: with the authority from the Secret, under the Service's name. */
async function scrape(
  cluster: HelmPlane,
  token?: string,
): Promise<{ readonly code: number; readonly body: string }> {
  const secret = ["get", "secret", "prism-webhook-ca", "--namespace", "prism-system"];
  const found: unknown = parseJson(await ok(cluster.kubectl([...secret, "-o", "json"])));
  const ca = Buffer.from(textAt(found, "data", "bundle.crt"), "base64");
  const [port = 0] = cluster.kubelet.metricsPorts();
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; body: string }>();
  const servername = "prism-operator-webhook.prism-system.svc";
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  request({ host: "127.0.0.1", port, path: "/metrics", servername, ca, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () =>
      resolve({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
    );
  })
    .on("error", reject)
    .end();
  return promise;
}

/** A federation that watches the PrismCluster of its own namespace, on the server that it is on, and its Secret. */
function federation({ server, token, certificateAuthority }: HelmPlane["plane"]): object {
  const authority = Buffer.from(certificateAuthority).toString("base64");
  const kubeconfig = {
    "current-context": "own",
    contexts: [{ name: "own", context: { cluster: "own", user: "own" } }],
    clusters: [{ name: "own", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "own", user: { token } }],
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "own" },
    stringData: { kubeconfig: JSON.stringify(kubeconfig) },
  };
  const own = {
    name: "own",
    endpoint: server,
    credentialsSecretRef: { name: "own" },
    addresses: ["203.0.113.1"],
    backendRef: { name: "prism-proxy" },
  };
  const routing = {
    failoverPolicy: { periodSeconds: 1 },
    dns: { hostname: "prism.example.com" },
    gateway: { parentRefs: [{ name: "edge" }] },
  };
  const spec = { clusters: [own], routing };
  const object = {
    apiVersion: "prism.io/v1alpha3",
    kind: "PrismFederation",
    metadata: { name: "all" },
    spec,
  };
  return { apiVersion: "v1", kind: "List", items: [secret, object] };
}

/** The same object as somebody else would have made it. */
function stranger(child: unknown, namespace: string): object {
  const { apiVersion, kind, spec, data, rules, roleRef, subjects } = Object(child);
  const { clusterIP, clusterIPs, ...rest } = Object(spec ?? {});
  const own = clusterIP === "None" ? { ...rest, clusterIP } : rest;
  const fields = { spec: spec === undefined ? undefined : own, data, rules, roleRef, subjects };
  // The label that hands it over, as the condition of a conflict says.
  const labels = { app: valueAt(child, "metadata", "labels", "app") };
  const metadata = { name: valueAt(child, "metadata", "name"), namespace, labels };
  return { apiVersion, kind, metadata, ...fields };
}

async function ok(answer: ReturnType<HelmPlane["kubectl"]>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
