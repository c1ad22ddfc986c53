import { singleVersion } from "../conversion/single-version.ts";
import type { Kind } from "../kind.ts";
import { rulesOf } from "./rules.ts";

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
};
