import { singleVersion } from "../conversion/single-version.ts";

/** PrismFederations have one version. */
export const prismFederationVersions = singleVersion("prism.io", "v1alpha3");
