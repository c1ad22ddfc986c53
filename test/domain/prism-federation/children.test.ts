import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressKindOf } from "../../../src/domain/prism-federation/address.ts";
import { desiredChildren } from "../../../src/domain/prism-federation/children.ts";
import { memberCluster, memberPlans } from "../../../src/domain/prism-federation/member-plan.ts";
import type { MemberTraffic } from "../../../src/domain/prism-federation/routing-plan.ts";
import { validFederation } from "./judged.ts";

const CLUSTERS = [
  { name: "us-west-2", endpoint: "https://us.example.com", weight: 30, backendRef: { name: "us" } },
  {
    name: "eu",
    endpoint: "https://eu.example.com",
    region: "eu-central-1",
    backendRef: { group: "multicluster.x-k8s.io", kind: "ServiceImport", name: "eu", port: 80 },
  },
  { name: "ap", endpoint: "https://ap.example.com", weight: 0, backendRef: { name: "ap" } },
];
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "us-west-2": ["203.0.113.9", "203.0.113.1", "2001:db8::1"],
  eu: ["lb-eu.example.com"],
  ap: ["203.0.113.77"],
};
const ALL = ["us-west-2", "eu", "ap"];

function childrenOf(routing: object, inRotation = ALL, addresses = ADDRESSES) {
  const federation = validFederation({ clusters: CLUSTERS, routing });
  const members = memberPlans(federation).map(
    (plan): MemberTraffic => ({
      plan,
      isIn: inRotation.includes(plan.name),
      addresses: addresses[plan.name] ?? [],
    }),
  );
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field of any kind
  return desiredChildren(federation, members) as readonly any[];
}

const dns = { hostname: "prism.example.com" };
const COMMON = { dnsName: "prism.example.com", recordTTL: 60 };

describe("the DNSEndpoint", () => {
  it("has a set of records a member by latency, with its region", () => {
    const [endpoint] = childrenOf({ dns });
    assert.deepEqual(
      [endpoint.apiVersion, endpoint.kind, endpoint.metadata],
      ["externaldns.k8s.io/v1alpha1", "DNSEndpoint", { name: "global", namespace: "prism" }],
    );
    const us = {
      setIdentifier: "us-west-2",
      providerSpecific: [{ name: "aws/region", value: "us-west-2" }],
    };
    assert.deepEqual(endpoint.spec.endpoints, [
      { ...COMMON, recordType: "A", targets: ["203.0.113.1", "203.0.113.9"], ...us },
      { ...COMMON, recordType: "AAAA", targets: ["2001:db8::1"], ...us },
      {
        ...COMMON,
        recordType: "CNAME",
        targets: ["lb-eu.example.com"],
        setIdentifier: "eu",
        providerSpecific: [{ name: "aws/region", value: "eu-central-1" }],
      },
      {
        ...COMMON,
        recordType: "A",
        targets: ["203.0.113.77"],
        setIdentifier: "ap",
        providerSpecific: [{ name: "aws/region", value: "ap" }],
      },
    ]);
  });

  it("has weights where the strategy is weighted", () => {
    const [endpoint] = childrenOf({ dns, strategy: "weighted" });
    const weights = endpoint.spec.endpoints.map(
      // biome-ignore lint/suspicious/noExplicitAny: tests read any field of any kind
      (one: any) =>
        `${one.setIdentifier} ${one.providerSpecific[0].name} ${one.providerSpecific[0].value}`,
    );
    assert.deepEqual(
      [...new Set(weights)],
      ["us-west-2 aws/weight 30", "eu aws/weight 100", "ap aws/weight 0"],
    );
  });

  it("has the first member that serves where the strategy is failover, in words of every provider", () => {
    const [first] = childrenOf({ dns, strategy: "failover" });
    assert.deepEqual(first.spec.endpoints[0].targets, ["203.0.113.1", "203.0.113.9"]);
    const [next] = childrenOf({ dns, strategy: "failover" }, ["ap", "eu"]);
    assert.deepEqual(next.spec.endpoints, [
      { ...COMMON, recordType: "CNAME", targets: ["lb-eu.example.com"] },
    ]);
  });

  it("has no member that is out, and none without an address", () => {
    const [endpoint] = childrenOf({ dns }, ["ap", "eu"], { ap: ["203.0.113.77"] });
    assert.deepEqual(
      endpoint.spec.endpoints.map((one: { targets: unknown }) => one.targets),
      [["203.0.113.77"]],
    );
    assert.deepEqual(childrenOf({ dns }, []), []);
    assert.deepEqual(childrenOf({ dns }, ALL, {}), []);
  });

  it("is one set for all where the provider knows no other", () => {
    const plain = { ...dns, provider: "plain", ttlSeconds: 5, labels: { a: "b" } };
    const [endpoint] = childrenOf({ dns: plain, strategy: "weighted" });
    assert.deepEqual(endpoint.metadata.labels, { a: "b" });
    const set = { dnsName: "prism.example.com", recordTTL: 5 };
    assert.deepEqual(endpoint.spec.endpoints, [
      { ...set, recordType: "A", targets: ["203.0.113.1", "203.0.113.9"] },
      { ...set, recordType: "AAAA", targets: ["2001:db8::1"] },
    ]);
  });

  it("is not there unless it is asked for", () => assert.deepEqual(childrenOf({}), []));
});

