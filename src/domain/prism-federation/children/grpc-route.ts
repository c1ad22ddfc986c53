/** A route of the Gateway API (gateway.networking.k8s.io/v1 GRPCRoute): the proxies speak gRPC. */
import type { PrismFederation } from "../../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../kube-object.ts";
import { hostnameOf } from "../member-plan.ts";
import type { MemberTraffic, Serving } from "../routing-plan.ts";

/** Where proxies listen. */
const PROXY_PORT = 8980;

/**
 * Undefined where it is not asked for, or while nobody serves. Every member has its place in the route, with weight 0
 * while it gets no traffic, so that a change of the rotation changes numbers alone.
 */
export function grpcRoute(
  federation: PrismFederation,
  members: readonly MemberTraffic[],
  serving: readonly Serving[],
): KubeObject | undefined {
  const { gateway } = federation.spec.routing ?? {};
  const shares = new Map(serving.map(({ plan, share }) => [plan.name, share]));
  if (gateway === undefined || ![...shares.values()].some((share) => share > 0)) return undefined;
  const { name, namespace = "default" } = federation.metadata;
  const hostname = hostnameOf(federation);
  const hostnames = gateway.hostnames ?? (hostname === undefined ? undefined : [hostname]);
  const backendRefs = members.flatMap(({ plan }) => {
    const { backendRef } = plan;
    if (backendRef === undefined) return [];
    const { group = "", kind = "Service", port = PROXY_PORT } = backendRef;
    return [{ group, kind, name: backendRef.name, port, weight: shares.get(plan.name) ?? 0 }];
  });
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name, namespace },
    spec: {
      parentRefs: gateway.parentRefs,
      ...(hostnames === undefined ? {} : { hostnames }),
      rules: [{ backendRefs }],
    },
  };
}
