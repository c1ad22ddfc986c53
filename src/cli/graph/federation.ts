/** Federations in a graph: the name that clients know, and the members behind it. */
import type { PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import {
  hostnameOf,
  type MemberPlan,
  memberPlans,
} from "../../domain/prism-federation/member-plan.ts";
import { strategyOf } from "../../domain/prism-federation/routing-plan.ts";
import type { Edge, Graph, Node } from "./model.ts";

/** The graph with the federations of its namespace in front. */
export function withFederations(graph: Graph, federations: readonly PrismFederation[]): Graph {
  const parts = federations.map(partOf);
  return {
    objects: graph.objects,
    nodes: [...parts.flatMap(({ nodes }) => nodes), ...graph.nodes],
    edges: [...parts.flatMap(({ edges }) => edges), ...graph.edges],
  };
}

function partOf(federation: PrismFederation): Pick<Graph, "nodes" | "edges"> {
  const { name } = federation.metadata;
  const from = `routing/${name}`;
  const plans = memberPlans(federation);
  const routing: Node = {
    id: from,
    name: hostnameOf(federation) ?? name,
    kind: "routing",
    detail: routingDetail(federation),
  };
  const members = plans.map(
    (plan): Node => ({
      id: memberId(name, plan),
      name: plan.name,
      kind: "member",
      detail: memberDetail(plan),
    }),
  );
  const edges = plans.map(
    (plan): Edge => ({ from, to: memberId(name, plan), how: howReached(federation, plan) }),
  );
  return { nodes: [routing, ...members], edges };
}

function memberId(federation: string, { name }: MemberPlan): string {
  return `member/${federation}/${name}`;
}

function routingDetail(federation: PrismFederation): string {
  const { dns, gateway } = federation.spec.routing ?? {};
  const objects = [
    ...(dns === undefined ? [] : ["DNSEndpoint"]),
    ...(gateway === undefined ? [] : ["GRPCRoute"]),
  ];
  const published = objects.length === 0 ? ["not published"] : objects;
  return [strategyOf(federation), ...published].join(", ");
}

function memberDetail({ region, weight }: MemberPlan): string {
  return `region ${region}, weight ${weight}`;
}

/** A route names its backends; addresses are given, or read from the member while it runs. */
function howReached({ spec }: PrismFederation, { addresses, backendRef }: MemberPlan): Edge["how"] {
  const isRouted = spec.routing?.gateway !== undefined && backendRef !== undefined;
  return isRouted || addresses !== undefined ? "given" : "found";
}
