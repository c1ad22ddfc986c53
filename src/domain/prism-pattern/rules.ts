import { Findings } from "../findings.ts";
import { JsonNode } from "../json-node.ts";
import { isRecord, type JsonRecord } from "../json-object.ts";
import type { RuleContext } from "../kind.ts";
import type { KubeObject } from "../kube-object.ts";
import { checkNamesOfOthers } from "../prism-cluster/rules/child-names.ts";
import {
  type ClusterView,
  listed,
  viewCluster,
  viewPattern,
} from "../prism-cluster/rules/cluster-view.ts";
import { checkContainerResources } from "../prism-cluster/rules/container-resources.ts";
import { warnDataLeftBehind } from "../prism-cluster/rules/data-left-behind.ts";
import { checkPlainCredentials } from "../prism-cluster/rules/plain-credentials.ts";
import { warnRunners } from "../prism-cluster/rules/prism-programs.ts";
import { warnProbablyNotMeant } from "../prism-cluster/rules/probably-not-meant.ts";

/** The hub's names of the source's targets, on an object that nobody has checked. */
const HUB_NAMES: ReadonlyMap<string, string> = new Map([
  ["targetCPU", "targetCPUUtilizationPercentage"],
  ["targetMemory", "targetMemoryUtilizationPercentage"],
]);

/** The rules of an inline pattern, on a PrismPattern; what is not there yet is worth a word and no error. */
export function rulesOf(object: JsonRecord, context: RuleContext): Findings {
  const findings = new Findings();
  const { neighbours } = context;
  const own = viewOf(object);
  checkNamesOfOthers(own, partsOf(own), others(neighbours), findings);
  checkContainerResources(own, findings);
  checkPlainCredentials(own, findings);
  warnDataLeftBehind(own, context.old && viewOf(context.old), findings);
  warnProbablyNotMeant(own, undefined, context.version, findings);
  const cluster = clusterOf(own, neighbours ?? []);
  warnRunners({ ...around(own, cluster), patterns: own.patterns }, findings);
  if (neighbours !== undefined) warnMissing(own, cluster, findings);
  return findings;
}

/** Two PrismPatterns of one namespace have two names already. */
function others(neighbours: readonly KubeObject[] = []): readonly KubeObject[] {
  return neighbours.filter(({ kind }) => kind !== "PrismPattern");
}

/** A PrismPattern as a cluster of one pattern and nothing else, with paths of the PrismPattern. */
function viewOf(object: JsonRecord): ClusterView {
  const spec = object["spec"];
  const root = JsonNode.root({
    ...object,
    ...(isRecord(spec) ? { spec: withHubNames(spec) } : {}),
  });
  const name = root.at("metadata").textAt("name");
  const pattern = { ...viewPattern(root.at("spec")), name };
  const type = pattern.type ?? name;
  return { root, spec: root.at("spec"), backends: new Map(), patterns: [{ ...pattern, type }] };
}

function withHubNames(spec: JsonRecord): JsonRecord {
  const { autoscaling } = spec;
  if (!isRecord(autoscaling)) return spec;
  const entries = Object.entries(autoscaling).map(([key, value]) => [
    HUB_NAMES.get(key) ?? key,
    value,
  ]);
  return { ...spec, autoscaling: Object.fromEntries(entries) };
}

function partsOf({ root, patterns }: ClusterView) {
  const node = root.at("metadata", "name");
  return patterns.map(({ name = "" }) => ({ name: `${name}-runner`, node }));
}

function clusterOf(own: ClusterView, neighbours: readonly KubeObject[]): KubeObject | undefined {
  const clusters = neighbours.filter(({ kind }) => kind === "PrismCluster");
  const name = own.spec.textAt("cluster");
  if (name === undefined) return clusters.length === 1 ? clusters[0] : undefined;
  return clusters.find(({ metadata }) => metadata.name === name);
}

/** The cluster as rules about runners read it: its name, its images and its backends. */
function around(own: ClusterView, cluster: KubeObject | undefined): ClusterView {
  const name = own.spec.textAt("cluster") ?? "";
  return viewCluster(cluster === undefined ? { metadata: { name } } : { ...cluster });
}

function warnMissing(
  { spec, patterns }: ClusterView,
  cluster: KubeObject | undefined,
  findings: Findings,
): void {
  if (cluster === undefined) {
    const what = spec.textAt("cluster") ?? "a PrismCluster";
    findings.warn(spec.at("cluster").path, `${what} is not there yet; the runner waits for it`);
    return;
  }
  const { backends } = viewCluster({ ...cluster });
  const usable = [...backends.values()].filter(({ enabled }) => enabled).map(({ name }) => name);
  for (const { name, node } of patterns.flatMap(({ uses }) => uses)) {
    if (name === "sqlite" || name === "memstore" || usable.includes(name)) continue;
    const there = usable.length === 0 ? "none" : listed(usable);
    findings.warn(
      node.at("name").path,
      `${cluster.metadata.name} has no backend ${name} (it has ${there}); the runner waits for it`,
    );
  }
}
