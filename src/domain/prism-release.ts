/** The Prism release that this operator was tested with. */
export const PRISM_VERSION = "v1.5.0";
/** Where its images are. */
export const IMAGES_REGISTRY = "ghcr.io/prism";
/** DNS domain of most Kubernetes clusters. */
export const CLUSTER_DOMAIN = "cluster.local";
