import type { Findings } from "../../findings.ts";
import { JsonNode } from "../../json-node.ts";
import type { KubeObject } from "../../kube-object.ts";
import type { ClusterView } from "./cluster-view.ts";

/**
 * One PrismCluster a namespace: its children have fixed names. Of several, which may have come while the webhooks were
 * away, the oldest is the one.
 */
export function checkOneCluster(
  cluster: ClusterView,
  neighbours: readonly KubeObject[],
  findings: Findings,
): void {
  const own = ageOf(cluster.root);
  for (const neighbour of neighbours) {
    if (neighbour.kind !== "PrismCluster" || neighbour.metadata.name === own.name) continue;
    if (!isOlder(ageOf(JsonNode.root(neighbour)), own)) continue;
    const detail = `the namespace has PrismCluster ${neighbour.metadata.name} already; there is one a namespace`;
    findings.forbidden(["metadata", "namespace"], detail, "one-cluster");
    return;
  }
}

interface Age {
  readonly created: string | undefined;
  readonly name: string;
}

function ageOf(object: JsonNode): Age {
  const created = object.at("metadata", "creationTimestamp").text();
  return { created, name: object.at("metadata", "name").text() ?? "" };
}

/** An object that is being created has no time yet. */
function isOlder(neighbour: Age, own: Age): boolean {
  if (own.created === undefined || neighbour.created === undefined)
    return own.created === undefined;
  if (neighbour.created !== own.created) return neighbour.created < own.created;
  return neighbour.name < own.name;
}
