import { deepEqual, notDeepEqual, notEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredChildren } from "../../../src/domain/prism-federation/children.ts";
import { memberCluster, memberPlans } from "../../../src/domain/prism-federation/member-plan.ts";
import { lookPolicyOf, rotationPolicyOf } from "../../../src/domain/prism-federation/policy.ts";
import { leavesOf, type Setting, specsWith } from "../field-effects.ts";
import { schemaOf } from "../prism-cluster/crd.ts";
import { validFederation } from "./judged.ts";

const MEMBER = {
  name: "us",
  endpoint: "https://us.example.com",
  credentialsSecretRef: { name: "us" },
  backendRef: { name: "us" },
};
const TEMPLATE = {
  apiVersion: "prism.io/v1alpha2",
  spec: { ingress: { host: "prism.example.com" } },
};
const DNS = { hostname: "prism.example.com" };
const GATEWAY = { parentRefs: [{ name: "public" }] };
const SPEC = {
  clusters: [MEMBER, { ...MEMBER, name: "eu", endpoint: "https://eu.example.com" }],
  template: TEMPLATE,
  routing: { dns: DNS, gateway: GATEWAY },
};
const WEIGHTED = { ...SPEC, routing: { ...SPEC.routing, strategy: "weighted" } };

const SETTINGS: readonly Setting[] = [
  { of: /^clusters\.\[\]\.weight/, base: WEIGHTED },
  { of: /^clusters\.\[\]\.addresses/, base: SPEC, values: ["203.0.113.1", "203.0.113.2"] },
  {
    of: /^clusters\.\[\]\.overrides/,
    base: SPEC,
    values: [{ proxy: { replicas: 2 } }, { proxy: { replicas: 3 } }],
  },
  // Both versions read a spec as short as this one alike.
  { of: /^template\.apiVersion/, base: { ...SPEC, template: { ...TEMPLATE, spec: {} } } },
  {
    of: /^template\.spec/,
    base: SPEC,
    values: [{ proxy: { replicas: 2 } }, { proxy: { replicas: 3 } }],
  },
  {
    of: /^routing\.failoverPolicy\.(periodSeconds|timeoutSeconds)/,
    base: { ...SPEC, routing: { failoverPolicy: { periodSeconds: 9 } } },
  },
  { of: /./, base: SPEC },
];

/** Fields that decide nothing of this, each with what they do. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["template.kind", "nothing: it has one value"],
  ["deletionPolicy", "what becomes of the members' PrismClusters in the end"],
  ["removalPolicy", "what becomes of the PrismCluster of a member that left"],
]);

/** Everything that follows from a federation's spec: objects here, objects on members, and how members are looked at. */
function effectOf(spec: unknown): unknown {
  const federation = validFederation(spec);
  const { routing } = federation.spec;
  const plans = memberPlans(federation);
  const traffic = plans.map((plan, index) => ({
    plan,
    isIn: true,
    addresses: plan.addresses ?? [`198.51.100.${index + 1}`],
  }));
  return [
    desiredChildren(federation, traffic),
    plans.map(({ name }) => memberCluster(federation, name)),
    plans.map(({ endpoint, credentials, namespace }) => [endpoint, credentials, namespace]),
    lookPolicyOf(routing),
    rotationPolicyOf(routing),
  ];
}

describe("every field of PrismFederation v1alpha3", () => {
  const spec = schemaOf("v1alpha3", "prismfederations").properties?.["spec"] ?? {};
  const leaves = leavesOf(spec);

  it("is found in the CRD", () => ok(leaves.length > 30));

  for (const leaf of leaves) {
    const name = leaf.path.join(".");
    const elsewhere = ELSEWHERE.get(name);
    if (elsewhere !== undefined) continue;
    it(`${name} has an effect`, () => {
      const [one, other] = specsWith(spec, leaf, SETTINGS);
      notDeepEqual(effectOf(one), effectOf(other));
    });
  }

  it("is not excused in vain", () => {
    const names = leaves.map(({ path }) => path.join("."));
    for (const name of ELSEWHERE.keys()) ok(names.includes(name), name);
    notEqual(ELSEWHERE.size, leaves.length);
    deepEqual(effectOf(SPEC), effectOf(SPEC));
  });
});
