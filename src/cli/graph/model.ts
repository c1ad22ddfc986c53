/** Components and connections, read from rendered children: what a component is told is what it connects to. */
import type { Component } from "../../domain/child.ts";
import { valueAt } from "../../domain/json-object.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { RenderedChild } from "../render/rendering.ts";

/** One component. */
export interface Node {
  /** Unique within a graph: `pattern/keyvalue`. */
  readonly id: string;
  readonly name: string;
  readonly kind: Component["kind"] | "routing" | "member";
  /** `StatefulSet, 1 replica, redis:7-alpine`; a component without a workload runs elsewhere. */
  readonly detail: string;
}

/** A connection, from the one who opens it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `given`: an address in its configuration. `found`: learned from admin while running. */
  readonly how: "given" | "found";
}

/** The graph of the objects of one namespace. */
export interface Graph {
  /** `PrismCluster prism/shop`. */
  readonly objects: readonly string[];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Config that names addresses of others without connecting to them. */
const SILENT: ReadonlySet<Component["kind"]> = new Set(["shared"]);

/** In the order that traffic takes. */
const ORDER: readonly Node["kind"][] = [
  "ingress",
  "proxy",
  "admin",
  "pattern",
  "backend",
  "observability",
];

/** The graph of the children of objects of one namespace. */
export function graphOf(objects: readonly string[], children: readonly RenderedChild[]): Graph {
  const groups = new Map<string, RenderedChild[]>();
  for (const one of children) {
    const id = idOf(one.child.component);
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  const nodes = [...groups]
    .flatMap(([id, group]) => nodeOf(id, group))
    .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const given = nodes.flatMap(({ id }) => givenEdges(id, groups));
  const found = nodes
    .filter(({ kind }) => kind === "pattern")
    .map(({ id }): Edge => ({ from: "proxy", to: id, how: "found" }))
    .filter(({ from }) => groups.has(from));
  return { objects, nodes, edges: [...given, ...found] };
}

function idOf(component: Component): string {
  return "name" in component ? `${component.kind}/${component.name}` : component.kind;
}

function nodeOf(id: string, group: readonly RenderedChild[]): readonly Node[] {
  const component = group[0]?.child.component;
  if (component === undefined || SILENT.has(component.kind)) return [];
  const name = "name" in component ? component.name : component.kind;
  const workload = group.find(({ object }) => WORKLOADS.has(object.kind))?.object;
  return [{ id, name, kind: component.kind, detail: detailOf(component, workload) }];
}

const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

function detailOf(component: Component, workload: KubeObject | undefined): string {
  if (workload === undefined) return component.kind === "backend" ? "external" : "";
  const replicas = valueAt(workload, ["spec", "replicas"]);
  const image = valueAt(workload, ["spec", "template", "spec", "containers", 0, "image"]);
  const many =
    typeof replicas === "number"
      ? `${replicas} ${replicas === 1 ? "replica" : "replicas"}`
      : "autoscaled";
  return [workload.kind, many, ...(typeof image === "string" ? [image] : [])].join(", ");
}

function givenEdges(id: string, groups: ReadonlyMap<string, readonly RenderedChild[]>): Edge[] {
  const own = groups.get(id) ?? [];
  const all = [...groups.values()].flat();
  const told = own
    .filter(({ object }) => WORKLOADS.has(object.kind) || object.kind === "Ingress")
    .flatMap(({ object }) => [object, ...referenced(object, all)]);
  const texts = told.map((object) => JSON.stringify(object));
  return [...groups].flatMap(([other, group]) => {
    if (other === id || SILENT.has(group[0]?.child.component.kind ?? "shared")) return [];
    const isGiven =
      group.some(({ object }) => told.includes(object)) ||
      group.some(({ object }) => object.kind === "Service" && texts.some(names(object)));
    return isGiven ? [{ from: id, to: other, how: "given" as const }] : [];
  });
}

/** An address of a Service, or an Ingress rule that names it. */
function names({ metadata: { name, namespace } }: KubeObject): (text: string) => boolean {
  const backend = `"service":{"name":"${name}"`;
  const address = new RegExp(`[^A-Za-z0-9-]${name}\\.${namespace}\\.svc`);
  return (text) => text.includes(backend) || address.test(text);
}

/** ConfigMaps and Secrets that a pod reads. */
function referenced(object: KubeObject, all: readonly RenderedChild[]): readonly KubeObject[] {
  const wanted = new Set<string>();
  collect(object["spec"], wanted);
  return all
    .map((one) => one.object)
    .filter(({ kind, metadata }) => wanted.has(`${kind}/${metadata.name}`));
}

const REFERENCES: Readonly<Record<string, string>> = {
  configMapRef: "ConfigMap",
  configMapKeyRef: "ConfigMap",
  configMap: "ConfigMap",
  secretRef: "Secret",
  secretKeyRef: "Secret",
  secret: "Secret",
};

function collect(value: unknown, wanted: Set<string>): void {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  for (const [key, inner] of entries) {
    const kind = Object.hasOwn(REFERENCES, key) ? REFERENCES[key] : undefined;
    const name = valueAt(inner, ["name"]) ?? valueAt(inner, ["secretName"]);
    if (kind !== undefined && typeof name === "string") wanted.add(`${kind}/${name}`);
    collect(inner, wanted);
  }
}
