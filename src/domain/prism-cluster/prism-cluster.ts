import type { Kind } from "../kind.ts";
import { prismClusterConverter } from "./convert.ts";
import { defaultsOf } from "./defaults.ts";
import { hintFor } from "./hints.ts";
import { rulesOf } from "./rules.ts";

const HUB = "v1alpha2";

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
};
