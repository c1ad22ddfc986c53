import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import { listAt, textAt } from "../../../src/domain/json-read.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren } from "../../../src/domain/prism-cluster/children.ts";
import { familyOf, validOf } from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";

const METADATA = { namespace: "prism", generation: 1 };

/** Children of a cluster with one backend that keeps users for one tenant. */
function childrenWith(name: string, backend: object) {
  const cluster: PrismCluster & KubeObject = {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { ...METADATA, name: "demo", uid: "uid-demo" },
    spec: {
      patterns: [{ name: "store", type: "keyvalue", backends: [{ name }] }],
      backends: { [name]: { auth: {}, ...backend } },
    },
  };
  const tenant = {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismNamespace",
    metadata: { ...METADATA, name: "orders", uid: "uid-orders" },
    spec: { cluster: "demo", patterns: ["store"], isolation: "namespace" },
  };
  const value = ({ key }: { readonly key: string }) => (key === "url" ? undefined : `the-${key}`);
  const facts = renderFacts({ family: familyOf(cluster, tenant), value });
  return desiredChildren(validOf(cluster), facts) ?? [];
}

function keeperOf(name: string, backend: object = {}) {
  const set = childrenWith(name, backend).find(({ object }) => object.kind === "StatefulSet");
  const containers = listAt(set?.object, "spec", "template", "spec", "containers");
  const keeper = containers.find((one) => textAt(one, "name") === "tenant-users");
  ok(keeper, `${name} has no keeper`);
  return { keeper, image: textAt(keeper, "image"), server: textAt(containers[0], "image") };
}

describe("the container that keeps tenants' users", () => {
  it("runs in the server's own image, whose clients it uses", () => {
    for (const name of ["redis", "postgres", "minio"]) {
      const { image, server } = keeperOf(name);
      equal(image, server, name);
    }
    const own = keeperOf("nats", { image: "registry.example.com/nats:mine" });
    equal(own.image, own.server);
  });

  it("has a shell for NATS, whose plain image is made from scratch", () => {
    deepEqual(
      ["2.11-alpine", "2.11", "latest"].map((version) => keeperOf("nats", { version }).image),
      ["nats:2.11-alpine", "nats:2.12-alpine", "nats:2.12-alpine"],
    );
  });

  it("uses nothing in MinIO's image but its own programs, the shell and the plainest of coreutils", () => {
    const secret = childrenWith("minio", {}).find(
      ({ object }) => object.metadata.name === "minio-tenants",
    );
    const script = Buffer.from(textAt(secret?.object, "data", "users.sh") ?? "", "base64");
    const text = JSON.stringify(keeperOf("minio").keeper) + script.toString("utf8");
    match(text, /mc admin user add/);
    equal(/\b(grep|sed|awk|find|xargs|jq|cksum|md5sum)\b/.exec(text)?.[0], undefined);
  });

  it("puts no password on a command line", () => {
    const secret = childrenWith("minio", {}).find(
      ({ object }) => object.metadata.name === "minio-tenants",
    );
    const script = Buffer.from(textAt(secret?.object, "data", "users.sh") ?? "", "base64");
    for (const line of script.toString("utf8").split("\n"))
      equal(/^\s*mc .*("\$2"|the-secretKey)/.test(line), false, line);
  });

  it("tells Redis nothing that 6.2 does not know, since it would then take no user at all", () => {
    const secret = childrenWith("redis", {}).find(
      ({ object }) => object.metadata.name === "redis-tenants",
    );
    const users = Buffer.from(textAt(secret?.object, "data", "users.acl") ?? "", "base64");
    const rules = users
      .toString("utf8")
      .split(/\s+/)
      .filter((word) => /^[+-]/.test(word));
    const known =
      /^[+-](@(all|read|write|connection|transaction|pubsub|dangerous|admin)|scan|randomkey|dbsize|pubsub|client(\|setname)?)$/;
    ok(rules.length > 5);
    deepEqual(
      rules.filter((rule) => !known.test(rule)),
      [],
    );
  });

  it("says why a server does not take its users", () => {
    const env = listAt(keeperOf("redis").keeper, "env");
    const told = textAt(
      env.find((one) => textAt(one, "name") === "APPLY"),
      "value",
    );
    match(told ?? "", /echo "\$answer" >&2; exit 1/);
  });

  it("leaves MinIO's client the memory that it takes", () => {
    equal(textAt(keeperOf("minio").keeper, "resources", "limits", "memory"), "512Mi");
  });
});
