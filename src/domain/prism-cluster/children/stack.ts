import type { Backend, Pattern, PrismClusterSpec } from "../../../api/prism-cluster-v1alpha2.ts";
import type { RenderFacts } from "../../render-facts.ts";
import { type BackendType, isBackendType } from "../backend-type.ts";
import type { Tenant } from "../tenants/tenant.ts";

/** One PrismCluster together with the facts it is rendered with; handed to every renderer. */
export interface Stack {
  readonly name: string;
  readonly namespace: string;
  readonly spec: PrismClusterSpec;
  /** Patterns of the cluster that are described on their own, as PrismPatterns. */
  readonly guests: readonly Pattern[];
  /** Tenants with users of their own at the backends. */
  readonly tenants: readonly Tenant[];
  /** The tenant that is rendered, in its namespace, with nothing but what is its own. */
  readonly tenant?: Tenant;
  /** Namespace of the cluster: that of its backends. */
  readonly home: string;
  readonly facts: RenderFacts;
}

/** Every pattern of the cluster, wherever it is described. */
export function patternsOf({ spec, guests }: Stack): readonly Pattern[] {
  return [...(spec.patterns ?? []), ...guests];
}

/** A backend with what is computed when rendering: its type and whether it runs elsewhere. */
export interface NamedBackend {
  readonly name: string;
  readonly type: BackendType;
  readonly spec: Backend;
}

/** The enabled backends in the order of their names. A name that says no type is kept out by the CRD's rules. */
export function enabledBackends(spec: PrismClusterSpec): readonly NamedBackend[] {
  const found: NamedBackend[] = [];
  for (const [name, backend] of Object.entries(spec.backends ?? {}).toSorted(byKey)) {
    const type = backend.type ?? name;
    if (backend.enabled !== false && isBackendType(type)) found.push({ name, type, spec: backend });
  }
  return found;
}

/** Kafka brokers are three where the object says no number. The webhook stores it, since it is immutable. */
export function membersOf({ type, spec }: NamedBackend): number {
  return spec.replicas ?? (type === "kafka" ? 3 : 1);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** DNS name of a backend's Service, seen from wherever a runner is. */
export function backendDnsName(stack: Stack, backend: string): string {
  return `${backend}.${stack.home}.svc.${stack.facts.clusterDomain}`;
}

/** DNS name of a Service: `redis.prism.svc.cluster.local`. */
export function dnsName(stack: Stack, service: string): string {
  return `${service}.${stack.namespace}.svc.${stack.facts.clusterDomain}`;
}

/** DNS name of one member of a StatefulSet behind its governing Service. */
export function memberDnsName(stack: Stack, set: string, ordinal: number, service: string): string {
  return `${set}-${ordinal}.${dnsName(stack, service)}`;
}
