/** What each member should have, from a valid federation. */
import type { FederationMember, PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject, ObjectMeta } from "../kube-object.ts";
import { withOverrides } from "./overrides.ts";

/** Which Secret holds a member's kubeconfig, in the federation's namespace. */
export interface CredentialsRef {
  readonly name: string;
  readonly key: string;
}

/** One member with everything filled in. */
export interface MemberPlan {
  readonly name: string;
  readonly endpoint: string;
  readonly credentials: CredentialsRef | undefined;
  /** On the member. */
  readonly namespace: string;
  /** Undefined without a template: then it is whichever PrismCluster is there. */
  readonly clusterName: string | undefined;
  readonly region: string;
  readonly weight: number;
  /** As the federation says them; undefined where the member is asked. */
  readonly addresses: readonly string[] | undefined;
  readonly backendRef: FederationMember["backendRef"];
}

/** Key of the kubeconfig where a federation names none. */
const KUBECONFIG_KEY = "kubeconfig";
/** Share of traffic where a member says none. */
const WEIGHT = 100;

/** The members in their order. */
export function memberPlans(federation: PrismFederation): readonly MemberPlan[] {
  const { name: own, namespace: home = "default" } = federation.metadata;
  const { template, clusters } = federation.spec;
  return clusters.map((member) => {
    const { name, endpoint, addresses, backendRef, credentialsSecretRef: secret } = member;
    return {
      name,
      endpoint,
      credentials: secret && { name: secret.name, key: secret.key ?? KUBECONFIG_KEY },
      namespace: member.namespace ?? home,
      clusterName: template === undefined ? undefined : (template.metadata?.name ?? own),
      region: member.region ?? name,
      weight: member.weight ?? WEIGHT,
      addresses,
      backendRef,
    };
  });
}

/** The PrismCluster of a member as the federation says it; undefined without a template or for a name that is no member. */
export function memberCluster(federation: PrismFederation, name: string): KubeObject | undefined {
  const { template, clusters } = federation.spec;
  const plan = memberPlans(federation).find((one) => one.name === name);
  const member = clusters.find((one) => one.name === name);
  if (template === undefined || plan?.clusterName === undefined) return undefined;
  const { labels, annotations } = template.metadata ?? {};
  const metadata: ObjectMeta = {
    name: plan.clusterName,
    namespace: plan.namespace,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const spec = withOverrides({ ...template.spec }, member?.overrides && { ...member.overrides });
  return { apiVersion: template.apiVersion, kind: "PrismCluster", metadata, spec };
}

/** The host name that is published; undefined where nobody says one. */
export function hostnameOf({ spec }: PrismFederation): string | undefined {
  const { dns } = spec.routing ?? {};
  return dns?.hostname ?? ingressHostOf(spec.template?.spec);
}

/** The host of a PrismCluster's ingress; both versions have it at the same place. */
function ingressHostOf(spec: unknown): string | undefined {
  const ingress = fieldsOf(fieldsOf(spec)["ingress"]);
  const { host } = ingress;
  return typeof host === "string" && ingress["enabled"] !== false ? host : undefined;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
