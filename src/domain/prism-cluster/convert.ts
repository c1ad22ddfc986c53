import { Converter } from "../conversion/converter.ts";
import { PRISM_CLUSTER_FIELDS } from "./paths.ts";

/** Converts PrismClusters between v1alpha2, the hub, and v1alpha1. */
export const prismClusterConverter = new Converter(PRISM_CLUSTER_FIELDS, {
  hub: "prism.io/v1alpha2",
  older: "prism.io/v1alpha1",
});
