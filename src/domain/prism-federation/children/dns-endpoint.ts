/** Records for ExternalDNS (externaldns.k8s.io/v1alpha1 DNSEndpoint; its docs, "CRD source"). */
import type { PrismFederation, RoutingStrategy } from "../../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../kube-object.ts";
import { type AddressKind, addressesOf } from "../address.ts";
import { hostnameOf } from "../member-plan.ts";
import { type Serving, strategyOf } from "../routing-plan.ts";

/** One set of records; the names are ExternalDNS' own. */
interface Endpoint {
  readonly dnsName: string;
  readonly recordType: AddressKind;
  readonly recordTTL: number;
  readonly targets: readonly string[];
  readonly setIdentifier?: string;
  readonly providerSpecific?: readonly { readonly name: string; readonly value: string }[];
}

const TTL_SECONDS = 60;

/** Undefined where it is not asked for, or where nobody that serves has an address. */
export function dnsEndpoint(
  federation: PrismFederation,
  serving: readonly Serving[],
): KubeObject | undefined {
  const { dns } = federation.spec.routing ?? {};
  const dnsName = hostnameOf(federation);
  if (dns === undefined || dnsName === undefined) return undefined;
  const strategy = strategyOf(federation);
  const recordTTL = dns.ttlSeconds ?? TTL_SECONDS;
  // With failover we choose the member ourselves, so that one plain record is right for every provider.
  const isPlain = dns.provider === "plain" || strategy === "failover";
  const endpoints = isPlain ? plainRecords(serving) : awsRecords(strategy, serving);
  if (endpoints.length === 0) return undefined;
  const { name, namespace = "default" } = federation.metadata;
  const { labels, annotations } = dns;
  return {
    apiVersion: "externaldns.k8s.io/v1alpha1",
    kind: "DNSEndpoint",
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: { endpoints: endpoints.map((one): Endpoint => ({ dnsName, recordTTL, ...one })) },
  };
}

type Records = Omit<Endpoint, "dnsName" | "recordTTL">;

/** One set of each kind for all; a name cannot have host names beside addresses, and not more than one. */
function plainRecords(serving: readonly Serving[]): readonly Records[] {
  return recordsOf(serving.filter(({ share }) => share > 0).flatMap(({ addresses }) => addresses));
}

/** Route 53's own policies, one set a member (ExternalDNS, docs/tutorials/aws.md, "Routing policies"). */
function awsRecords(strategy: RoutingStrategy, serving: readonly Serving[]): readonly Records[] {
  return serving.flatMap(({ plan, addresses, share }) => {
    const property =
      strategy === "weighted"
        ? { name: "aws/weight", value: String(share) }
        : { name: "aws/region", value: plan.region };
    return recordsOf(addresses).map((records) => ({
      ...records,
      setIdentifier: plan.name,
      providerSpecific: [property],
    }));
  });
}

function recordsOf(addresses: readonly string[]): readonly Records[] {
  const ips = (["A", "AAAA"] as const).flatMap((recordType) => {
    const targets = addressesOf(recordType, addresses);
    return targets.length === 0 ? [] : [{ recordType, targets }];
  });
  if (ips.length > 0) return ips;
  const host = addresses.find((one) => addressesOf("CNAME", [one]).length > 0);
  return host === undefined ? [] : [{ recordType: "CNAME", targets: [host] }];
}
