import { equal, notEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../../src/api/prism-namespace-v1alpha2.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren as childrenOfCluster } from "../../../src/domain/prism-cluster/children.ts";
import { desiredChildren } from "../../../src/domain/prism-namespace/children.ts";
import { generatedSecrets } from "../../../src/domain/prism-namespace/logins.ts";
import { guests } from "../../../src/domain/prism-namespace/relations.ts";
import { leavesOf, record, type Setting, specsWith } from "../field-effects.ts";
import { familyOf, ready, validOf } from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";
import { schemaOf } from "../prism-cluster/crd.ts";

const ORDERS = { cluster: "demo", patterns: ["keyvalue"], isolation: "namespace" };

const SETTINGS: readonly Setting[] = [
  { of: /^cluster$/, base: ORDERS, values: ["demo", "far"] },
  { of: /^clusterNamespace$/, base: ORDERS, values: ["prism", "elsewhere"] },
  { of: /^patterns/, base: ORDERS, values: ["keyvalue", "store"] },
  { of: /^isolation$/, base: ORDERS, values: ["none", "namespace"] },
  { of: /^quota\.resources/, base: ORDERS, key: "pods", values: ["10", "20"] },
  { of: /./, base: ORDERS },
];

function cluster(name: string, namespace: string): KubeObject & PrismCluster {
  return ready({
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name, namespace, generation: 1, uid: `uid-${namespace}-${name}` },
    spec: {
      tenants: { from: "All" },
      patterns: [
        { name: "keyvalue", backends: [{ name: "redis" }] },
        { name: "store", type: "consumer", backends: [{ name: "nats" }] },
      ],
      backends: { redis: { auth: {} }, nats: { auth: {} } },
    },
  });
}

/** Everything that is made for a tenant, by itself and by each cluster that it may name. */
function rendered(spec: unknown): string {
  const object = {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismNamespace",
    metadata: { name: "orders", namespace: "shop", generation: 1, uid: "uid-orders" },
    spec: { clusterNamespace: "prism", ...record(spec) },
  } as KubeObject & PrismNamespace;
  const own = validOf(object);
  const hosts = [cluster("demo", "prism"), cluster("far", "prism"), cluster("demo", "elsewhere")];
  const family = familyOf(own, ...hosts);
  const facts = renderFacts({ family });
  const shared = hosts.map((host) => childrenOfCluster(validOf(host), facts));
  return JSON.stringify([
    desiredChildren(own, facts),
    generatedSecrets(own, family),
    guests(own, family),
    shared,
  ]);
}

describe("every field of PrismNamespace v1alpha2", () => {
  const spec = schemaOf("v1alpha2", "prismnamespaces").properties?.["spec"] ?? {};
  const leaves = leavesOf(spec);

  it("is found in the CRD", () => ok(leaves.length >= 7));

  for (const leaf of leaves) {
    it(`${leaf.path.join(".")} changes what is made`, () => {
      const [one, other] = specsWith(spec, leaf, SETTINGS);
      notEqual(rendered(one), rendered(other));
    });
  }

  it("changes nothing where it is the same", () => equal(rendered(ORDERS), rendered(ORDERS)));
});
