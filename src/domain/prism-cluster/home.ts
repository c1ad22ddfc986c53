import type { PrismCluster } from "../../api/prism-cluster-v1alpha2.ts";
import type { Stage } from "../child.ts";
import { findCondition } from "../condition.ts";
import type { Family } from "../family.ts";
import type { KubeObject } from "../kube-object.ts";
import { type Valid, validBefore } from "../validator.ts";
import { previousStatus } from "./status/previous.ts";

/** The PrismCluster that an object of another kind of ours belongs to. */
export type Home =
  | { readonly kind: "found"; readonly cluster: KubeObject }
  | { readonly kind: "missing"; readonly name: string | undefined }
  /** It names none, and there are several. */
  | { readonly kind: "ambiguous"; readonly names: readonly string[] };

/** The cluster of this name in a namespace, or without a name the only one there. */
export function homeIn(family: Family, namespace: string, name: string | undefined): Home {
  const clusters = family.in("PrismCluster", namespace);
  const [first, second] = name === undefined ? clusters : [];
  const found = name === undefined ? first : clusters.find((one) => one.metadata.name === name);
  if (found === undefined) return { kind: "missing", name };
  if (second === undefined) return { kind: "found", cluster: found };
  return { kind: "ambiguous", names: clusters.map(({ metadata }) => metadata.name).toSorted() };
}

/** The cluster as its own reconciliation has judged and rendered it; undefined while that is still to come. */
export function judged(cluster: KubeObject): Valid<PrismCluster> | undefined {
  const { observedGeneration, conditions } = previousStatus(cluster);
  const isSeen = observedGeneration === cluster.metadata.generation;
  const isValid = findCondition(conditions, "ConfigValid")?.status === "True";
  return isSeen && isValid ? validBefore<PrismCluster>(cluster) : undefined;
}

/** A cluster as it is once it was reconciled, for rendering where nobody reconciles. It has to be valid. */
export function asReconciled(cluster: KubeObject): KubeObject {
  const { generation = 1 } = cluster.metadata;
  const at = { lastTransitionTime: "1970-01-01T00:00:00Z", reason: "Assumed", message: "" };
  const types = ["ConfigValid", ...BEFORE_RUNNERS.map(([, type]) => type)];
  const conditions = types.map((type) => ({ type, status: "True", ...at }));
  const metadata = { ...cluster.metadata, generation };
  return { ...cluster, metadata, status: { observedGeneration: generation, conditions } };
}

/** What has to be ready before a runner starts. */
const BEFORE_RUNNERS = [
  ["backends", "BackendsHealthy"],
  ["admin", "AdminHealthy"],
  ["proxy", "ProxyHealthy"],
] as const;

/** The first stage before the runners' that is not ready in a cluster. */
export function gateOf(cluster: KubeObject): Stage | undefined {
  const { conditions } = previousStatus(cluster);
  return BEFORE_RUNNERS.find(([, type]) => findCondition(conditions, type)?.status !== "True")?.[0];
}

/** Added by the API server for `--cascade=orphan`. */
const ORPHAN = "orphan";

/** True while a cluster is taken down in order: what depends on it goes before its backends do. */
export function isClosing({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && !finalizers.includes(ORPHAN);
}
