import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../../src/api/prism-namespace-v1alpha2.ts";
import type { Child } from "../../../src/domain/child.ts";
import type { Family } from "../../../src/domain/family.ts";
import { listAt, textAt } from "../../../src/domain/json-read.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren as childrenOfCluster } from "../../../src/domain/prism-cluster/children.ts";
import { dependentsOf, hostsOf } from "../../../src/domain/prism-cluster/members.ts";
import { desiredChildren } from "../../../src/domain/prism-namespace/children.ts";
import { remarks } from "../../../src/domain/prism-namespace/isolation.ts";
import {
  generatedSecrets,
  missingSecrets,
  referencedObjects,
} from "../../../src/domain/prism-namespace/logins.ts";
import { unmetNeeds } from "../../../src/domain/prism-namespace/needs.ts";
import { guests } from "../../../src/domain/prism-namespace/relations.ts";
import { statusOf } from "../../../src/domain/prism-namespace/status.ts";
import type { KeyRef } from "../../../src/domain/render-facts.ts";
import {
  conditionIn,
  familyOf,
  problemsOf,
  ready,
  validOf,
  verdictOn,
  warningsOf,
} from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";

const NOW = "2026-01-01T00:00:00Z";

type Tenant = PrismNamespace & KubeObject;
type Cluster = PrismCluster & KubeObject;

function tenant(name: string, spec: object = {}, namespace = "prism"): Tenant {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismNamespace",
    metadata: { name, namespace, generation: 1, uid: `uid-${namespace}-${name}` },
    spec: {
      cluster: "demo",
      patterns: ["keyvalue", "store"],
      isolation: "namespace",
      ...spec,
    },
  };
}

const BACKENDS = {
  redis: { auth: {} },
  nats: { auth: {} },
  postgres: {},
  minio: {},
};

function cluster(more: object = {}): Cluster {
  return ready({
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "demo", namespace: "prism", generation: 1, uid: "uid-demo" },
    spec: {
      networkPolicy: {},
      patterns: [
        { name: "keyvalue", backends: [{ name: "redis" }, { name: "nats" }] },
        {
          name: "store",
          type: "consumer",
          backends: [{ name: "nats" }, { name: "postgres" }, { name: "minio" }],
        },
      ],
      backends: BACKENDS,
      ...more,
    },
  });
}

/** A value that says of which namespace, Secret and key it is. */
function value({ namespace = "", name, key }: KeyRef): string | undefined {
  if (key === "url") return undefined;
  return /^(username|accessKey)$/.test(key) && name.endsWith("-login")
    ? `tenant_${name.split("-")[0]}`
    : `value-of-${namespace}${namespace === "" ? "" : "-"}${name}-${key}`;
}

function facts(...objects: readonly KubeObject[]) {
  return renderFacts({ family: familyOf(...objects), value });
}

function childrenIn(own: Tenant, ...others: readonly KubeObject[]): readonly Child[] {
  return desiredChildren(validOf(own), facts(own, ...others)) ?? [];
}

function reasons(own: Tenant, family: Family): readonly string[] {
  return unmetNeeds(validOf(own), renderFacts({ family })).map(({ reason }) => reason);
}

