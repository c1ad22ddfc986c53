import type { Kind } from "../kind.ts";
import { prismFederationVersions } from "./convert.ts";
import { defaultsOf } from "./defaults.ts";
import { hintFor } from "./hints.ts";
import { rulesOf } from "./rules.ts";

/** The same PrismCluster in several Kubernetes clusters, with routing in front. */
export const prismFederation: Kind = {
  ...prismFederationVersions,
  kind: "PrismFederation",
  plural: "prismfederations",
  defaultsOf,
  rulesOf,
  safetyRules: new Set(["same-member"]),
  hintFor,
};
