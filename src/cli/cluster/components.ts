/** What belongs to an object of ours, as it is in the cluster: its components with workloads, pods, claims and the rest. */
import type { Component } from "../../domain/child.ts";
import { type Health, healthOf } from "../../domain/health.ts";
import { isRecord, valueAt } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { objectsOf, type World } from "./world.ts";

/** One component and what there is of it. */
export interface LiveComponent {
  readonly component: Component;
  /** Name of its workload, as in the status. */
  readonly name: string;
  /** Where it is described, such as `spec.backends.redis`; undefined for what no field describes. */
  readonly field: string | undefined;
  readonly workloads: readonly LiveWorkload[];
  /** Services, ConfigMaps and the like. */
  readonly others: readonly KubeObject[];
  /** What the operator said of it last. */
  readonly told: ToldStatus | undefined;
}

/** A workload with its pods and claims. */
export interface LiveWorkload {
  readonly object: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly health: Health;
}

/** An entry of `status.backendStatus` and its like. */
export interface ToldStatus {
  readonly ready: boolean;
  readonly message: string | undefined;
}

const WORKLOADS = ["StatefulSet", "Deployment"];
const SHOWN_KINDS = new Set([
  "Service",
  "ConfigMap",
  "Secret",
  "Ingress",
  "HorizontalPodAutoscaler",
  "ScaledObject",
  "PodDisruptionBudget",
  "NetworkPolicy",
  "ServiceMonitor",
  "Certificate",
  "ServiceAccount",
  "Role",
  "RoleBinding",
]);

/** Everything that an object owns or that carries its name. */
function belongings(world: World, owner: KubeObject): readonly KubeObject[] {
  const { namespace, name, uid } = owner.metadata;
  return world.objects.filter(({ kind, metadata }) => {
    if (metadata.namespace !== namespace) return false;
    if (!WORKLOADS.includes(kind) && !SHOWN_KINDS.has(kind)) return false;
    if (metadata.ownerReferences?.some((one) => one.uid === uid && uid !== undefined)) return true;
    return owner.kind === "PrismCluster" && metadata.labels?.["prism.io/cluster"] === name;
  });
}

/** The components of an object, those of its spec first and in its order, whether anything of them is there or not. */
export function componentsOf(world: World, owner: KubeObject): readonly LiveComponent[] {
  const own = belongings(world, owner);
  const groups = Map.groupBy(own, (object) => keyOf(componentIn(object)));
  const wanted = owner.kind === "PrismCluster" ? componentsIn(owner) : [];
  const found = [...groups.values()].flatMap((group) => (group[0] ? [componentIn(group[0])] : []));
  const all = new Map([...wanted, ...found].map((one) => [keyOf(one), one]));
  return [...all.values()].map((component) => {
    const objects = groups.get(keyOf(component)) ?? [];
    const name = nameOf(component);
    return {
      component,
      name,
      field: fieldOf(owner, component),
      told: toldOf(owner, component, name),
      workloads: objects
        .filter(({ kind }) => WORKLOADS.includes(kind))
        .map((object) => liveWorkload(world, object, component)),
      others: objects.filter(({ kind }) => !WORKLOADS.includes(kind)),
    };
  });
}

/** A workload as it is now, judged as the operator judges it. */
export function liveWorkload(
  world: World,
  object: KubeObject,
  component: Component = { kind: "shared" },
): LiveWorkload {
  const { namespace, name } = object.metadata;
  const pods = podsOf(world, object);
  const claims = claimsOf(world, object, pods);
  // Health selects pods by label; these are known to be its own, whatever their labels.
  const labelled = pods.map((pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, app: name } },
  }));
  const warnings = objectsOf(world, "Event", namespace).filter(
    (event) => textAt(event, "type") === "Warning",
  );
  const child = { stage: "config", component, lifetime: "owned", object } as const;
  const health = healthOf(child, object, labelled, warnings, claims);
  return { object, pods, claims, health };
}

/** Pods by who controls them: a StatefulSet itself, or a ReplicaSet of a Deployment. */
export function podsOf(world: World, workload: KubeObject): readonly KubeObject[] {
  const { namespace, uid } = workload.metadata;
  const sets = objectsOf(world, "ReplicaSet", namespace)
    .filter((set) => isControlledBy(set, uid))
    .map(({ metadata }) => metadata.uid);
  const owners = new Set([uid, ...sets]);
  return objectsOf(world, "Pod", namespace).filter((pod) =>
    pod.metadata.ownerReferences?.some((one) => one.controller === true && owners.has(one.uid)),
  );
}

