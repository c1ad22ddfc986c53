import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { printPath } from "../../../src/domain/field-path.ts";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import type { WrittenVerdict } from "../../../src/domain/written-verdict.ts";
import { federation, verdictOn } from "./judged.ts";

const MEMBER = {
  name: "us",
  endpoint: "https://us.example.com",
  credentialsSecretRef: { name: "us" },
};
const OTHER = {
  name: "eu",
  endpoint: "https://eu.example.com",
  credentialsSecretRef: { name: "eu" },
};
const TEMPLATE = {
  apiVersion: "prism.io/v1alpha2",
  spec: {
    proxy: { replicas: 2 },
    backends: { redis: { version: "7.4-alpine" } },
    patterns: [{ name: "keyvalue", backends: [{ name: "redis" }] }],
  },
};

function faults({ problems }: WrittenVerdict): readonly string[] {
  return problems.map(({ path, message }) => `${printPath(path)}: ${message}`);
}

function warnings(verdict: WrittenVerdict): readonly string[] {
  assert.deepEqual(faults(verdict), []);
  return verdict.warnings.map(({ path, message }) => `${printPath(path)}: ${message}`);
}

function refusals(spec: JsonRecord, old?: JsonRecord): readonly string[] {
  return faults(verdictOn(federation(spec), old && federation(old))).toSorted();
}

describe("samples", () => {
  for (const file of globSync("deploy/samples/prism-federation*.yaml").toSorted()) {
    it(`${file} is valid`, () => assert.deepEqual(faults(verdictOn(sampleIn(file))), []));
  }

  it("of the ADR say that there are no credentials, and nothing else", () => {
    const found = warnings(verdictOn(sampleIn("deploy/samples/prism-federation.v1alpha3.yaml")));
    const why = "without credentials nothing is known of this member or applied to it";
    assert.deepEqual(found, [
      `spec.clusters[0].credentialsSecretRef: ${why}`,
      `spec.clusters[1].credentialsSecretRef: ${why}`,
    ]);
  });
});

function sampleIn(file: string): JsonRecord {
  const documents = parseAllDocuments(readFileSync(file, "utf8")).map((one): unknown => one.toJS());
  const found = documents.find((one) => isRecord(one) && one["kind"] === "PrismFederation");
  assert.ok(isRecord(found), file);
  return found;
}

describe("members", () => {
  it("must be different places", () => {
    const again = { ...MEMBER, name: "again", endpoint: "https://US.example.com:443/" };
    assert.deepEqual(refusals({ clusters: [MEMBER, again] }), [
      'spec.clusters[1].endpoint: Duplicate value: "https://US.example.com:443/": is the server and namespace of member us already',
    ]);
    assert.deepEqual(refusals({ clusters: [MEMBER, { ...again, namespace: "other" }] }), []);
    assert.equal(refusals({ clusters: [MEMBER, { ...again, namespace: "prism" }] }).length, 1);
  });

  const endpoints = [
    ["http://us.example.com", "a member's API server is reached by https alone"],
    ["https://user:pass@us.example.com", "credentials belong into the Secret"],
    ["us.example.com:6443", "write https://us.example.com:6443"],
    ["https://us.example.com:99999", "is no https URL of a server"],
    ["https://us.example.com/?x=1", ""],
    ["https://us.example.com/\n", ""],
  ] as const;
  for (const [endpoint, hint] of endpoints) {
    it(`must be https and a plain address: ${JSON.stringify(endpoint)}`, () => {
      const [said, ...more] = refusals({ clusters: [{ ...MEMBER, endpoint }] });
      assert.deepEqual(more, []);
      assert.match(said ?? "", /^spec\.clusters\[0\]\.endpoint: Invalid value/);
      assert.ok(said?.endsWith(hint), said);
    });
  }

  it("keep their namespace", () => {
    const clusters = [{ ...MEMBER, namespace: "b" }];
    const old = { clusters: [{ ...MEMBER, namespace: "a" }] };
    assert.match(refusals({ clusters }, old)[0] ?? "", /clusters\[0\]\.namespace: .*immutable/);
  });

  it("need some weight between them", () => {
    const clusters = [{ ...MEMBER, weight: 0 }];
    const weighted = { clusters, routing: { strategy: "weighted" } };
    assert.match(refusals(weighted)[0] ?? "", /every weight is 0/);
    assert.deepEqual(refusals({ ...weighted, clusters: [MEMBER, ...clusters.slice(1)] }), []);
  });

  it("need a backendRef each for a gateway", () => {
    const routing = { gateway: { parentRefs: [{ name: "edge" }], hostnames: ["p.example.com"] } };
    const clusters = [MEMBER, { ...OTHER, backendRef: { name: "prism-eu" } }];
    assert.match(
      refusals({ clusters, routing })[0] ?? "",
      /backendRef is required in every cluster/,
    );
  });
});