describe("what a tenant may say", () => {
  it("is what the source's example says, and each warning is meant", () => {
    const example: KubeObject = parse(
      readFileSync("deploy/samples/namespace.v1alpha2.yaml", "utf8"),
    );
    deepEqual(problemsOf(verdictOn(example)), []);
    const [quota] = warningsOf(verdictOn(example));
    ok(/told the quota and do not hold it/.test(quota ?? ""));
  });

  it("has names that fit the objects that are made", () => {
    const long = tenant("a".repeat(40), { patterns: ["b".repeat(20)] });
    ok(/has at most 63 characters/.test(problemsOf(verdictOn(long))[0] ?? ""));
    const far = tenant("a".repeat(20), { clusterNamespace: "other" }, "n".repeat(40));
    ok(problemsOf(verdictOn(far)).some((one) => /users and buckets/.test(one)));
  });

  it("moves neither to another cluster nor back among the others", () => {
    const before = tenant("orders");
    for (const spec of [{ cluster: "other" }, { clusterNamespace: "x" }, { isolation: "none" }]) {
      equal(verdictOn(tenant("orders", spec), [], before).problems.length, 1, JSON.stringify(spec));
    }
    deepEqual(verdictOn(before, [], tenant("orders", { isolation: "none" })).problems, []);
  });

  it("takes no name of another object in its namespace", () => {
    const taken = cluster({ patterns: [{ name: "orders-keyvalue" }] });
    const [problem] = problemsOf(verdictOn(tenant("orders"), [taken]));
    ok(/^spec\.patterns\[0\] Duplicate value: "orders-keyvalue-runner"/.test(problem ?? ""));
    deepEqual(problemsOf(verdictOn(tenant("orders", { isolation: "none" }), [taken])), []);
  });

  it("is warned of what does not keep it apart, and of what its programs do not do", () => {
    const open = cluster({ backends: { ...BACKENDS, redis: {} } });
    const warnings = warningsOf(verdictOn(tenant("orders", { isolation: "session" }), [open]));
    ok(
      warnings.some((one) => /redis asks nobody for a login/.test(one)),
      warnings.join("\n"),
    );
    ok(warnings.some((one) => /know no sessions/.test(one)));
    const quota = { resources: { pods: 4 } };
    const shared = warningsOf(verdictOn(tenant("orders", { quota }), [cluster()]));
    ok(shared.some((one) => /no ResourceQuota is made.*PrismCluster demo/.test(one)));
  });
});

describe("whom a cluster lets in", () => {
  const elsewhere = tenant("orders", { clusterNamespace: "prism" }, "shop");
  const labelled = (labels: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels },
  });
  const selecting = (selector: object): Cluster =>
    cluster({ tenants: { from: "Selector", selector } });

  it("is its own namespace, or all, or what a selector matches", () => {
    deepEqual(reasons(elsewhere, familyOf(cluster())), ["TenantNotPermitted"]);
    deepEqual(reasons(elsewhere, familyOf(cluster({ tenants: { from: "All" } }))), []);
    const host = selecting({ matchLabels: { team: "shop" } });
    deepEqual(reasons(elsewhere, familyOf(host, labelled({ team: "shop" }))), []);
    deepEqual(reasons(elsewhere, familyOf(host, labelled({}))), ["TenantNotPermitted"]);
    deepEqual(reasons(elsewhere, familyOf(host)), ["NamespaceUnreadable"]);
  });

  const table: readonly (readonly [object, Record<string, string>, boolean])[] = [
    [{ key: "a", operator: "In", values: ["1"] }, { a: "1" }, true],
    [{ key: "a", operator: "In", values: ["1"] }, {}, false],
    [{ key: "a", operator: "NotIn", values: ["1"] }, {}, true],
    [{ key: "a", operator: "NotIn", values: ["1"] }, { a: "1" }, false],
    [{ key: "a", operator: "Exists" }, { a: "" }, true],
    [{ key: "toString", operator: "Exists" }, {}, false],
    [{ key: "a", operator: "DoesNotExist" }, { a: "1" }, false],
    [{ key: "a", operator: "DoesNotExist" }, {}, true],
  ];
  for (const [requirement, labels, isIn] of table) {
    it(`${JSON.stringify(requirement)} of ${JSON.stringify(labels)}`, () => {
      const host = selecting({ matchExpressions: [requirement] });
      const found = reasons(elsewhere, familyOf(host, labelled(labels)));
      deepEqual(found, isIn ? [] : ["TenantNotPermitted"]);
    });
  }

  it("a tenant that is shut out loses its runners and its users", () => {
    const host = cluster();
    deepEqual(desiredChildren(validOf(elsewhere), facts(host, elsewhere)), []);
    const text = JSON.stringify(childrenOfCluster(validOf(host), facts(host, elsewhere)));
    equal(text.includes("orders"), false);
  });
});

