/** What a federation makes in its own namespace: a pure function of the object and of who is in rotation. */
import type { PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../kube-object.ts";
import { dnsEndpoint } from "./children/dns-endpoint.ts";
import { grpcRoute } from "./children/grpc-route.ts";
import { type MemberTraffic, servingMembers, strategyOf } from "./routing-plan.ts";

/**
 * The objects that publish the routing, as far as the federation asks for them; equal input gives equal output.
 * Where nobody serves there is nothing to publish: what was published stays.
 */
export function desiredChildren(
  federation: PrismFederation,
  members: readonly MemberTraffic[],
): readonly KubeObject[] {
  const serving = servingMembers(strategyOf(federation), members);
  return [dnsEndpoint(federation, serving), grpcRoute(federation, members, serving)].filter(
    (object) => object !== undefined,
  );
}
