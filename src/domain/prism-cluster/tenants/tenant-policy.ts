import type { Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { namespaceNamed, podsOf } from "../children/network-policy.ts";
import { childOf, type Part, selectorOf } from "../children/part.ts";
import { PROXY } from "../children/proxy-part.ts";
import type { UsedBackend } from "../children/runner-backends.ts";
import type { Stack } from "../children/stack.ts";

/**
 * What a tenant's runner may talk to, whether or not the cluster has policies: its cluster's proxies come in; names and
 * its own backends go out. Where a backend is elsewhere its address may be anything, so what goes out is free.
 */
export function tenantPolicy(
  stack: Stack,
  part: Part,
  { ports = [] }: Pattern,
  used: readonly UsedBackend[],
): Child {
  const home = namespaceNamed(stack.home);
  const isFree = used.some(({ connection }) => connection.backend.spec.external !== undefined);
  const listens = ports.map(({ port, protocol = "TCP" }) => ({ port, protocol }));
  const incoming: readonly JsonObject[] =
    listens.length === 0 ? [] : [{ from: [{ ...home, ...podsOf([PROXY.name]) }], ports: listens }];
  return childOf(stack, part, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    body: {
      spec: {
        podSelector: { matchLabels: selectorOf(part) },
        policyTypes: isFree ? ["Ingress"] : ["Ingress", "Egress"],
        ingress: incoming,
        ...(isFree ? {} : { egress: [NAMES, ...used.map((one) => egressTo(home, one))] }),
      },
    },
  });
}

/** Cluster DNS, wherever it runs. */
const NAMES: JsonObject = {
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

function egressTo(home: JsonObject, { connection: { backend } }: UsedBackend): JsonObject {
  return {
    to: [{ ...home, ...podsOf([backend.name]) }],
    ports: [{ port: CLIENT_PORT[backend.type], protocol: "TCP" }],
  };
}
