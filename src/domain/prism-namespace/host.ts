/** The cluster of a tenant, and what of it the tenant sees. */
import type { Pattern, PrismCluster } from "../../api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../api/prism-namespace-v1alpha2.ts";
import type { Family } from "../family.ts";
import type { KubeObject } from "../kube-object.ts";
import { enabledBackends, type NamedBackend, type Stack } from "../prism-cluster/children/stack.ts";
import { type Home, homeIn, isClosing, judged } from "../prism-cluster/home.ts";
import { memberPatterns } from "../prism-cluster/members.ts";
import { permits } from "../prism-cluster/tenants/permission.ts";
import { isIsolated, type Tenant, tenantOf } from "../prism-cluster/tenants/tenant.ts";
import { patternOf } from "../prism-pattern/pattern.ts";
import type { RenderFacts } from "../render-facts.ts";
import type { Valid } from "../validator.ts";

/** What rendering takes. */
export type Namespace = Valid<PrismNamespace>;

/** The cluster that a PrismNamespace names. */
export function homeOf({ metadata, spec }: PrismNamespace, family: Family): Home {
  return homeIn(family, spec.clusterNamespace ?? metadata.namespace ?? "", spec.cluster);
}

/** The cluster as far as the tenant may be rendered in it. */
export function hostOf(
  object: Namespace,
  family: Family,
): (Valid<PrismCluster> & KubeObject) | undefined {
  const home = homeOf(object, family);
  if (home.kind !== "found" || isClosing(home.cluster)) return undefined;
  const cluster = judged(home.cluster);
  const isLetIn =
    cluster !== undefined && permits(cluster, object.metadata.namespace ?? "", family) === true;
  return isLetIn ? { ...home.cluster, ...cluster } : undefined;
}

/** The patterns that the tenant may use, as the cluster has them. */
export function patternsIn(
  cluster: KubeObject & PrismCluster,
  object: Namespace,
  family: Family,
): readonly Pattern[] {
  const wanted = new Set(object.spec.patterns ?? []);
  const guests = memberPatterns(cluster, family).map(patternOf);
  return [...(cluster.spec.patterns ?? []), ...guests].filter(({ name }) => wanted.has(name));
}

/** A pattern under the name that it has for one tenant. */
function forTenant(tenant: Pick<Tenant, "name">, pattern: Pattern): Pattern {
  return { ...pattern, name: `${tenant.name}-${pattern.name}`, type: pattern.type ?? pattern.name };
}

/** An isolated tenant with everything that it is rendered with. */
export interface Rendered {
  readonly cluster: PrismCluster;
  readonly stack: Stack;
  readonly patterns: readonly Pattern[];
}

/** What an isolated tenant is rendered with; undefined while there is no cluster that lets it in. */
export function rendered(object: Namespace, facts: RenderFacts): Rendered | undefined {
  const cluster = hostOf(object, facts.family);
  if (cluster === undefined) return undefined;
  const tenant = tenantOf(object);
  const patterns = patternsIn(cluster, object, facts.family).map((one) => forTenant(tenant, one));
  const { name, namespace: home = "" } = cluster.metadata;
  const { namespace = "" } = object.metadata;
  const around = { guests: [], tenants: [], tenant, home };
  const stack = { name, namespace, spec: narrowed(cluster, patterns), ...around, facts };
  return { cluster, stack, patterns };
}

/** The cluster with nothing but what the tenant's runners use. */
function narrowed({ spec }: PrismCluster, patterns: readonly Pattern[]): PrismCluster["spec"] {
  const { admin: _, backends = {}, ...shared } = spec;
  const used = new Set(
    patterns.flatMap((pattern) => (pattern.backends ?? []).map(({ name }) => name)),
  );
  const own = Object.entries(backends).filter(([name]) => used.has(name));
  return { ...shared, backends: Object.fromEntries(own), patterns };
}

/** Backends that the tenant's patterns use. */
export function usedBy(object: Namespace, family: Family): readonly NamedBackend[] {
  const cluster = hostOf(object, family);
  if (cluster === undefined || !isIsolated(object)) return [];
  return enabledBackends(narrowed(cluster, patternsIn(cluster, object, family)));
}
