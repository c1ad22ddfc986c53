/** What the read commands look at, and where the API server serves it. */
import { CHILD_RESOURCES, CLAIM, EVENT, POD, type Resource } from "../../controller/resource.ts";
import { KINDS } from "../../domain/registry.ts";

/** A kind of object that is looked at. */
export interface Watched {
  /** Name of the collector, as gaps and reports call it. */
  readonly name: string;
  readonly resource: Resource;
  /** Names and labels only: the values never leave the API server. */
  readonly isMetadataOnly?: true;
  /** Asks the server for fewer. */
  readonly selector?: string;
}

/** Our own kinds in the version that is stored. */
export const PRISM_RESOURCES: readonly Resource[] = KINDS.map(({ group, kind, plural, hub }) => ({
  group,
  version: hub,
  plural,
  kind,
}));

function coreResource(plural: string, kind: string): Resource {
  return { group: "", version: "v1", plural, kind };
}

const NODE = coreResource("nodes", "Node");
const STORAGE_CLASS: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  plural: "storageclasses",
  kind: "StorageClass",
};
const REPLICA_SET: Resource = {
  group: "apps",
  version: "v1",
  plural: "replicasets",
  kind: "ReplicaSet",
};
const ENDPOINT_SLICE: Resource = {
  group: "discovery.k8s.io",
  version: "v1",
  plural: "endpointslices",
  kind: "EndpointSlice",
};
export const LEASE_RESOURCE: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
};
const CRD: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
};
const MUTATING: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "mutatingwebhookconfigurations",
  kind: "MutatingWebhookConfiguration",
};
const VALIDATING: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "validatingwebhookconfigurations",
  kind: "ValidatingWebhookConfiguration",
};

/** Of the whole cluster. */
export const CLUSTER_WIDE: readonly Watched[] = [
  { name: "CustomResourceDefinitions", resource: CRD },
  { name: "MutatingWebhookConfigurations", resource: MUTATING },
  { name: "ValidatingWebhookConfigurations", resource: VALIDATING },
  { name: "StorageClasses", resource: STORAGE_CLASS },
  { name: "Nodes", resource: NODE },
];

/** Of each namespace that holds an object of ours. */
export const NAMESPACED: readonly Watched[] = [
  ...CHILD_RESOURCES.map(
    (resource): Watched => ({
      name: `${resource.kind}s`,
      resource,
      ...(resource.kind === "Secret" ? { isMetadataOnly: true } : {}),
    }),
  ),
  { name: "Pods", resource: POD },
  { name: "PersistentVolumeClaims", resource: CLAIM },
  { name: "ReplicaSets", resource: REPLICA_SET },
  { name: "EndpointSlices", resource: ENDPOINT_SLICE },
  { name: "Events", resource: EVENT },
];

/** Of the operator's own namespace. */
export const OPERATOR_SIDE: readonly Watched[] = [
  ...NAMESPACED.filter(({ resource }) =>
    ["Deployment", "Pod", "ReplicaSet", "Service", "EndpointSlice", "Event", "Secret"].includes(
      resource.kind,
    ),
  ),
  { name: "Leases", resource: LEASE_RESOURCE },
];
