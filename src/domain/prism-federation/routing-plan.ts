/** Who gets how much traffic now. */
import type { PrismFederation, RoutingStrategy } from "../../api/prism-federation-v1alpha3.ts";
import type { MemberPlan } from "./member-plan.ts";

/** What is known of a member's traffic. */
export interface MemberTraffic {
  readonly plan: MemberPlan;
  readonly isIn: boolean;
  /** Where clients reach it; empty while that is not known. */
  readonly addresses: readonly string[];
}

/** A member in rotation. `share` is its weight, or 1 for each where weights do not count; 0 is none. */
export interface Serving extends MemberTraffic {
  readonly share: number;
}

/** How traffic is spread; the strategy where a federation names none is latency-based. */
export function strategyOf({ spec }: PrismFederation): RoutingStrategy {
  return spec.routing?.strategy ?? "latency-based";
}

/** The members that get traffic, in the order of the spec. With failover that is the first that is in. */
export function servingMembers(
  strategy: RoutingStrategy,
  members: readonly MemberTraffic[],
): readonly Serving[] {
  const inRotation = members.filter(({ isIn }) => isIn);
  if (strategy === "failover") return inRotation.slice(0, 1).map((one) => ({ ...one, share: 1 }));
  const isWeighted = strategy === "weighted";
  return inRotation.map((one) => ({ ...one, share: isWeighted ? one.plan.weight : 1 }));
}
