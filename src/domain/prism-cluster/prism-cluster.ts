import type { PrismCluster, PrismClusterStatus } from "../../api/prism-cluster-v1alpha2.ts";
import type { Kind } from "../kind.ts";
import type { RenderedKind } from "../rendered-kind.ts";
import { generatedSecrets } from "./children/generated-secrets.ts";
import { referencedObjects } from "./children/referenced-objects.ts";
import { desiredChildren, missingSecrets, unmetNeeds } from "./children.ts";
import { prismClusterConverter } from "./convert.ts";
import { defaultsOf } from "./defaults.ts";
import { hintFor } from "./hints.ts";
import { dependentsOf, guestsOf, hostsOf, seenOfCluster } from "./members.ts";
import { rulesOf } from "./rules.ts";
import { nextDeadlineMs, statusOf } from "./status.ts";
import { namespacesOf } from "./tenants/permission.ts";

const HUB = "v1alpha2";

const rendered: RenderedKind<PrismCluster, PrismClusterStatus> = {
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

/** A whole Prism deployment in one namespace. */
export const prismCluster: Kind = {
  group: "prism.io",
  kind: "PrismCluster",
  plural: "prismclusters",
  hub: HUB,
  versions: [HUB, "v1alpha1"],
  convert: (object, apiVersion) => prismClusterConverter.convert(object, apiVersion),
  pathIn: (version, path) =>
    version === HUB ? { kind: "mapped", path } : prismClusterConverter.pathInOlder(path),
  restoreHubOnly: (newHub, oldHub) => prismClusterConverter.restoreHubOnly(newHub, oldHub),
  defaultsOf,
  rulesOf,
  safetyRules: new Set(["child-name", "conversion-data", "one-cluster"]),
  hintFor,
  rendered,
};
