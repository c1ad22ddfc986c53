import { singleVersion } from "../conversion/single-version.ts";
import type { Kind } from "../kind.ts";
import { hintFor } from "../prism-cluster/hints.ts";
import { rulesOf } from "./rules.ts";

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
};
