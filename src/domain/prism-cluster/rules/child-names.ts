import type { FieldPath } from "../../field-path.ts";
import { printPath } from "../../field-path.ts";
import type { Findings } from "../../findings.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Makes the Services and workloads of one part: `<name>` and, for members that talk to each other, `<name>-peers`. */
interface Part {
  readonly name: string;
  readonly path: FieldPath;
}

/** No two parts may have a Service or workload of one name. */
export function checkChildNames(cluster: ClusterView, findings: Findings): void {
  const taken = new Map<string, Part>();
  for (const part of partsOf(cluster)) {
    const names = [part.name, `${part.name}-peers`];
    const clash = names.find((name) => taken.has(name));
    const other = clash === undefined ? undefined : taken.get(clash);
    if (other !== undefined) {
      const detail = `its Service ${clash} would be that of ${printPath(other.path)}`;
      findings.duplicate(part.path, part.path.at(-1), detail, "child-name");
    }
    for (const name of names) taken.set(name, part);
  }
}

function partsOf(cluster: ClusterView): readonly Part[] {
  const { path } = cluster.spec;
  const parts: Part[] = [
    { name: "prism-admin", path: [...path, "admin"] },
    { name: "prism-proxy", path: [...path, "proxy"] },
    { name: "prism-logs", path: [...path, "observability"] },
  ];
  for (const { name, node, enabled, external } of cluster.backends.values()) {
    if (!enabled || external) continue;
    parts.push({ name, path: node.path });
    if (node.at("coordination").text() === "ZooKeeper") {
      parts.push({ name: `${name}-zookeeper`, path: node.path });
    }
  }
  for (const { name, node } of uniquePatterns(cluster)) {
    parts.push({ name: `${name}-runner`, path: node.path });
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
