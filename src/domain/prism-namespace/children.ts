import type { PrismNamespace } from "../../api/prism-namespace-v1alpha2.ts";
import { type Child, STAGES } from "../child.ts";
import type { Family } from "../family.ts";
import type { KubeObject } from "../kube-object.ts";
import { childOf } from "../prism-cluster/children/part.ts";
import { runnerChildren } from "../prism-cluster/children/runner.ts";
import { serviceAccount } from "../prism-cluster/children/service-account.ts";
import type { Stack } from "../prism-cluster/children/stack.ts";
import { isClosing, judged } from "../prism-cluster/home.ts";
import { permits } from "../prism-cluster/tenants/permission.ts";
import { isIsolated } from "../prism-cluster/tenants/tenant.ts";
import type { RenderFacts } from "../render-facts.ts";
import { homeOf, type Namespace, type Rendered, rendered } from "./host.ts";
import { tenantPart } from "./logins.ts";

/** Runners and quota; none where the cluster is taken down or shuts the tenant out, unknown while there is no cluster. */
export function desiredChildren(
  object: Namespace,
  facts: RenderFacts,
): readonly Child[] | undefined {
  const home = homeOf(object, facts.family);
  if (
    home.kind === "found" &&
    (isClosing(home.cluster) || isShutOut(home.cluster, object, facts))
  ) {
    return [];
  }
  const found = rendered(object, facts);
  if (found === undefined) return undefined;
  const children = [...resourceQuota(found.stack, object, facts.family), ...runners(found, object)];
  return STAGES.flatMap((stage) => children.filter((child) => child.stage === stage));
}

function isShutOut(cluster: KubeObject, { metadata }: Namespace, { family }: RenderFacts): boolean {
  const host = judged(cluster);
  return host !== undefined && permits(host, metadata.namespace ?? "", family) === false;
}

function runners({ stack, patterns }: Rendered, object: Namespace): readonly Child[] {
  if (!isIsolated(object) || patterns.length === 0) return [];
  return [serviceAccount(stack), ...patterns.flatMap((pattern) => runnerChildren(stack, pattern))];
}

/** Hard limits, where no other object of ours would be limited by them. */
function resourceQuota(stack: Stack, object: Namespace, family: Family): readonly Child[] {
  const { resources } = object.spec.quota ?? {};
  if (resources === undefined || !hasNamespaceToItself(object, family)) return [];
  return [
    childOf(stack, tenantPart(object), {
      apiVersion: "v1",
      kind: "ResourceQuota",
      body: { spec: { hard: Object.fromEntries(Object.entries(resources).map(asText)) } },
    }),
  ];
}

function asText([name, quantity]: [string, string | number]): [string, string] {
  return [name, String(quantity)];
}

/** True where a Kubernetes namespace has no other object of ours. */
function hasNamespaceToItself(
  { metadata: { name, namespace = "" } }: PrismNamespace,
  family: Family,
): boolean {
  const others = ["PrismCluster", "PrismPattern", "PrismNamespace"].flatMap((kind) =>
    family.in(kind, namespace),
  );
  return others.every((one) => one.kind === "PrismNamespace" && one.metadata.name === name);
}