describe("the GRPCRoute", () => {
  const gateway = { parentRefs: [{ name: "edge", namespace: "infra", sectionName: "grpc" }] };

  function route(strategy: string, inRotation = ALL) {
    const [found] = childrenOf(
      { strategy, gateway: { ...gateway, hostnames: ["p.example.com"] } },
      inRotation,
    );
    return found;
  }

  it("names gateways, hosts and every member's backend", () => {
    const found = route("latency-based");
    assert.equal(found.apiVersion, "gateway.networking.k8s.io/v1");
    assert.equal(found.kind, "GRPCRoute");
    assert.deepEqual(found.spec, {
      parentRefs: gateway.parentRefs,
      hostnames: ["p.example.com"],
      rules: [
        {
          backendRefs: [
            { group: "", kind: "Service", name: "us", port: 8980, weight: 1 },
            {
              group: "multicluster.x-k8s.io",
              kind: "ServiceImport",
              name: "eu",
              port: 80,
              weight: 1,
            },
            { group: "", kind: "Service", name: "ap", port: 8980, weight: 1 },
          ],
        },
      ],
    });
  });

  it("gives each its weight, and none to who is out", () => {
    const weights = (strategy: string, inRotation?: readonly string[]) =>
      route(strategy, inRotation && [...inRotation]).spec.rules[0].backendRefs.map(
        (one: { weight: number }) => one.weight,
      );
    assert.deepEqual(weights("weighted"), [30, 100, 0]);
    assert.deepEqual(weights("weighted", ["us-west-2"]), [30, 0, 0]);
    assert.deepEqual(weights("failover"), [1, 0, 0]);
    assert.deepEqual(weights("failover", ["eu", "ap"]), [0, 1, 0]);
  });

  it("stays as it was while nobody serves", () => {
    assert.equal(route("weighted", []), undefined);
    assert.equal(route("weighted", ["ap"]), undefined);
  });
});

describe("the PrismCluster of a member", () => {
  it("is the template with the member's overrides, in its namespace, under one name", () => {
    const federation = validFederation({
      clusters: [
        { name: "us", endpoint: "https://us.example.com" },
        {
          name: "eu",
          endpoint: "https://eu.example.com",
          namespace: "data",
          overrides: { proxy: { replicas: 3 } },
        },
      ],
      template: {
        apiVersion: "prism.io/v1alpha2",
        metadata: { labels: { team: "x" } },
        spec: { proxy: { replicas: 1 } },
      },
    });
    assert.deepEqual(memberCluster(federation, "us"), {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "global", namespace: "prism", labels: { team: "x" } },
      spec: { proxy: { replicas: 1 } },
    });
    const eu = memberCluster(federation, "eu");
    assert.deepEqual([eu?.metadata.namespace, eu?.["spec"]], ["data", { proxy: { replicas: 3 } }]);
    assert.equal(memberCluster(federation, "nobody"), undefined);
  });
});

describe("addresses", () => {
  const kinds = [
    ["203.0.113.1", "A"],
    ["256.0.0.1", undefined],
    ["2001:db8::1", "AAAA"],
    ["::gg", undefined],
    ["lb.example.com", "CNAME"],
    ["localhost", undefined],
    ["1.2.3", undefined],
    ["", undefined],
    ["a b.example.com", undefined],
    ["x".repeat(300), undefined],
    ["[::1]", undefined],
  ] as const;
  for (const [text, kind] of kinds) {
    it(`are told apart: ${text.slice(0, 20)}`, () => assert.equal(addressKindOf(text), kind));
  }
});
