import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Child } from "../../../src/domain/child.ts";
import { listAt, textAt } from "../../../src/domain/json-read.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren as childrenOfCluster } from "../../../src/domain/prism-cluster/children.ts";
import { dependentsOf, hostsOf } from "../../../src/domain/prism-cluster/members.ts";
import { remarks } from "../../../src/domain/prism-namespace/isolation.ts";
import {
  generatedSecrets,
  missingSecrets,
  referencedObjects,
} from "../../../src/domain/prism-namespace/logins.ts";
import { familyOf, validOf } from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";
import { BACKENDS, childrenIn, cluster, facts, tenant } from "./tenant-case.ts";

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