describe("the template", () => {
  const spec = { clusters: [MEMBER, OTHER], template: TEMPLATE };

  it("is judged as the PrismCluster that it is, each fault once and at its place", () => {
    const bad = {
      ...TEMPLATE,
      spec: {
        ...TEMPLATE.spec,
        proxy: { replicas: -1 },
        patterns: [{ name: "a", backends: [{ name: "mongo" }] }],
      },
    };
    const found = refusals({ ...spec, template: bad });
    assert.equal(found.length, 2, JSON.stringify(found));
    assert.match(
      found[0] ?? "",
      /^spec\.template\.spec\.patterns\[0\]\.backends\[0\]\.name: Not found: "mongo"/,
    );
    assert.match(found[1] ?? "", /^spec\.template\.spec\.proxy\.replicas: Invalid value: -1/);
  });

  it("has no field that a PrismCluster has not", () => {
    const template = { ...TEMPLATE, spec: { ...TEMPLATE.spec, proxi: {} } };
    assert.deepEqual(refusals({ ...spec, template }), [
      'spec.template.spec.proxi: Forbidden: unknown field, did you mean "proxy"?',
    ]);
  });

  it("may be of the older version, and is judged in it", () => {
    const older = {
      apiVersion: "prism.io/v1alpha1",
      spec: {
        patterns: [{ name: "keyvalue", type: "keyvalue", backends: ["redis"] }],
        backends: { redis: { enabled: true } },
      },
    };
    assert.match(
      refusals({ ...spec, template: older })[0] ?? "",
      /^spec\.template\.spec\.patterns\[0\]\.type: Unsupported value: "keyvalue".*in v1alpha1 type is the kind of workload/,
    );
  });

  it("gets faults of a member's overrides under these", () => {
    const overrides = {
      patterns: [{ name: "outbox", backends: [{ name: "kafka" }] }],
      proxy: { replicas: "3" },
    };
    const found = refusals({ ...spec, clusters: [MEMBER, { ...OTHER, overrides }] });
    assert.deepEqual(
      found.map((line) => line.split(": ")[0]),
      [
        "spec.clusters[1].overrides.patterns[0].backends[0].name",
        "spec.clusters[1].overrides.proxy.replicas",
      ],
    );
  });

  it("tells a fault that only comes of both under the template, once", () => {
    const overrides = { backends: { redis: { enabled: false } } };
    const found = refusals({
      ...spec,
      clusters: [
        { ...MEMBER, overrides },
        { ...OTHER, overrides },
      ],
    });
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(found[0] ?? "", /^spec\.template\.spec\.patterns\[0\]\.backends\[0\]\.name/);
  });

  it("is a change of the PrismClusters: what cannot change there cannot change here", () => {
    const kafka = (replicas: number) => ({
      ...TEMPLATE,
      spec: { ...TEMPLATE.spec, backends: { ...TEMPLATE.spec.backends, kafka: { replicas } } },
    });
    const found = refusals({ ...spec, template: kafka(5) }, { ...spec, template: kafka(3) });
    assert.deepEqual(
      found.map((line) => line.split(": ")[0]),
      ["spec.template.spec.backends.kafka.replicas"],
    );
    assert.deepEqual(refusals({ ...spec, template: kafka(5) }), []);
  });

  it("is bounded, since it is judged for every member", () => {
    const template = { ...TEMPLATE, spec: { patterns: "x".repeat(140_000) } };
    const found = refusals({ ...spec, template });
    assert.deepEqual(
      found.map((line) => line.slice(0, 40)),
      ["spec.template.spec: Too long: may have at"].map((line) => line.slice(0, 40)),
    );
    const overrides = { a: "x".repeat(20_000) };
    assert.match(
      refusals({ ...spec, clusters: [{ ...MEMBER, overrides }] })[0] ?? "",
      /overrides: Too long/,
    );
  });

  it("is what overrides change", () => {
    const found = refusals({ clusters: [{ ...MEMBER, overrides: { proxy: {} } }] });
    assert.match(found[0] ?? "", /spec\.clusters: .*set spec\.template or remove them/);
  });

  it("keeps its name", () => {
    const named = (name: string) => ({ ...spec, template: { ...TEMPLATE, metadata: { name } } });
    assert.match(
      refusals(named("b"), named("a"))[0] ?? "",
      /template\.metadata\.name: .*immutable/,
    );
  });
});

