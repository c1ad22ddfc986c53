import type { Child } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { childOf, type Part, selectorOf, TENANT_LABEL } from "./part.ts";
import { SHARED } from "./service-account.ts";
import type { Stack } from "./stack.ts";

/** Who may connect to which ports of a part. */
export interface Opening {
  /** `app` labels of pods in this namespace, everybody, or Prometheus in any namespace. */
  readonly from: readonly string[] | "everybody" | "prometheus";
  /** Lets in the cluster's runners too, whoever describes them: by label, so that no policy changes with their number. */
  readonly runners?: boolean;
  /** Runners of tenants, which may be in other namespaces. */
  readonly tenants?: readonly { readonly namespace: string; readonly app: string }[];
  readonly ports: readonly (number | { readonly port: number; readonly protocol: string })[];
}

/** Lets in what is listed and nothing else; nothing at all is rendered while policies are off (REC-15). */
export function networkPolicy(
  stack: Stack,
  part: Part,
  openings: readonly Opening[],
): readonly Child[] {
  if (!hasPolicies(stack)) return [];
  return [
    childOf(stack, part, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      body: {
        spec: {
          podSelector: { matchLabels: selectorOf(part) },
          policyTypes: ["Ingress"],
          ingress: openings
            .filter(({ from, tenants = [] }) => from.length + tenants.length > 0)
            .map((opening) => openingBody(stack, opening)),
        },
      },
    }),
  ];
}

function openingBody(stack: Stack, opening: Opening): JsonObject {
  const apps = opening.from;
  const runners = opening.runners === true ? [runnersOf(stack)] : [];
  return {
    from:
      apps === "everybody"
        ? undefined
        : [...namedPeers(apps), ...runners, ...tenantPeers(opening.tenants ?? [])],
    ports: opening.ports.map((port) =>
      typeof port === "number" ? { port, protocol: "TCP" } : { ...port },
    ),
  };
}

/** Selects pods by their workload. */
export function podsOf(apps: readonly string[]): JsonObject {
  const values = [...new Set(apps)].toSorted();
  return { podSelector: { matchExpressions: [{ key: "app", operator: "In", values }] } };
}

function namedPeers(apps: readonly string[] | "prometheus"): readonly JsonObject[] {
  if (apps === "prometheus") return [PROMETHEUS];
  return apps.length === 0 ? [] : [podsOf(apps)];
}

/** One peer a namespace. */
function tenantPeers(tenants: NonNullable<Opening["tenants"]>): readonly JsonObject[] {
  const groups = Map.groupBy(tenants, ({ namespace }) => namespace);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, runners]) => ({
      ...namespaceNamed(namespace),
      ...podsOf(runners.map(({ app }) => app)),
    }));
}

/** Selects a namespace by the label that the API server gives it. */
export function namespaceNamed(namespace: string): JsonObject {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

function runnersOf(stack: Stack): JsonObject {
  const labels = { "app.kubernetes.io/component": "pattern", "prism.io/cluster": stack.name };
  const noTenant = { key: TENANT_LABEL, operator: "DoesNotExist" };
  return { podSelector: { matchLabels: labels, matchExpressions: [noTenant] } };
}

/** The label that the Prometheus operator and the usual charts give Prometheus' pods. */
const PROMETHEUS: JsonObject = {
  namespaceSelector: {},
  podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
};

function hasPolicies(stack: Stack): boolean {
  const { networkPolicy: policy } = stack.spec;
  return policy !== undefined && policy.enabled !== false;
}

/** Closes every pod of the deployment that no policy of its own opens, such as a member added by hand. */
export function defaultDeny(stack: Stack): readonly Child[] {
  if (!hasPolicies(stack)) return [];
  return [
    childOf(stack, SHARED, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      name: "prism-default-deny",
      body: {
        spec: {
          podSelector: { matchLabels: { "prism.io/cluster": stack.name } },
          policyTypes: ["Ingress"],
        },
      },
    }),
  ];
}
