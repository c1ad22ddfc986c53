/** What a PrismCluster should consist of: a pure function of the object and a few facts. */
import type { PrismCluster } from "../../api/prism-cluster-v1alpha2.ts";
import { type Child, STAGES } from "../child.ts";
import type { MissingSecret } from "../missing-secret.ts";
import { patternOf } from "../prism-pattern/pattern.ts";
import type { RenderFacts } from "../render-facts.ts";
import type { UnmetNeed } from "../unmet-need.ts";
import type { Valid } from "../validator.ts";
import { backendChildren } from "./backends/backend-children.ts";
import { adminChildren } from "./children/admin.ts";
import { connectionOf } from "./children/connection.ts";
import { dashboardChildren } from "./children/dashboards.ts";
import { ingressChildren } from "./children/ingress.ts";
import { logChildren } from "./children/logs.ts";
import { missingOf } from "./children/missing-secrets.ts";
import { monitorChildren } from "./children/monitors.ts";
import { defaultDeny } from "./children/network-policy.ts";
import { proxyChildren } from "./children/proxy.ts";
import { runnerChildren } from "./children/runner.ts";
import { serviceAccount } from "./children/service-account.ts";
import { enabledBackends, type Stack } from "./children/stack.ts";
import { unmetOf } from "./children/unmet-needs.ts";
import { memberPatterns } from "./members.ts";
import { namespacesOf } from "./tenants/permission.ts";
import { isIsolated, tenantOf } from "./tenants/tenant.ts";
import { tenantList } from "./tenants/tenant-list.ts";

/** The cluster as renderers see it. */
function stackOf(cluster: Valid<PrismCluster>, facts: RenderFacts): Stack {
  const { name, namespace = "default" } = cluster.metadata;
  const guests = memberPatterns(cluster, facts.family).map(patternOf);
  const tenants = namespacesOf(cluster, facts.family).filter(isIsolated).map(tenantOf);
  return { name, namespace, home: namespace, spec: cluster.spec, guests, tenants, facts };
}

/**
 * Every child of a cluster, in the order of its stages; equal input gives equal output. Generated Secrets are not
 * among them: the controller makes those first (`generatedSecrets`). Children of components that `missingSecrets`
 * names are incomplete, those of an unmet need that holds back would harm: both must be neither applied nor pruned.
 */
export function desiredChildren(
  cluster: Valid<PrismCluster>,
  facts: RenderFacts,
): readonly Child[] {
  const stack = stackOf(cluster, facts);
  const children = [
    serviceAccount(stack),
    ...defaultDeny(stack),
    ...tenantList(stack, namespacesOf(cluster, facts.family)),
    ...enabledBackends(stack.spec).flatMap((one) =>
      backendChildren(stack, connectionOf(stack, one)),
    ),
    ...adminChildren(stack),
    ...proxyChildren(stack),
    ...(stack.spec.patterns ?? []).flatMap((pattern) => runnerChildren(stack, pattern)),
    ...ingressChildren(stack),
    ...monitorChildren(stack),
    ...dashboardChildren(stack),
    ...logChildren(stack),
  ];
  return STAGES.flatMap((stage) => children.filter((child) => child.stage === stage));
}

/** Credentials that are not there yet, with the components that wait for them. */
export function missingSecrets(
  cluster: Valid<PrismCluster>,
  facts: RenderFacts,
): readonly MissingSecret[] {
  return missingOf(stackOf(cluster, facts));
}

/** What the object asks for and this Kubernetes cluster cannot give, for the status. */
export function unmetNeeds(cluster: Valid<PrismCluster>, facts: RenderFacts): readonly UnmetNeed[] {
  return unmetOf(stackOf(cluster, facts));
}
