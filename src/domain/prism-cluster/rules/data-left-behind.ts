import type { Findings } from "../../findings.ts";
import type { ClusterView, PatternView } from "./cluster-view.ts";

/** Changes that are possible and leave data where the new pods do not find it. */
export function warnDataLeftBehind(
  cluster: ClusterView,
  old: ClusterView | undefined,
  findings: Findings,
): void {
  if (old === undefined) return;
  warnNatsMembers(cluster, old, findings);
  const before = new Map(old.patterns.map((pattern) => [pattern.name, pattern]));
  for (const pattern of cluster.patterns) {
    const was = pattern.name === undefined ? undefined : before.get(pattern.name);
    if (was !== undefined) warnWorkload(pattern, was, findings);
  }
}

/** The members' volumes of a StatefulSet have other names than the one volume of a Deployment. */
function warnWorkload(pattern: PatternView, was: PatternView, findings: Findings): void {
  const workload = pattern.node.at("workload");
  const [now, before] = [workload.text() ?? "Deployment", workloadOf(was)];
  if (now === before || !hasVolume(pattern) || !hasVolume(was)) return;
  findings.warn(
    workload.path,
    `the ${now} starts with an empty volume; what the ${before} wrote stays on its own`,
  );
}

function workloadOf({ node }: PatternView): string {
  return node.textAt("workload") ?? "Deployment";
}

function hasVolume({ node }: PatternView): boolean {
  return node.has("storage") && node.at("storage", "type").text() !== "postgres";
}

/** How JetStream moves between sizes: docs.nats.io, "Clustering Administration". */
function warnNatsMembers(cluster: ClusterView, old: ClusterView, findings: Findings): void {
  for (const { name, node, type, enabled, external } of cluster.backends.values()) {
    const before = old.backends.get(name);
    if (type !== "nats" || !enabled || external || before?.type !== "nats") continue;
    const replicas = node.at("replicas");
    const was = before.node.at("replicas").number() ?? 1;
    const warning = membersWarning(replicas.number() ?? 1, was);
    if (warning !== undefined) findings.warn(replicas.path, warning);
  }
}

function membersWarning(now: number, was: number): string | undefined {
  if (now > 1 && was === 1) {
    return "a cluster does not take over the streams of a single server; back them up";
  }
  return now < was && now * 2 > was
    ? "remove the peers that go: nats server cluster peer-remove"
    : undefined;
}
