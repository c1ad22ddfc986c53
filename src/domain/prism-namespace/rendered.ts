import type { PrismNamespace, PrismNamespaceStatus } from "../../api/prism-namespace-v1alpha2.ts";
import type { Family } from "../family.ts";
import type { KubeObject, ObjectKey } from "../kube-object.ts";
import { seenOfNamespace } from "../prism-cluster/members.ts";
import { isPrismNamespace } from "../prism-cluster/tenants/tenant.ts";
import type { RenderedKind } from "../rendered-kind.ts";
import { desiredChildren } from "./children.ts";
import { remarks } from "./isolation.ts";
import { generatedSecrets, missingSecrets, referencedObjects } from "./logins.ts";
import { unmetNeeds } from "./needs.ts";
import { basis, gate, guests } from "./relations.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";

/** What a PrismNamespace consists of. */
export const renderedNamespace: RenderedKind<PrismNamespace, PrismNamespaceStatus> = {
  referencedObjects,
  generatedSecrets,
  missingSecrets,
  unmetNeeds,
  desiredChildren,
  gate,
  remarks,
  basis,
  guests,
  dependents: () => [],
  statusOf,
  nextDeadlineMs,
  concernedBy,
  seenBy: seenOfNamespace,
};

/** Tenants that are rendered with an object of another kind. */
function concernedBy(other: KubeObject, family: Family): readonly ObjectKey[] {
  const { namespace = "", name } = other.metadata;
  const all = family.all("PrismNamespace").filter(isPrismNamespace);
  const isConcerned = (one: (typeof all)[number]): boolean => {
    const own = one.metadata.namespace ?? "";
    if (other.kind === "Namespace") return own === name;
    // A ResourceQuota is made only where nothing else of ours would be counted by it.
    const isNeighbour = own === namespace && one.spec.quota?.resources !== undefined;
    const home = one.spec.clusterNamespace ?? own;
    if (other.kind === "PrismCluster" && home === namespace && one.spec.cluster === name)
      return true;
    return isNeighbour || (other.kind === "PrismPattern" && home === namespace);
  };
  return all.filter(isConcerned).map(({ metadata }) => {
    return { namespace: metadata.namespace ?? "", name: metadata.name };
  });
}
