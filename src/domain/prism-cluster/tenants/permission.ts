import type { PrismCluster } from "../../../api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../../api/prism-namespace-v1alpha2.ts";
import type { Family } from "../../family.ts";
import type { KubeObject } from "../../kube-object.ts";
import { isPrismNamespace } from "./tenant.ts";

type Labels = Readonly<Record<string, string>>;
type Selector = NonNullable<NonNullable<PrismCluster["spec"]["tenants"]>["selector"]>;
type Requirement = NonNullable<Selector["matchExpressions"]>[number];

/** Whether a cluster lets tenants of a namespace in; undefined where nobody may tell us the labels of the namespace. */
export function permits(
  { metadata, spec }: PrismCluster,
  namespace: string,
  family: Family,
): boolean | undefined {
  if (metadata.namespace === namespace) return true;
  const { from = "Same", selector = {} } = spec.tenants ?? {};
  if (from !== "Selector") return from === "All";
  const labels = family.namespaceLabels(namespace);
  return labels === undefined ? undefined : matches(selector, labels);
}

/** meta/v1 LabelSelector; an empty one matches everything. */
function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const hasAll = Object.entries(matchLabels).every(
    ([key, value]) => labelOf(labels, key) === value,
  );
  return hasAll && matchExpressions.every((one) => meets(one, labels));
}

function meets({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** Labels are the user's: own properties only. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** PrismNamespaces that name a cluster and are let in, in the order of their namespaces and names. */
export function namespacesOf(
  cluster: KubeObject & PrismCluster,
  family: Family,
): readonly (KubeObject & PrismNamespace)[] {
  const { name, namespace = "" } = cluster.metadata;
  return family
    .all("PrismNamespace")
    .filter(isPrismNamespace)
    .filter(({ metadata, spec }) => {
      const home = spec.clusterNamespace ?? metadata.namespace;
      return spec.cluster === name && home === namespace;
    })
    .filter(({ metadata }) => permits(cluster, metadata.namespace ?? "", family) === true)
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function place({ metadata: { namespace = "", name } }: KubeObject): string {
  return `${namespace}/${name}`;
}
