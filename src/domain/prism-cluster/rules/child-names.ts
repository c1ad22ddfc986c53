import { printPath } from "../../field-path.ts";
import type { Findings } from "../../findings.ts";
import { JsonNode } from "../../json-node.ts";
import type { KubeObject } from "../../kube-object.ts";
import { type ClusterView, viewCluster } from "./cluster-view.ts";

/** Makes the Services and workloads of one part: `<name>` and, for members that talk to each other, `<name>-peers`. */
export interface Part {
  readonly name: string;
  readonly node: JsonNode;
}

/** No two parts may have a Service or workload of one name, in this cluster or in other objects of its namespace. */
export function checkChildNames(
  cluster: ClusterView,
  neighbours: readonly KubeObject[],
  findings: Findings,
): void {
  const parts = partsOf(cluster);
  if (mayClash(parts)) checkParts(parts, findings);
  // Of several clusters of one namespace there is a rule of its own.
  const others = neighbours.filter(({ kind }) => kind !== "PrismCluster");
  checkNamesOfOthers(cluster, parts, others, findings);
}

const PEERS = "-peers";

/** Whether two parts have one name, or one has a name that the peers of another could have. */
function mayClash(parts: readonly Part[]): boolean {
  const names = new Set<string>();
  for (const { name } of parts) {
    if (name.endsWith(PEERS)) return true;
    names.add(name);
  }
  return names.size < parts.length;
}

function checkParts(parts: readonly Part[], findings: Findings): void {
  const taken = new Map<string, Part>();
  for (const part of parts) {
    const peers = `${part.name}${PEERS}`;
    const clash = taken.has(part.name) ? part.name : peers;
    const other = taken.get(clash);
    if (other !== undefined) {
      const detail = `its Service would be that of ${printPath(other.node.path)}`;
      findings.duplicate(part.node.path, clash, detail, "child-name");
    }
    taken.set(part.name, part).set(peers, part);
  }
}

/** No part may have a name that another object of the namespace gives to a part of its own. */
export function checkNamesOfOthers(
  { root }: Pick<ClusterView, "root">,
  parts: readonly Part[],
  neighbours: readonly KubeObject[],
  findings: Findings,
): void {
  if (neighbours.length === 0) return;
  const kind = root.textAt("kind");
  const name = root.at("metadata").textAt("name");
  const others = neighbours.filter((one) => one.kind !== kind || one.metadata.name !== name);
  const own = new Map(parts.flatMap((part) => namesOf(part).map((one) => [one, part])));
  for (const other of others) {
    for (const part of partsOfObject(other)) reportClash(own, part, other, findings);
  }
}

function reportClash(
  own: ReadonlyMap<string, Part>,
  part: Part,
  other: KubeObject,
  findings: Findings,
): void {
  const clash = namesOf(part).find((one) => own.has(one));
  const mine = clash === undefined ? undefined : own.get(clash);
  if (mine === undefined) return;
  const place = `${other.kind} ${other.metadata.name}, ${printPath(part.node.path)}`;
  findings.duplicate(mine.node.path, clash, `its Service would be that of ${place}`, "child-name");
}

function namesOf({ name }: Part): readonly string[] {
  return [name, `${name}${PEERS}`];
}

/** What an object of any of our kinds makes in its namespace. */
function partsOfObject(object: KubeObject): readonly Part[] {
  const root = JsonNode.root(object);
  if (object.kind === "PrismCluster") return partsOf(viewCluster({ ...object }));
  if (object.kind === "PrismNamespace") return partsOfTenant(object.metadata.name, root);
  if (object.kind !== "PrismPattern") return [];
  return [{ name: `${object.metadata.name}-runner`, node: root.at("metadata", "name") }];
}

/** An isolated tenant has runners of its own. */
function partsOfTenant(name: string, root: JsonNode): readonly Part[] {
  if ((root.at("spec").textAt("isolation") ?? "none") === "none") return [];
  return root
    .at("spec", "patterns")
    .items()
    .map((node) => ({ name: `${name}-${node.text() ?? ""}-runner`, node }));
}

function partsOf(cluster: ClusterView): readonly Part[] {
  const { spec } = cluster;
  const parts: Part[] = [
    { name: "prism-admin", node: spec.at("admin") },
    { name: "prism-proxy", node: spec.at("proxy") },
    { name: "prism-logs", node: spec.at("observability", "loki") },
  ];
  for (const { name, node, enabled, external } of cluster.backends.values()) {
    if (!enabled || external) continue;
    parts.push({ name, node });
    if (node.textAt("coordination") === "ZooKeeper") {
      parts.push({ name: `${name}-zookeeper`, node });
    }
  }
  for (const { name, node } of uniquePatterns(cluster)) {
    parts.push({ name: `${name}-runner`, node });
  }
  return parts;
}

/** Patterns of one name are a fault of the list, reported by the schema. */
function uniquePatterns(cluster: ClusterView): readonly ClusterView["patterns"][number][] {
  const seen = new Set<string>();
  return cluster.patterns.filter(({ name }) => {
    if (name === undefined || seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
