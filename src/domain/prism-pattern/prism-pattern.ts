import type { PrismPattern, PrismPatternStatus } from "../../api/prism-pattern-v1beta1.ts";
import { singleVersion } from "../conversion/single-version.ts";
import type { Family } from "../family.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject, ObjectKey } from "../kube-object.ts";
import { hintFor } from "../prism-cluster/hints.ts";
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
import { rulesOf } from "./rules.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";

const rendered: RenderedKind<PrismPattern, PrismPatternStatus> = {
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

/** One pattern runner of a cluster, described on its own. */
export const prismPattern: Kind = {
  ...singleVersion("prism.io", "v1beta1"),
  kind: "PrismPattern",
  plural: "prismpatterns",
  // Everything that depends on more than one field is computed when rendering.
  defaultsOf: () => [],
  rulesOf,
  safetyRules: new Set(["child-name"]),
  // As in a pattern of PrismCluster's hub, one level down.
  hintFor: (_, [spec = "", ...rest], value) =>
    hintFor("v1alpha2", [spec, "patterns", 0, ...rest], value),
  rendered,
};
