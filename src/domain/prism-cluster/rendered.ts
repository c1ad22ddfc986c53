import type { PrismCluster, PrismClusterStatus } from "../../api/prism-cluster-v1alpha2.ts";
import type { RenderedKind } from "../rendered-kind.ts";
import { generatedSecrets } from "./children/generated-secrets.ts";
import { referencedObjects } from "./children/referenced-objects.ts";
import { desiredChildren, missingSecrets, unmetNeeds } from "./children.ts";
import { dependentsOf, guestsOf, hostsOf, seenOfCluster } from "./members.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";
import { namespacesOf } from "./tenants/permission.ts";

/** What a PrismCluster consists of. */
export const renderedCluster: RenderedKind<PrismCluster, PrismClusterStatus> = {
  referencedObjects: (cluster, family) => referencedObjects(cluster, namespacesOf(cluster, family)),
  generatedSecrets,
  missingSecrets,
  unmetNeeds,
  desiredChildren,
  statusOf,
  nextDeadlineMs,
  gate: () => undefined,
  remarks: () => ({}),
  basis: () => "",
  guests: guestsOf,
  dependents: dependentsOf,
  concernedBy: hostsOf,
  seenBy: seenOfCluster,
};
