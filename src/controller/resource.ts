/** The kinds of objects that the operator reads or writes, and where the API server serves them. */
import type { Kind } from "../domain/kind.ts";
import { KINDS } from "../domain/registry.ts";

/** Names a resource of the API, as discovery does. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  /** Whose CRD may be missing: these are looked up before they are used. */
  readonly optional?: true;
  /** Its objects are in no namespace. */
  readonly isClusterScoped?: true;
}

/** The kinds of this operator, each in its hub version, in the order of the registry. */
export const OWN_RESOURCES: readonly Resource[] = KINDS.map(({ group, hub, plural, kind }) => ({
  group,
  version: hub,
  plural,
  kind,
}));

/** The resource of a kind of ours. */
export function ownResource({ kind }: Pick<Kind, "kind">): Resource {
  const resource = OWN_RESOURCES.find((one) => one.kind === kind);
  if (resource === undefined) throw new TypeError(`${kind} is not in the registry`);
  return resource;
}

/** Whose labels say which tenants a cluster lets in. */
export const NAMESPACE: Resource = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  isClusterScoped: true,
};
/** What makes the workloads work, and says why they do not. */
export const POD: Resource = { group: "", version: "v1", plural: "pods", kind: "Pod" };
/** What holds the data. */
export const CLAIM: Resource = {
  group: "",
  version: "v1",
  plural: "persistentvolumeclaims",
  kind: "PersistentVolumeClaim",
};

/** What the rest of the cluster says of our objects. */
export const EVENT: Resource = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
};
/** What programs are told, and who the primary of a server is. */
export const CONFIG_MAP: Resource = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
};
/** What opens the data. */
export const SECRET: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret" };
/** Workloads, whose pods are the point of it all. */
export const STATEFUL_SET: Resource = {
  group: "apps",
  version: "v1",
  plural: "statefulsets",
  kind: "StatefulSet",
};
/** Workloads without volumes of their own. */
export const DEPLOYMENT: Resource = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
};

/** Records that ExternalDNS publishes. */
export const DNS_ENDPOINT: Resource = {
  group: "externaldns.k8s.io",
  version: "v1alpha1",
  plural: "dnsendpoints",
  kind: "DNSEndpoint",
  optional: true,
};
/** Routes that a Gateway serves. */
export const GRPC_ROUTE: Resource = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  plural: "grpcroutes",
  kind: "GRPCRoute",
  optional: true,
};

/** What objects of our kinds may have as children, and what is pruned. */
export const CHILD_RESOURCES: readonly Resource[] = [
  CONFIG_MAP,
  SECRET,
  { group: "", version: "v1", plural: "services", kind: "Service" },
  { group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount" },
  STATEFUL_SET,
  DEPLOYMENT,
  { group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role" },
  {
    group: "rbac.authorization.k8s.io",
    version: "v1",
    plural: "rolebindings",
    kind: "RoleBinding",
  },
  { group: "", version: "v1", plural: "resourcequotas", kind: "ResourceQuota" },
  { group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget" },
  { group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy" },
  { group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress" },
  {
    group: "autoscaling",
    version: "v2",
    plural: "horizontalpodautoscalers",
    kind: "HorizontalPodAutoscaler",
  },
  {
    group: "monitoring.coreos.com",
    version: "v1",
    plural: "servicemonitors",
    kind: "ServiceMonitor",
    optional: true,
  },
  {
    group: "keda.sh",
    version: "v1alpha1",
    plural: "scaledobjects",
    kind: "ScaledObject",
    optional: true,
  },
  {
    group: "cert-manager.io",
    version: "v1",
    plural: "certificates",
    kind: "Certificate",
    optional: true,
  },
  DNS_ENDPOINT,
  GRPC_ROUTE,
];

/** What our workloads make, and we read: pods say why something is not ready, claims hold the data. */
export const OBSERVED_RESOURCES: readonly Resource[] = [POD, CLAIM];

const BY_TYPE = new Map(
  [...OWN_RESOURCES, ...CHILD_RESOURCES, ...OBSERVED_RESOURCES].map((resource) => [
    `${apiVersionOf(resource)}/${resource.kind}`,
    resource,
  ]),
);

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/** The resource that serves objects of this type; undefined for a kind that is not in the tables above. */
export function resourceOf(type: {
  readonly apiVersion: string;
  readonly kind: string;
}): Resource | undefined {
  return BY_TYPE.get(`${type.apiVersion}/${type.kind}`);
}
