/** What the operator makes of a PrismFederation: routing here, and a PrismCluster in each member's own cluster. */
import type { PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { desiredChildren } from "../../domain/prism-federation/children.ts";
import {
  type CredentialsRef,
  type MemberPlan,
  memberCluster,
  memberPlans,
} from "../../domain/prism-federation/member-plan.ts";
import {
  type Serving,
  servingMembers,
  strategyOf,
} from "../../domain/prism-federation/routing-plan.ts";
import { yamlText } from "../manifest/yaml-text.ts";

/** One member and what goes there. */
export interface RenderedMember {
  readonly member: string;
  readonly endpoint: string;
  /** The Secret with the kubeconfig, in the federation's namespace. */
  readonly credentials?: CredentialsRef;
  /** Absent where the federation has no template, or nothing to reach the member with. */
  readonly object?: KubeObject;
}

/** A federation whose members are all in rotation. */
export interface FederationRendering {
  /** Of this cluster. */
  readonly routing: readonly KubeObject[];
  /** Of other clusters: never among what kubectl applies here. */
  readonly members: readonly RenderedMember[];
  readonly notes: readonly string[];
}

/** Whether an object that its validator took is a federation. */
export function isFederation(object: KubeObject): object is KubeObject & PrismFederation {
  return object.kind === "PrismFederation";
}

/**
 * Renders a valid federation. A DNSEndpoint that lacks records of a member is left out: applied, it would take that
 * member out of DNS.
 */
export function renderFederation(federation: PrismFederation): FederationRendering {
  const plans = memberPlans(federation);
  const traffic = plans.map((plan) => ({ plan, isIn: true, addresses: plan.addresses ?? [] }));
  const members = plans.map((plan) => memberOf(federation, plan));
  const unknown =
    federation.spec.routing?.dns === undefined
      ? []
      : servingMembers(strategyOf(federation), traffic).filter(
          ({ addresses }) => addresses.length === 0,
        );
  const routing = desiredChildren(federation, traffic).filter(
    ({ kind }) => kind !== "DNSEndpoint" || unknown.length === 0,
  );
  const places = plans.map((plan, at) => placeNote(plan, members[at]?.object));
  return { routing, members, notes: [...places, ...addressNotes(unknown)] };
}

function addressNotes(unknown: readonly Serving[]): readonly string[] {
  if (unknown.length === 0) return [];
  const names = unknown.map(({ plan }) => plan.name).join(", ");
  return [
    `spec.routing.dns: the DNSEndpoint is left out: only a running federation knows the addresses of ${names}`,
  ];
}

function memberOf(federation: PrismFederation, plan: MemberPlan): RenderedMember {
  const { name: member, endpoint, credentials } = plan;
  if (credentials === undefined) return { member, endpoint };
  const object = memberCluster(federation, member);
  return { member, endpoint, credentials, ...(object === undefined ? {} : { object }) };
}

function placeNote(plan: MemberPlan, object: KubeObject | undefined): string {
  const { name, endpoint, credentials, namespace, clusterName } = plan;
  const at = `member ${name}, ${endpoint}`;
  if (credentials === undefined) {
    return `${at}: nothing is applied or read there without credentialsSecretRef`;
  }
  const login = `with ${credentials.key} of Secret ${credentials.name}`;
  return object === undefined
    ? `${at}: the PrismCluster in namespace ${namespace} is read ${login}, and not changed`
    : `${at}: PrismCluster ${namespace}/${clusterName} is applied there ${login}`;
}

/** A member as comments: whoever applies the text makes nothing of it in the wrong cluster. */
export function memberComment({ member, endpoint, object }: RenderedMember): string {
  const head = `member ${member}, ${endpoint}`;
  const text = object === undefined ? head : `${head}:\n${yamlText(object).trimEnd()}`;
  return text
    .split(LINE_BREAK)
    .map((line) => `# ${line}`.trimEnd())
    .join("\n")
    .concat("\n");
}

/** Those of YAML 1.1 (section 4.2, "b-char"). */
const LINE_BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/;
