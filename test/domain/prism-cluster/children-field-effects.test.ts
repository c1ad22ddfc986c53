import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredChildren } from "../../../src/domain/prism-cluster/children.ts";
import { leavesOf, record, type Setting, specsWith } from "../field-effects.ts";
import { clusterOf, renderFacts } from "./children-case.ts";
import { schemaOf } from "./crd.ts";

/** Fields that change nothing about the children, each with what it changes instead. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["deletionPolicy", "what the finalizer deletes"],
  ["deletionProtection", "whether admission lets a deletion through"],
  ["tenants.from", "which PrismNamespaces and PrismPatterns may use the cluster"],
  ["tenants.selector.matchLabels.{}", "as tenants.from"],
  ["tenants.selector.matchExpressions.[].key", "as tenants.from"],
  ["tenants.selector.matchExpressions.[].operator", "as tenants.from"],
  ["tenants.selector.matchExpressions.[].values.[]", "as tenants.from"],
]);

const POSTGRES = { postgres: {} };
const RUNNER = { name: "worker", backends: [{ name: "redis" }] };
const SCALED = { maxReplicas: 40 };
const KEDA = { maxReplicas: 40, scaler: "keda", triggers: [{ type: "cron" }] };

function runner(fields: object): object {
  return { patterns: [{ ...RUNNER, ...fields }], backends: { redis: {} } };
}

/** The first that matches holds; the last ones match a whole part of the spec. */
const SETTINGS: readonly Setting[] = [
  { of: /^tenants\.from/, base: {}, values: ["Same", "All"] },
  { of: /^tenants/, base: { tenants: { from: "Selector" } } },
  { of: /^images\.runners\.\{\}/, base: runner({}), key: "worker" },
  { of: /^admin\.replicas/, base: {}, values: [1, 3] },
  { of: /^admin\.storage\.type/, base: { backends: POSTGRES } },
  {
    of: /^admin\.storage\.backend/,
    base: {
      admin: { storage: { type: "postgres" } },
      backends: { ...POSTGRES, other: { type: "postgres" } },
    },
    values: ["postgres", "other"],
  },
  { of: /^admin\.storage\.databaseSecretRef/, base: { admin: { storage: { type: "postgres" } } } },
  {
    of: /^proxy\.autoscaling\.scaler/,
    base: {},
    specs: [{ proxy: { autoscaling: SCALED } }, { proxy: { autoscaling: KEDA } }],
  },
  {
    of: /^patterns\.\[\]\.autoscaling\.scaler/,
    base: {},
    specs: [runner({ autoscaling: SCALED }), runner({ autoscaling: KEDA })],
  },
  { of: /^proxy\.drainSeconds/, base: {}, values: [30, 40] },
  {
    of: /^(?:proxy|patterns\.\[\])\.autoscaling\.triggers/,
    base: { proxy: { autoscaling: KEDA }, ...runner({ autoscaling: KEDA }) },
  },
  {
    of: /\.autoscaling\./,
    base: { proxy: { autoscaling: SCALED }, ...runner({ autoscaling: SCALED }) },
  },
  {
    of: /^patterns\.\[\]\.backends\.\[\]\.name/,
    base: { backends: { redis: {}, nats: {} }, ...{ patterns: [RUNNER] } },
    values: ["redis", "nats"],
  },
  { of: /^patterns\.\[\]\.storage\./, base: runner({ workload: "StatefulSet", storage: {} }) },
  { of: /^patterns\.\[\]\.workload/, base: runner({}) },
  { of: /^patterns\.\[\]\.env\.\[\]\.valueFrom\./, base: runner({}) },
  { of: /^patterns\.\[\]\.probes\.\w+\.(httpGet|tcpSocket|grpc|exec)/, base: runner({}) },
  {
    of: /^patterns\.\[\]\.probes\./,
    base: runner({
      probes: {
        liveness: { exec: { command: ["true"] } },
        readiness: { exec: { command: ["true"] } },
        startup: { exec: { command: ["true"] } },
      },
    }),
  },
  { of: /^patterns/, base: runner({}) },
  { of: /^backends\.\{\}\.type/, base: {}, key: "other" },
  { of: /^backends\.\{\}\.replicas/, base: {}, key: "nats", values: [3, 5] },
  { of: /^backends\.\{\}\.version/, base: {}, key: "redis", values: ["7.2", "7.4"] },
  { of: /^backends\.\{\}\.database/, base: {}, key: "postgres" },
  {
    of: /^backends\.\{\}\.coordination/,
    base: { backends: { kafka: { version: "3.7.0", image: "example.com/kafka:3.7.0" } } },
    key: "kafka",
  },
  {
    of: /^backends\.\{\}\.external\.secretRef/,
    base: { backends: { redis: { external: { url: "redis://redis.example.com:6379" } } } },
    key: "redis",
  },
  { of: /^backends\.\{\}/, base: {}, key: "redis" },
  { of: /^observability\.loki\.url/, base: {}, values: ["http://a:3100", "https://b"] },
  { of: /^ingress/, base: { ingress: { host: "a.example.com" } } },
  { of: /./, base: {} },
];

function rendered(spec: unknown): string {
  return JSON.stringify(desiredChildren(clusterOf(record(spec)), renderFacts()));
}

describe("every field of v1alpha2", () => {
  const spec = schemaOf("v1alpha2").properties?.["spec"] ?? {};
  const leaves = leavesOf(spec);

  it("is found in the CRD", () => ok(leaves.length > 300));

  for (const leaf of leaves) {
    const name = leaf.path.join(".");
    const elsewhere = ELSEWHERE.get(name);
    const [one, other] = specsWith(spec, leaf, SETTINGS);
    if (elsewhere === undefined) {
      it(`${name} changes the children`, () => notEqual(rendered(one), rendered(other)));
    } else {
      it(`${name} changes ${elsewhere}, not the children`, () =>
        equal(rendered(one), rendered(other)));
    }
  }

  it("is not excused in vain", () => {
    const names = new Set(leaves.map(({ path }) => path.join(".")));
    deepEqual(
      [...ELSEWHERE.keys()].filter((name) => !names.has(name)),
      [],
    );
  });
});
