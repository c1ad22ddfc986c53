import type { PrismNamespace, PrismNamespaceStatus } from "../../api/prism-namespace-v1alpha2.ts";
import { singleVersion } from "../conversion/single-version.ts";
import type { Family } from "../family.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject, ObjectKey } from "../kube-object.ts";
import { seenOfNamespace } from "../prism-cluster/members.ts";
import { isPrismNamespace } from "../prism-cluster/tenants/tenant.ts";
import type { RenderedKind } from "../rendered-kind.ts";
import { desiredChildren } from "./children.ts";
import { remarks } from "./isolation.ts";
import { generatedSecrets, missingSecrets, referencedObjects } from "./logins.ts";
import { unmetNeeds } from "./needs.ts";
import { basis, gate, guests } from "./relations.ts";
import { rulesOf } from "./rules.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";

const rendered: RenderedKind<PrismNamespace, PrismNamespaceStatus> = {
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

/** A tenant of a cluster. */
export const prismNamespace: Kind = {
  ...singleVersion("prism.io", "v1alpha2"),
  kind: "PrismNamespace",
  plural: "prismnamespaces",
  // Everything that depends on more than one field is computed when rendering.
  defaultsOf: () => [],
  rulesOf,
  safetyRules: new Set(["child-name", "tenant-id"]),
  hintFor: () => undefined,
  rendered,
};
