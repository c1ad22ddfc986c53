import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredChildren } from "../../../src/domain/prism-cluster/children.ts";
import { clusterOf, renderFacts } from "./children-case.ts";
import { type Schema, schemaOf } from "./crd.ts";

/** A step into a schema: a property, `[]` for the items of a list, `{}` for the values of a map. */
type Leaf = { readonly path: readonly string[]; readonly schema: Schema };

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

/** Every field of the spec that holds a value, from the CRD. */
function leavesOf(schema: Schema, path: readonly string[] = []): readonly Leaf[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, next]) => leavesOf(next, [...path, key]));
  }
  if (items !== undefined) return leavesOf(items, [...path, "[]"]);
  if (additionalProperties !== undefined) return leavesOf(additionalProperties, [...path, "{}"]);
  return [{ path, schema }];
}

const TEXTS = ["alpha", "beta", "1Gi", "2Gi", "10s", "20s", "KindA", "KindB", "8080", "9090"];

/** Two different values that a field may have. */
function valuesOf(schema: Schema): readonly [unknown, unknown] {
  const found = [...candidates(schema)].slice(0, 2);
  equal(found.length, 2, `no two values for ${JSON.stringify(schema)}`);
  return [found[0], found[1]];
}

function candidates(schema: Schema): readonly unknown[] {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.type === "boolean") return [true, false];
  if (schema.type === "integer") {
    const least = Number(schema["minimum"] ?? 1);
    return [least + 3, least + 4];
  }
  const pattern = new RegExp(schema.pattern ?? "", "u");
  return TEXTS.filter((text) => pattern.test(text));
}

/** A smallest value of a schema: what is required, and nothing else. */
function least(schema: Schema): unknown {
  const required = schema.required ?? [];
  const { properties } = schema;
  if (properties !== undefined) {
    return Object.fromEntries(required.map((key) => [key, least(properties[key] ?? {})]));
  }
  if (schema.items !== undefined)
    return schema["minItems"] === undefined ? [] : [least(schema.items)];
  return schema.additionalProperties === undefined ? valuesOf(schema)[0] : {};
}

/** The surroundings that give a field its meaning, and values where the schema alone does not say which are valid. */
interface Setting {
  readonly of: RegExp;
  readonly base: object;
  readonly key?: string;
  readonly values?: readonly [unknown, unknown];
  /** Two whole specs, where the field cannot change alone. */
  readonly specs?: readonly [object, object];
}

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

function settingOf(path: string): Setting {
  const found = SETTINGS.find(({ of }) => of.test(path));
  ok(found);
  return found;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** A copy of `current` with the value at a path; what the way there requires is made. */
function place(
  current: unknown,
  schema: Schema,
  path: readonly string[],
  value: unknown,
  key: string,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step === "[]") {
    const items = schema.items ?? {};
    const [first = least(items), ...others]: unknown[] = Array.isArray(current) ? current : [];
    return [place(first, items, rest, value, key), ...others];
  }
  const name = step === "{}" ? key : step;
  const next = (step === "{}" ? schema.additionalProperties : schema.properties?.[step]) ?? {};
  const object = record(current ?? least(schema));
  return { ...object, [name]: place(object[name] ?? start(next, rest), next, rest, value, key) };
}

/** Nothing to start from where the value itself comes next. */
function start(schema: Schema, rest: readonly string[]): unknown {
  return rest.length === 0 ? undefined : least(schema);
}

function rendered(spec: unknown): string {
  return JSON.stringify(desiredChildren(clusterOf(record(spec)), renderFacts()));
}

describe("every field of v1alpha2", () => {
  const spec = schemaOf("v1alpha2").properties?.["spec"] ?? {};
  const leaves = leavesOf(spec);

  it("is found in the CRD", () => ok(leaves.length > 300));

  for (const { path, schema } of leaves) {
    const name = path.join(".");
    const elsewhere = ELSEWHERE.get(name);
    const { base, key = "alpha", values = valuesOf(schema), specs } = settingOf(name);
    const [one, other] = specs ?? values.map((value) => place(base, spec, path, value, key));
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
