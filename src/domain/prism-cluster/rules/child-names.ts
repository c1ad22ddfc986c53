import { printPath } from "../../field-path.ts";
import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Makes the Services and workloads of one part: `<name>` and, for members that talk to each other, `<name>-peers`. */
interface Part {
  readonly name: string;
  readonly node: JsonNode;
}

/** No two parts may have a Service or workload of one name. */
export function checkChildNames(cluster: ClusterView, findings: Findings): void {
  const taken = new Map<string, Part>();
  for (const part of partsOf(cluster)) {
    const peers = `${part.name}-peers`;
    const clash = taken.has(part.name) ? part.name : peers;
    const other = taken.get(clash);
    if (other !== undefined) {
      const detail = `its Service would be that of ${printPath(other.node.path)}`;
      findings.duplicate(part.node.path, clash, detail, "child-name");
    }
    taken.set(part.name, part).set(peers, part);
  }
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