describe("an isolated tenant", () => {
  const own = tenant("orders", { quota: { maxSessions: 10, maxRequestsPerSecond: 20 } });
  const children = childrenIn(own, cluster());
  const named = (kind: string, name: string): KubeObject => {
    const found = children.find(
      ({ object }) => object.kind === kind && object.metadata.name === name,
    );
    ok(found, `${kind} ${name}`);
    return found.object;
  };

  it("has runners of its own, under names of its own", () => {
    const workloads = children.filter(({ object }) => object.kind === "Deployment");
    deepEqual(
      workloads.map(({ object }) => object.metadata.name),
      ["orders-keyvalue-runner", "orders-store-runner"],
    );
    const pod = named("Deployment", "orders-store-runner");
    equal(
      textAt(pod, "spec", "template", "spec", "containers", 0, "image"),
      "ghcr.io/prism/consumer-runner:v0.0.0",
    );
    const account = textAt(pod, "spec", "template", "spec", "serviceAccountName");
    equal(account, named("ServiceAccount", "prism-tenant-orders").metadata.name);
  });

  it("is told its quota", () => {
    const pod = named("Deployment", "orders-keyvalue-runner");
    const env = listAt(pod, "spec", "template", "spec", "containers", 0, "env");
    const told = env.filter((one) => textAt(one, "name")?.startsWith("PRISM_M"));
    deepEqual(
      told.map((one) => [textAt(one, "name"), textAt(one, "value")]),
      [
        ["PRISM_MAX_SESSIONS", "10"],
        ["PRISM_MAX_REQUESTS_PER_SECOND", "20"],
      ],
    );
    const list = childrenOfCluster(validOf(cluster()), facts(cluster(), own)).find(
      ({ object }) => object.metadata.name === "prism-tenants",
    );
    const data = JSON.parse(textAt(list?.object, "data", "tenants.json") ?? "{}");
    deepEqual(data.tenants[0].quota, { maxSessions: 10, maxRequestsPerSecond: 20 });
  });

  it("talks to its own backends and to nobody else", () => {
    const { spec } = named("NetworkPolicy", "orders-keyvalue-runner");
    deepEqual(listAt(spec, "policyTypes"), ["Ingress", "Egress"]);
    deepEqual(listAt(spec, "ingress"), []);
    const out = listAt(spec, "egress").slice(1);
    deepEqual(
      out.map((one) => [
        textAt(one, "to", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"),
        textAt(one, "to", 0, "podSelector", "matchExpressions", 0, "values", 0),
      ]),
      [
        ["prism", "redis"],
        ["prism", "nats"],
      ],
    );
  });

  it("logs in as itself, with passwords that only its Secrets have", () => {
    const family = familyOf(cluster(), own);
    deepEqual(
      generatedSecrets(validOf(own), family).map(({ name, goesWithOwner }) => [
        name,
        goesWithOwner,
      ]),
      ["minio", "nats", "postgres", "redis"].map((one) => [`orders-${one}-login`, true]),
    );
    const names = referencedObjects(validOf(own), family).map(({ name }) => name);
    ok(names.every((name) => name.startsWith("orders-")));
    const none = renderFacts({ family, value: () => undefined });
    equal(missingSecrets(validOf(own), none).length, 4);
  });

  it("says what keeps it apart, and where nothing does", () => {
    const { Isolated } = remarks(validOf(own), facts(cluster(), own));
    equal(Isolated?.status, "True");
    ok(/redis: user tenant_orders, keys tenant:orders:\*/.test(Isolated?.message ?? ""));
    const backends = { ...BACKENDS, redis: {}, minio: { external: { url: "http://x:1" } } };
    const gaps = remarks(validOf(own), facts(cluster({ backends }), own));
    equal(gaps["Isolated"]?.status, "False");
    ok(/redis asks nobody.*|minio runs elsewhere/.test(gaps["Isolated"]?.message ?? ""));
    const shared = tenant("orders", { isolation: "none" });
    equal(remarks(validOf(shared), facts(cluster(), shared))["Isolated"]?.reason, "Shared");
  });

  it("is taken down before its cluster, whose users it is among", () => {
    const family = familyOf(cluster(), own, tenant("other", { isolation: "none" }));
    deepEqual(
      dependentsOf(cluster(), family).map(({ metadata }) => metadata.name),
      ["orders", "other"],
    );
    deepEqual(hostsOf(own, family), [{ namespace: "prism", name: "demo" }]);
  });
});

describe("nothing of one tenant is readable by another's runners", () => {
  const one = tenant("orders");
  const two = tenant("billing", { clusterNamespace: "prism" }, "shop");
  const host = cluster({ tenants: { from: "All" } });
  const all = childrenOfCluster(validOf(host), facts(host, one, two));
  const runners = {
    orders: childrenIn(one, host, two),
    billing: childrenIn(two, host, one),
  };
  const users = { orders: "tenant_orders", billing: "tenant_shop_billing" };

  /** A file of the servers' Secret. */
  function fileOf(backend: string, file: string): string {
    const secret = all.find(({ object }) => object.metadata.name === `${backend}-tenants`);
    const encoded = textAt(secret?.object, "data", file);
    ok(encoded, `${backend}-tenants ${file}`);
    return Buffer.from(encoded, "base64").toString("utf8");
  }

  it("by the passwords: no runner sees another's, nor the cluster's", () => {
    const secrets = (children: readonly Child[]): string =>
      children
        .filter(({ object }) => object.kind === "Secret")
        .flatMap(({ object }) => Object.values(object["data"] ?? {}))
        .map((text) => Buffer.from(String(text), "base64").toString("utf8"))
        .join("\n");
    const texts = { orders: secrets(runners.orders), billing: secrets(runners.billing) };
    ok(texts.orders.includes("value-of-orders-redis-login-password"));
    equal(texts.orders.includes("billing"), false);
    equal(texts.billing.includes("orders"), false);
    for (const [name, children] of Object.entries(runners)) {
      const text = texts[name === "orders" ? "orders" : "billing"];
      equal(/-credentials/.test(text + JSON.stringify(children)), false);
      const used = JSON.stringify(children).matchAll(
        /"secretName":"([^"]+)"|"secretKeyRef":\{"name":"([^"]+)"/g,
      );
      for (const [, file = "", variable = ""] of used) {
        ok((file + variable).startsWith(`${name}-`), file + variable);
      }
    }
  });

  it("in Redis: by the keys and channels of the user, and by no command without keys", () => {
    const lines = fileOf("redis", "users.acl").trim().split("\n");
    equal(lines.length, 3);
    ok(lines[0]?.startsWith("user default on >"), "others than tenants still need the password");
    for (const [name, user] of Object.entries(users)) {
      const line = lines.find((text) => text.startsWith(`user ${user} `)) ?? "";
      const words = line.split(" ");
      const id = user.replace("tenant_", "");
      deepEqual(
        words.filter((word) => /^[~&%]/.test(word)),
        [`~tenant:${id}:*`, `&tenant:${id}:*`],
      );
      const rules = words.filter((word) => /^[+-]/.test(word));
      equal(rules[0], "-@all");
      for (const leak of ["-@dangerous", "-@admin", "-scan", "-randomkey", "-dbsize", "-pubsub"]) {
        ok(rules.includes(leak), `${name} ${leak}`);
      }
      ok(words.includes("resetkeys") && words.includes("resetchannels"));
    }
  });

  it("in NATS: by the subjects of the user, answers included, and nothing of JetStream", () => {
    const text = fileOf("nats", "users.conf");
    for (const user of Object.values(users)) {
      const line = text.split("\n").find((one) => one.includes(`"${user}"`)) ?? "";
      const id = user.replace("tenant_", "");
      const subjects = [...line.matchAll(/allow: (\[[^\]]*\])/g)].map(([, list]) => list);
      const own = JSON.stringify([`tenant.${id}.>`, `_INBOX.${user}.>`]);
      deepEqual(subjects, [own, own]);
      equal(line.includes("$JS"), false);
    }
  });

  it("in PostgreSQL: by a role that owns one schema and is given no other", () => {
    const text = fileOf("postgres", "users.sql");
    ok(text.includes("REVOKE ALL ON SCHEMA public FROM PUBLIC;"));
    for (const user of Object.values(users)) {
      ok(text.includes(`ALTER ROLE "${user}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`));
      const grants = text
        .split("\n")
        .filter((line) => line.startsWith("GRANT") && line.includes(user));
      deepEqual(grants, [`GRANT CONNECT ON DATABASE "prism" TO "${user}";`]);
      ok(text.includes(`CREATE SCHEMA IF NOT EXISTS "${user}" AUTHORIZATION "${user}";`));
      ok(text.includes(`REVOKE ALL ON SCHEMA "${user}" FROM PUBLIC;`));
    }
  });

  it("in MinIO: by a policy on one bucket", () => {
    const buckets = { orders: "prism-tenant-orders", billing: "prism-tenant-shop.billing" };
    for (const [name, user] of Object.entries(users)) {
      const policy = JSON.parse(fileOf("minio", `${user}.json`));
      const resources = policy.Statement.flatMap((one: { Resource: string[] }) => one.Resource);
      const bucket = `arn:aws:s3:::${buckets[name === "orders" ? "orders" : "billing"]}`;
      deepEqual(resources, [bucket, `${bucket}/*`]);
    }
  });

  it("by the network: servers let in who uses them, by namespace and name", () => {
    const policy = all.find(
      ({ object }) => object.kind === "NetworkPolicy" && object.metadata.name === "redis",
    );
    const peers = listAt(policy?.object, "spec", "ingress", 0, "from").slice(1);
    deepEqual(
      peers.map((peer) => [
        textAt(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"),
        listAt(peer, "podSelector", "matchExpressions", 0, "values"),
      ]),
      [
        ["prism", ["orders-keyvalue-runner"]],
        ["shop", ["billing-keyvalue-runner"]],
      ],
    );
  });

  it("servers stay as they are while tenants come and go", () => {
    const pods = (children: readonly Child[]): string =>
      JSON.stringify(
        children
          .filter(({ object }) => object.kind === "StatefulSet" || object.kind === "Deployment")
          .map(({ object }) => object),
      );
    const alone = childrenOfCluster(validOf(host), facts(host, one));
    const empty = childrenOfCluster(validOf(host), facts(host));
    equal(pods(all), pods(alone));
    equal(pods(all), pods(empty));
  });
});

describe("a tenant that shares the cluster's runners", () => {
  const own = tenant("orders", { isolation: "none", patterns: ["keyvalue"] });
  const host = cluster();
  const shown = {
    ...host,
    status: {
      ...Object(host["status"]),
      patternStatus: [
        { name: "keyvalue-runner", ready: true, replicas: 2, availableReplicas: 2 },
        { name: "store-runner", ready: false },
      ],
    },
  };

  it("has no children, and shows the state of what it uses", () => {
    deepEqual(childrenIn(own, shown), []);
    deepEqual(generatedSecrets(validOf(own), familyOf(shown, own)), []);
    const found = guests(validOf(own), familyOf(shown, own));
    deepEqual(
      found.map(({ component, ready: isReady }) => [component, isReady]),
      [[{ kind: "pattern", name: "keyvalue" }, true]],
    );
    const status = statusOf(
      own,
      {
        kind: "reconciled",
        children: [],
        missing: [],
        unmet: [],
        guests: found,
        remarks: remarks(validOf(own), facts(shown, own)),
        heldBy: undefined,
      },
      "2026-01-01T00:00:00Z",
    );
    deepEqual([status.phase, status.readyPatterns, status.cluster], ["Running", "1/1", "demo"]);
    equal(conditionIn(status, "Isolated"), "False Shared");
  });
});

it("a tenant finds a runner that its cluster's list has no room for", () => {
  const host = cluster({ patterns: [] });
  const conditions = [
    { type: "Ready", status: "True", reason: "AllReady", message: "", lastTransitionTime: NOW },
  ];
  const runner = {
    apiVersion: "prism.io/v1beta1",
    kind: "PrismPattern",
    metadata: { name: "keyvalue", namespace: "prism", generation: 1 },
    spec: { type: "keyvalue" },
    status: { observedGeneration: 1, conditions, runner: { name: "keyvalue-runner", ready: true } },
  };
  const own = tenant("orders", { isolation: "none", patterns: ["keyvalue"] });
  const [found] = guests(validOf(own), familyOf(host, own, runner));
  deepEqual([found?.component, found?.ready], [{ kind: "pattern", name: "keyvalue" }, true]);
});

describe("a Kubernetes namespace to itself", () => {
  const quota = { resources: { pods: 4, "requests.cpu": "2" } };
  const own = tenant("orders", { clusterNamespace: "prism", isolation: "none", quota }, "shop");
  const host = cluster({ tenants: { from: "All" } });

  it("gets a ResourceQuota, and no other does", () => {
    const [child] = childrenIn(own, host);
    equal(child?.object.kind, "ResourceQuota");
    deepEqual(child?.object["spec"], { hard: { pods: "4", "requests.cpu": "2" } });
    const second = tenant("billing", { clusterNamespace: "prism" }, "shop");
    equal(
      childrenIn(own, host, second).some(({ object }) => object.kind === "ResourceQuota"),
      false,
    );
  });
});