function isControlledBy(object: KubeObject, uid: string | undefined): boolean {
  return object.metadata.ownerReferences?.some((one) => one.uid === uid) ?? false;
}

/** Claims that its pods mount, and those that a StatefulSet made for its members. */
function claimsOf(
  world: World,
  workload: KubeObject,
  pods: readonly KubeObject[],
): readonly KubeObject[] {
  const mounted = new Set(
    [...pods, { spec: valueAt(workload, ["spec", "template", "spec"]) }].flatMap((pod) =>
      listAt(pod, "spec", "volumes").map((one) =>
        textAt(one, "persistentVolumeClaim", "claimName"),
      ),
    ),
  );
  const prefixes = listAt(workload, "spec", "volumeClaimTemplates").map(
    (template) => `${textAt(template, "metadata", "name")}-${workload.metadata.name}-`,
  );
  return objectsOf(world, "PersistentVolumeClaim", workload.metadata.namespace).filter(
    ({ metadata: { name } }) =>
      mounted.has(name) || prefixes.some((prefix) => isMember(name, prefix)),
  );
}

function isMember(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^\d{1,4}$/.test(name.slice(prefix.length));
}

/** The component of a child, as its labels say it. */
function componentIn({ metadata }: KubeObject): Component {
  const kind = metadata.labels?.["app.kubernetes.io/component"] ?? "";
  const app = metadata.labels?.["app"] ?? metadata.name;
  if (kind === "backend") return { kind, name: app };
  if (kind === "pattern") return { kind, name: app.replace(/-runner$/, "") };
  if (isPlain(kind)) return { kind };
  return { kind: "shared" };
}

const PLAIN = ["admin", "proxy", "ingress", "observability", "shared"] as const;

function isPlain(kind: string): kind is (typeof PLAIN)[number] {
  return PLAIN.some((one) => one === kind);
}

/** The components that a PrismCluster's spec describes and does not switch off. */
function componentsIn(cluster: KubeObject): readonly Component[] {
  const { spec } = cluster;
  const backends = valueAt(spec, ["backends"]);
  const names = isRecord(backends) ? Object.keys(backends) : [];
  return [
    ...names
      .filter((name) => valueAt(backends, [name, "enabled"]) !== false)
      .map((name): Component => ({ kind: "backend", name })),
    { kind: "admin" },
    { kind: "proxy" },
    ...patternsIn(cluster).map((name): Component => ({ kind: "pattern", name })),
  ];
}

function patternsIn({ spec }: KubeObject): readonly string[] {
  return listAt(spec, "patterns").flatMap((pattern) => textAt(pattern, "name") ?? []);
}

function nameOf(component: Component): string {
  switch (component.kind) {
    case "backend":
      return component.name;
    case "pattern":
      return `${component.name}-runner`;
    case "admin":
      return "prism-admin";
    case "proxy":
      return "prism-proxy";
    case "ingress":
    case "observability":
    case "shared":
      return component.kind;
  }
}

function keyOf(component: Component): string {
  return "name" in component ? `${component.kind}/${component.name}` : component.kind;
}

/** Where in its owner's spec a component is described. */
function fieldOf(owner: KubeObject, component: Component): string | undefined {
  if (owner.kind !== "PrismCluster") return component.kind === "pattern" ? "spec" : undefined;
  switch (component.kind) {
    case "backend":
      return `spec.backends.${component.name}`;
    case "pattern":
      return `spec.patterns[${patternsIn(owner).indexOf(component.name)}]`;
    case "admin":
    case "proxy":
    case "ingress":
    case "observability":
      return `spec.${component.kind}`;
    case "shared":
      return undefined;
  }
}

function toldOf(owner: KubeObject, { kind }: Component, name: string): ToldStatus | undefined {
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    admin: [valueAt(owner, ["status", "adminStatus"])],
    proxy: [valueAt(owner, ["status", "proxyStatus"])],
    backend: listAt(owner, "status", "backendStatus"),
    pattern: listAt(owner, "status", "patternStatus"),
  };
  const entry = lists[kind]?.find((one) => textAt(one, "name") === name);
  if (entry === undefined) return undefined;
  return { ready: valueAt(entry, ["ready"]) === true, message: textAt(entry, "message") };
}
