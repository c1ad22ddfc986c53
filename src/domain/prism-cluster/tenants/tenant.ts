/** A tenant of a cluster as its backends know it: an id, a user and the part of each backend that is the tenant's own. */
import type { PrismNamespace } from "../../../api/prism-namespace-v1alpha2.ts";
import type { KubeObject } from "../../kube-object.ts";
import type { BackendType } from "../backend-type.ts";

/** A tenant with runners and users of its own. */
export interface Tenant {
  /** Of the PrismNamespace. */
  readonly name: string;
  /** Kubernetes namespace of the PrismNamespace and of the tenant's runners. */
  readonly namespace: string;
  /** Unique in the cluster: the name, and before it the Kubernetes namespace where that is not the cluster's. */
  readonly id: string;
  /** Login at every backend; also the PostgreSQL schema. */
  readonly user: string;
  /** Patterns that it may use. */
  readonly patterns: readonly string[];
  readonly quota: { readonly maxSessions?: number; readonly maxRequestsPerSecond?: number };
}

/** Where a server finds the users of its tenants. */
export const USERS_PATH = "/etc/prism-tenants";

/** A tenant and the password of its user at one backend. */
export interface Login {
  readonly tenant: Tenant;
  readonly password: string;
}

/** The part of a quota that programs are told. */
export function quotaOf({ quota = {} }: PrismNamespace["spec"]): Tenant["quota"] {
  const { maxSessions, maxRequestsPerSecond } = quota;
  return {
    ...(maxSessions === undefined ? {} : { maxSessions }),
    ...(maxRequestsPerSecond === undefined ? {} : { maxRequestsPerSecond }),
  };
}

/** The tenant that an isolating PrismNamespace is. No name of Kubernetes has an underscore, so ids cannot clash. */
export function tenantOf(object: PrismNamespace): Tenant {
  const { name, namespace = "" } = object.metadata;
  const { clusterNamespace = namespace, patterns = [] } = object.spec;
  const id = clusterNamespace === namespace ? name : `${namespace}_${name}`;
  return { name, namespace, id, user: `tenant_${id}`, patterns, quota: quotaOf(object.spec) };
}

/** Longest id: of a bucket's 63 characters some are the prefix; a PostgreSQL role has as many. */
export const LONGEST_ID = 50;

/** True for a tenant that shares nothing but the servers. */
export function isIsolated({ spec }: PrismNamespace): boolean {
  return (spec.isolation ?? "none") !== "none";
}

/** The API server has held it to the schema that the type is made of. */
export function isPrismNamespace(object: KubeObject): object is KubeObject & PrismNamespace {
  const { spec } = object;
  return object.kind === "PrismNamespace" && typeof spec === "object" && spec !== null;
}

/** Secret of the tenant's namespace with its login at a backend. */
export function tenantLogin(tenant: Pick<Tenant, "name">, backend: string): string {
  return `${tenant.name}-${backend}-login`;
}

/** Prefix of every key that is the tenant's (memo-023). */
export function keyPrefix({ id }: Tenant): string {
  return `tenant:${id}:`;
}

/** Prefix of every subject that is the tenant's (memo-023). */
export function subjectPrefix({ id }: Tenant): string {
  return `tenant.${id}.`;
}

/** The tenant's bucket: underscores, which are in no name of Kubernetes, are dots there. */
export function bucketOf({ id }: Tenant): string {
  return `prism-tenant-${id.replaceAll("_", ".")}`;
}

/** Types that can keep a tenant apart by a user of its own. */
const SEPARABLE: ReadonlySet<BackendType> = new Set(["redis", "nats", "postgres", "minio"]);

/** Whether servers of a type know users with limits. */
export function isSeparable(type: BackendType): boolean {
  return SEPARABLE.has(type);
}
