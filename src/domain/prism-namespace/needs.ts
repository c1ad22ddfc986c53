import type { Pattern } from "../../api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../api/prism-namespace-v1alpha2.ts";
import type { Component } from "../child.ts";
import type { Family } from "../family.ts";
import { scalableRunner } from "../prism-cluster/children/runner.ts";
import { kedaNeed } from "../prism-cluster/children/unmet-needs.ts";
import { type Home, judged } from "../prism-cluster/home.ts";
import { permits } from "../prism-cluster/tenants/permission.ts";
import { isIsolated } from "../prism-cluster/tenants/tenant.ts";
import { backendNeeds, homeNeed } from "../prism-pattern/children.ts";
import type { RenderFacts } from "../render-facts.ts";
import type { UnmetNeed } from "../unmet-need.ts";
import { homeOf, type Namespace, type Rendered, rendered } from "./host.ts";

/** What is not there yet: the cluster, its permission, patterns, backends, programs. */
export function unmetNeeds(object: Namespace, facts: RenderFacts): readonly UnmetNeed[] {
  const component: Component = { kind: "shared" };
  const home = homeOf(object, facts.family);
  const need = homeNeed(home) ?? permissionNeed(home, object, facts.family);
  if (need !== undefined) return [{ component, ...need, comes: true }];
  const found = rendered(object, facts);
  if (found === undefined) return [];
  const there = new Set(found.patterns.map(({ name }) => name));
  const missing = (object.spec.patterns ?? [])
    .map((name) => [name, `${object.metadata.name}-${name}`] as const)
    .filter(([, own]) => !there.has(own))
    .map(([name, own]): UnmetNeed => {
      const message = `waits for pattern ${name} of PrismCluster ${found.cluster.metadata.name}`;
      return {
        component: { kind: "pattern", name: own },
        reason: "PatternMissing",
        message,
        comes: true,
      };
    });
  if (!isIsolated(object)) return missing;
  return [...missing, ...found.patterns.flatMap((pattern) => runnerNeeds(found, pattern))];
}

function runnerNeeds({ cluster, stack }: Rendered, pattern: Pattern): readonly UnmetNeed[] {
  const component: Component = { kind: "pattern", name: pattern.name };
  const backends = backendNeeds(cluster, pattern).map((message): UnmetNeed => {
    return { component, reason: "BackendMissing", message, holdsBack: true, comes: true };
  });
  return [...backends, ...kedaNeed(stack, scalableRunner(pattern))];
}

function permissionNeed(
  home: Home,
  { metadata: { namespace = "" } }: PrismNamespace,
  family: Family,
): Pick<UnmetNeed, "reason" | "message"> | undefined {
  const cluster = home.kind === "found" ? judged(home.cluster) : undefined;
  const isLetIn = cluster && permits(cluster, namespace, family);
  if (cluster === undefined || isLetIn === true) return undefined;
  const { name } = cluster.metadata;
  if (isLetIn === undefined) {
    const message = `PrismCluster ${name} selects tenants by labels of namespaces, which this operator may not read`;
    return { reason: "NamespaceUnreadable", message };
  }
  const message = `PrismCluster ${name} lets no tenant of namespace ${namespace} in: see its spec.tenants`;
  return { reason: "TenantNotPermitted", message };
}
