import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { PrismPattern } from "../../../src/api/prism-pattern-v1beta1.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";

export type Pattern = PrismPattern & KubeObject;

export function pattern(name: string, spec: object = {}, metadata: object = {}): Pattern {
  return {
    apiVersion: "prism.io/v1beta1",
    kind: "PrismPattern",
    metadata: { name, namespace: "prism", generation: 1, uid: `uid-${name}`, ...metadata },
    spec,
  };
}

export function cluster(spec: object = { backends: { redis: {} } }): KubeObject & PrismCluster {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "demo", namespace: "prism", generation: 1, uid: "uid-demo" },
    spec,
  };
}

export const USES_REDIS = { type: "keyvalue", backends: [{ name: "redis" }] };
