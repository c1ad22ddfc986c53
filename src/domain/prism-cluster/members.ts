/** What belongs to a PrismCluster though it is described elsewhere, and what it and its cluster see of each other. */
import type { PrismCluster } from "../../api/prism-cluster-v1alpha2.ts";
import type { PrismPattern } from "../../api/prism-pattern-v1beta1.ts";
import { findCondition } from "../condition.ts";
import type { Family } from "../family.ts";
import type { Guest } from "../guest.ts";
import { valueAt } from "../json-object.ts";
import { listAt, numberAt, textAt } from "../json-read.ts";
import type { KubeObject, ObjectKey } from "../kube-object.ts";
import { homeIn } from "./home.ts";
import { previousStatus } from "./status/previous.ts";
import { namespacesOf } from "./tenants/permission.ts";
import { isPrismNamespace } from "./tenants/tenant.ts";

const PATTERN = "PrismPattern";
const CLUSTER = "PrismCluster";

/** PrismPatterns of a cluster, by name. One whose name a pattern of the cluster itself has is none: it came in spite of admission. */
export function memberPatterns(cluster: KubeObject, family: Family): readonly PrismPattern[] {
  const { name, namespace = "" } = cluster.metadata;
  const own = new Set(listAt(cluster["spec"], "patterns").map((one) => textAt(one, "name")));
  const isOnly = homeIn(family, namespace, undefined).kind === "found";
  return family
    .in(PATTERN, namespace)
    .filter(isPattern)
    .filter((one) => (one.spec.cluster ?? (isOnly ? name : undefined)) === name)
    .filter((one) => !own.has(one.metadata.name))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The API server has held it to the schema that the type is made of. */
function isPattern(object: KubeObject): object is KubeObject & PrismPattern {
  return object.kind === PATTERN && valueAt(object, ["spec"]) !== undefined;
}

/** The runners of PrismPatterns as their cluster counts them; one that is going away counts no more. */
export function guestsOf(cluster: PrismCluster & KubeObject, family: Family): readonly Guest[] {
  return memberPatterns(cluster, family)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(guestOf);
}

function guestOf(pattern: PrismPattern): Guest {
  const { metadata, status = {} } = pattern;
  const ready = findCondition(status.conditions, "Ready");
  const isReady = status.observedGeneration === metadata.generation && ready?.status === "True";
  const { replicas = 0, availableReplicas = 0, message } = { message: undefined, ...status.runner };
  const why = message ?? ready?.message ?? "is not looked at yet";
  return {
    component: { kind: "pattern", name: metadata.name },
    stage: "runners",
    ready: isReady,
    desired: replicas,
    available: availableReplicas,
    ...(isReady ? {} : { reason: ready?.reason ?? "Progressing", message: why }),
    starting: status.phase === undefined || status.phase === "Pending",
  };
}

/** Objects that cannot work without this cluster. */
export function dependentsOf(
  cluster: KubeObject & PrismCluster,
  family: Family,
): readonly KubeObject[] {
  return [...memberPatterns(cluster, family), ...namespacesOf(cluster, family)];
}

/** Clusters that are rendered with an object of another kind. */
export function hostsOf(other: KubeObject, family: Family): readonly ObjectKey[] {
  const { namespace = "" } = other.metadata;
  if (other.kind === PATTERN) return family.in("PrismCluster", namespace).map(keyIn);
  if (isPrismNamespace(other)) {
    const { cluster, clusterNamespace = namespace } = other.spec;
    return [{ namespace: clusterNamespace, name: cluster }];
  }
  return other.kind === "Namespace" ? family.all("PrismCluster").filter(selects).map(keyIn) : [];
}

function keyIn({ metadata: { namespace = "", name } }: KubeObject): ObjectKey {
  return { namespace, name };
}

function selects({ spec }: KubeObject): boolean {
  return textAt(spec, "tenants", "from") === "Selector";
}

/** Conditions that others wait for. */
const WAITED_FOR = ["ConfigValid", "BackendsHealthy", "AdminHealthy", "ProxyHealthy"];

/** What members are rendered with of their cluster. Only tenants look at its runners: a PrismPattern would hear of every other. */
export function seenOfCluster(viewer: string, cluster: KubeObject): unknown {
  const { generation, deletionTimestamp, finalizers } = cluster.metadata;
  const { observedGeneration, conditions, patternStatus } = previousStatus(cluster);
  const states = WAITED_FOR.map((type) => findCondition(conditions, type)?.status);
  const isGoing = deletionTimestamp !== undefined;
  return [
    generation ?? 0,
    observedGeneration ?? 0,
    isGoing,
    finalizers ?? [],
    ...states.map(String),
    viewer === PATTERN ? [] : (patternStatus ?? []).map(({ name, ready }) => [name, ready]),
  ];
}

/** What others are rendered with of a PrismPattern: tenants with its spec, its cluster also with what it counts. */
export function seenOfPattern(viewer: string, pattern: KubeObject): unknown {
  const { status } = pattern;
  const { generation, deletionTimestamp } = pattern.metadata;
  if (viewer !== CLUSTER) return generation ?? 0;
  const ready = findCondition(previousStatus(pattern).conditions, "Ready");
  return [
    generation ?? 0,
    numberAt(status, "observedGeneration"),
    deletionTimestamp !== undefined,
    String(ready?.status),
    ready?.reason ?? "",
    textAt(status, "phase") ?? "",
    numberAt(status, "runner", "replicas"),
    numberAt(status, "runner", "availableReplicas"),
    textAt(status, "runner", "message") ?? "",
  ];
}

/** What a cluster is rendered with of a PrismNamespace; other tenants see only that it is there. */
export function seenOfNamespace(viewer: string, namespace: KubeObject): unknown {
  if (viewer !== CLUSTER) return undefined;
  const { status } = namespace;
  const { generation, deletionTimestamp } = namespace.metadata;
  const { conditions } = previousStatus(namespace);
  const isolated = findCondition(conditions, "Isolated");
  return [
    generation ?? 0,
    numberAt(status, "observedGeneration"),
    deletionTimestamp !== undefined,
    String(findCondition(conditions, "Accepted")?.reason),
    `${isolated?.status} ${isolated?.message}`,
  ];
}
