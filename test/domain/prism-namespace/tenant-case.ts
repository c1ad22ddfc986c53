import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../../src/api/prism-namespace-v1alpha2.ts";
import type { Child } from "../../../src/domain/child.ts";
import type { Family } from "../../../src/domain/family.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren } from "../../../src/domain/prism-namespace/children.ts";
import { unmetNeeds } from "../../../src/domain/prism-namespace/needs.ts";
import type { KeyRef } from "../../../src/domain/render-facts.ts";
import { familyOf, ready, validOf } from "../kind-case.ts";
import { renderFacts } from "../prism-cluster/children-case.ts";

export const NOW = "2026-01-01T00:00:00Z";

export type Tenant = PrismNamespace & KubeObject;
export type Cluster = PrismCluster & KubeObject;

export function tenant(name: string, spec: object = {}, namespace = "prism"): Tenant {
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

export const BACKENDS = {
  redis: { auth: {} },
  nats: { auth: {} },
  postgres: {},
  minio: {},
};

export function cluster(more: object = {}): Cluster {
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
export function value({ namespace = "", name, key }: KeyRef): string | undefined {
  if (key === "url") return undefined;
  return /^(username|accessKey)$/.test(key) && name.endsWith("-login")
    ? `tenant_${name.split("-")[0]}`
    : `value-of-${namespace}${namespace === "" ? "" : "-"}${name}-${key}`;
}

export function facts(...objects: readonly KubeObject[]) {
  return renderFacts({ family: familyOf(...objects), value });
}

export function childrenIn(own: Tenant, ...others: readonly KubeObject[]): readonly Child[] {
  return desiredChildren(validOf(own), facts(own, ...others)) ?? [];
}

export function reasons(own: Tenant, family: Family): readonly string[] {
  return unmetNeeds(validOf(own), renderFacts({ family })).map(({ reason }) => reason);
}
