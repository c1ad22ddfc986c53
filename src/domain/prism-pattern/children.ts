/** What a PrismPattern should consist of: what its cluster would make of it, had it stood there. */
import type { Pattern, PrismCluster } from "../../api/prism-cluster-v1alpha2.ts";
import type { PrismPattern } from "../../api/prism-pattern-v1beta1.ts";
import { type Child, STAGES, type Stage } from "../child.ts";
import type { Family } from "../family.ts";
import type { MissingSecret } from "../missing-secret.ts";
import { missingOf } from "../prism-cluster/children/missing-secrets.ts";
import { referencedObjects as referencedByCluster } from "../prism-cluster/children/referenced-objects.ts";
import { runnerChildren, scalableRunner } from "../prism-cluster/children/runner.ts";
import { enabledBackends, type Stack } from "../prism-cluster/children/stack.ts";
import { kedaNeed } from "../prism-cluster/children/unmet-needs.ts";
import { gateOf, type Home, homeIn, isClosing, judged } from "../prism-cluster/home.ts";
import type { ReferencedObject, RenderFacts } from "../render-facts.ts";
import type { UnmetNeed } from "../unmet-need.ts";
import type { Valid } from "../validator.ts";
import { patternOf } from "./pattern.ts";

/** Backends that live inside a runner and need no entry. */
const BUILT_IN: ReadonlySet<string> = new Set(["sqlite", "memstore"]);

/** The cluster that a PrismPattern names, or the only one of its namespace. */
function homeOf({ metadata, spec }: PrismPattern, family: Family): Home {
  return homeIn(family, metadata.namespace ?? "", spec.cluster);
}

/** The cluster as far as a runner can be rendered in it. */
function hostOf(pattern: PrismPattern, family: Family): Valid<PrismCluster> | undefined {
  const home = homeOf(pattern, family);
  return home.kind === "found" && !isClosing(home.cluster) ? judged(home.cluster) : undefined;
}

/** The cluster with nothing but what one of its runners uses: every renderer of runners takes it for the whole. */
function narrowed({ spec }: PrismCluster, pattern: Pattern): PrismCluster["spec"] {
  const { admin: _, backends = {}, ...shared } = spec;
  const used = new Set((pattern.backends ?? []).map(({ name }) => name));
  const own = Object.entries(backends).filter(([name]) => used.has(name));
  return { ...shared, backends: Object.fromEntries(own), patterns: [pattern] };
}

function stackOf(cluster: PrismCluster, pattern: Pattern, facts: RenderFacts): Stack {
  const { name, namespace = "default" } = cluster.metadata;
  const own = { guests: [], tenants: [], home: namespace };
  return { name, namespace, spec: narrowed(cluster, pattern), ...own, facts };
}

/** Credentials of the backends that the runner uses, and sources of its variables. */
export function referencedObjects(
  object: Valid<PrismPattern>,
  family: Family,
): readonly ReferencedObject[] {
  const cluster = hostOf(object, family);
  if (cluster === undefined) return [];
  return referencedByCluster({ ...cluster, spec: narrowed(cluster, patternOf(object)) });
}

/** Credentials that are not there yet. */
export function missingSecrets(
  object: Valid<PrismPattern>,
  facts: RenderFacts,
): readonly MissingSecret[] {
  const cluster = hostOf(object, facts.family);
  if (cluster === undefined) return [];
  return missingOf(stackOf(cluster, patternOf(object), facts)).filter(({ components }) =>
    components.some(({ kind }) => kind === "pattern"),
  );
}

/** What is not there yet, in the order in which it is asked for: the cluster, its backends, programs. */
export function unmetNeeds(object: Valid<PrismPattern>, facts: RenderFacts): readonly UnmetNeed[] {
  const pattern = patternOf(object);
  const component = { kind: "pattern", name: pattern.name } as const;
  const home = homeNeed(homeOf(object, facts.family));
  if (home !== undefined) return [{ component, ...home, holdsBack: true, comes: true }];
  const cluster = hostOf(object, facts.family);
  if (cluster === undefined) return [];
  const stack = stackOf(cluster, pattern, facts);
  return [
    ...backendNeeds(cluster, pattern).map(
      (message): UnmetNeed => ({
        component,
        reason: "BackendMissing",
        message,
        holdsBack: true,
        comes: true,
      }),
    ),
    ...kedaNeed(stack, scalableRunner(pattern)),
  ];
}

/** What keeps an object from its cluster; undefined when nothing does. */
export function homeNeed(home: Home): Pick<UnmetNeed, "reason" | "message"> | undefined {
  if (home.kind === "missing") {
    const what = home.name === undefined ? "a PrismCluster" : `PrismCluster ${home.name}`;
    return { reason: "ClusterMissing", message: `waits for ${what} in this namespace` };
  }
  if (home.kind === "ambiguous") {
    const names = home.names.slice(0, 3).join(", ");
    return {
      reason: "ClusterAmbiguous",
      message: `name one PrismCluster in spec.cluster: ${names}`,
    };
  }
  const { name } = home.cluster.metadata;
  if (isClosing(home.cluster)) {
    return { reason: "ClusterNotReady", message: `PrismCluster ${name} is being deleted` };
  }
  if (judged(home.cluster) !== undefined) return undefined;
  const message = `waits until PrismCluster ${name} is valid and looked at`;
  return { reason: "ClusterNotReady", message };
}

/** Backends that a pattern names and its cluster has not, in words. */
export function backendNeeds(cluster: PrismCluster, pattern: Pattern): readonly string[] {
  const there = new Set(enabledBackends(cluster.spec).map(({ name }) => name));
  return (pattern.backends ?? [])
    .filter(({ name }) => !BUILT_IN.has(name) && !there.has(name))
    .map(({ name }) => `waits for backend ${name} of PrismCluster ${cluster.metadata.name}`);
}

/** The runner's children; none while its cluster is taken down, unknown while there is no cluster to render them in. */
export function desiredChildren(
  object: Valid<PrismPattern>,
  facts: RenderFacts,
): readonly Child[] | undefined {
  const home = homeOf(object, facts.family);
  if (home.kind === "found" && isClosing(home.cluster)) return [];
  const cluster = hostOf(object, facts.family);
  if (cluster === undefined) return undefined;
  const pattern = patternOf(object);
  const children = runnerChildren(stackOf(cluster, pattern, facts), pattern);
  return STAGES.flatMap((stage) => children.filter((child) => child.stage === stage));
}

/** A runner starts after the backends, admin and proxies of its cluster. */
export function gate(object: Valid<PrismPattern>, family: Family): Stage | undefined {
  const home = homeOf(object, family);
  return home.kind === "found" ? gateOf(home.cluster) : undefined;
}

/** The generation of the cluster. */
export function basis(object: Valid<PrismPattern>, family: Family): string {
  const home = homeOf(object, family);
  return home.kind === "found" ? String(home.cluster.metadata.generation ?? 0) : "";
}