describe("what is published", () => {
  it("needs a host name, which may be that of the template's ingress", () => {
    const spec = { clusters: [MEMBER], routing: { dns: {} } };
    assert.deepEqual(refusals(spec), [
      "spec.routing.dns.hostname: Required value: set it, or the host of the template's ingress",
    ]);
    const ingress = { host: "prism.example.com" };
    const template = { ...TEMPLATE, spec: { ...TEMPLATE.spec, ingress } };
    assert.deepEqual(refusals({ ...spec, template }), []);
  });

  it("waits no longer for an answer than for the next look", () => {
    const failoverPolicy = { periodSeconds: 5, timeoutSeconds: 6 };
    const found = refusals({ clusters: [MEMBER], routing: { failoverPolicy } });
    assert.match(found[0] ?? "", /failoverPolicy\.timeoutSeconds: .*must be at most periodSeconds/);
  });

  it("hints at what YAML makes of on and off", () => {
    const found = refusals({ clusters: [MEMBER], routing: { failover: true } });
    assert.match(found[0] ?? "", /routing\.failover: .*write enabled$/);
  });
});

describe("warnings", () => {
  it("speak of what has no effect", () => {
    const clusters = [{ ...MEMBER, weight: 5 }];
    const routing = { strategy: "failover", failover: "disabled", failoverPolicy: {} };
    assert.deepEqual(warnings(verdictOn(federation({ clusters, routing }))), [
      "spec.clusters[0].weight: has no effect with strategy failover",
      "spec.routing.failoverPolicy: thresholds have no effect while failover is disabled",
    ]);
  });

  it("speak of what is deleted on members", () => {
    const old = federation({ clusters: [MEMBER, OTHER], template: TEMPLATE });
    const less = { clusters: [MEMBER], template: TEMPLATE };
    const [said] = warnings(verdictOn(federation(less), old)).filter((one) => /deleted/.test(one));
    assert.match(said ?? "", /PrismClusters of eu are deleted there; set removalPolicy: Retain/);
    const without = warnings(verdictOn(federation({ clusters: [MEMBER] }), old));
    assert.ok(without.some((one) => /deleted on every member/.test(one)));
    const kept = { ...less, removalPolicy: "Retain" };
    assert.ok(!warnings(verdictOn(federation(kept), old)).some((one) => /deleted/.test(one)));
  });

  it("are those of the template too", () => {
    const backends = { redis: { version: "latest" } };
    const template = { ...TEMPLATE, spec: { ...TEMPLATE.spec, backends } };
    const found = warnings(verdictOn(federation({ clusters: [MEMBER], template })));
    assert.ok(
      found.some((one) => one.startsWith("spec.template.spec.backends.redis.version: latest")),
    );
  });
});

describe("objects that nobody checked", () => {
  const shapes: readonly unknown[] = [
    undefined,
    null,
    1,
    "x",
    [],
    [[]],
    {},
    { clusters: 1 },
    { clusters: [1, null, {}] },
    { clusters: [{ name: {}, endpoint: [] }], template: { spec: 1 } },
    { clusters: [{ ...MEMBER, overrides: [] }], template: { spec: [] } },
    {
      clusters: [{ ...MEMBER, overrides: { patterns: 1 } }],
      template: { apiVersion: 1, spec: {} },
    },
    { clusters: { length: 3 }, routing: [], template: TEMPLATE },
  ];
  for (const spec of shapes) {
    it(`are refused and harm nobody: ${JSON.stringify(spec)}`, () => {
      assert.ok(verdictOn(federation(spec)).problems.length > 0);
    });
  }
});
