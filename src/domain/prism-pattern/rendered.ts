import type { PrismPattern, PrismPatternStatus } from "../../api/prism-pattern-v1beta1.ts";
import type { Family } from "../family.ts";
import type { KubeObject, ObjectKey } from "../kube-object.ts";
import { seenOfPattern } from "../prism-cluster/members.ts";
import type { RenderedKind } from "../rendered-kind.ts";
import {
  basis,
  desiredChildren,
  gate,
  missingSecrets,
  referencedObjects,
  unmetNeeds,
} from "./children.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";

/** What a PrismPattern consists of. */
export const renderedPattern: RenderedKind<PrismPattern, PrismPatternStatus> = {
  referencedObjects,
  // Credentials are those of the cluster's backends.
  generatedSecrets: () => [],
  missingSecrets,
  unmetNeeds,
  desiredChildren,
  gate,
  guests: () => [],
  remarks: () => ({}),
  basis,
  dependents: () => [],
  statusOf,
  nextDeadlineMs,
  concernedBy: patternsOfCluster,
  seenBy: seenOfPattern,
};

/** PrismPatterns that may belong to a cluster. */
function patternsOfCluster(other: KubeObject, family: Family): readonly ObjectKey[] {
  if (other.kind !== "PrismCluster") return [];
  return family
    .in("PrismPattern", other.metadata.namespace ?? "")
    .map(({ metadata: { namespace = "", name } }) => ({ namespace, name }));
}
