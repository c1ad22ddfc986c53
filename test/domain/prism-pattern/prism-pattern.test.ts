import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Pattern as InlinePattern } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { Family } from "../../../src/domain/family.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren as childrenOfCluster } from "../../../src/domain/prism-cluster/children.ts";
import { guestsOf } from "../../../src/domain/prism-cluster/members.ts";
import {
  desiredChildren,
  gate,
  missingSecrets,
  referencedObjects,
  unmetNeeds,
} from "../../../src/domain/prism-pattern/children.ts";
import { familyOf, problemsOf, ready, validOf, verdictOn, warningsOf } from "../kind-case.ts";
import { CASES, goldenCase, renderFacts } from "../prism-cluster/children-case.ts";
import { schemaOf } from "../prism-cluster/crd.ts";
import { cluster, type Pattern, pattern, USES_REDIS } from "./pattern-case.ts";

describe("what a PrismPattern may say", () => {
  it("is what a pattern of a PrismCluster may say, with the source's names of the targets", () => {
    const inline = schemaOf("v1alpha2").properties?.["spec"]?.properties?.["patterns"]?.items;
    const { cluster: _, ...own } = specSchema();
    const { name: __, ...shared } = Object(plain(inline).properties);
    const text = JSON.stringify(plain({ properties: own }))
      .replaceAll('"targetCPU"', '"targetCPUUtilizationPercentage"')
      .replaceAll('"targetMemory"', '"targetMemoryUtilizationPercentage"');
    deepEqual(JSON.parse(text).properties, shared);
  });

  it("is what the source's example says", () => {
    const example: KubeObject = parse(readFileSync(SAMPLE, "utf8"));
    deepEqual(problemsOf(verdictOn(example)), []);
  });
});

const SAMPLE = "deploy/samples/pattern.v1beta1.yaml";

function specSchema(): Record<string, unknown> {
  const crd = parse(readFileSync("crds/prism.io_prismpatterns.yaml", "utf8"));
  return crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties;
}

/** Without texts for people. */
function plain(schema: unknown): { readonly properties?: unknown } {
  return JSON.parse(
    JSON.stringify(schema, (key, value) =>
      (key === "description" || key === "message") && typeof value === "string" ? undefined : value,
    ),
  );
}

/** The spec of a PrismPattern that says what an inline pattern says. */
function onItsOwn({ name: _, autoscaling, ...shared }: InlinePattern): object {
  if (autoscaling === undefined) return shared;
  const names = new Map([
    ["targetCPUUtilizationPercentage", "targetCPU"],
    ["targetMemoryUtilizationPercentage", "targetMemory"],
  ]);
  const entries = Object.entries(autoscaling).map(([key, value]) => [names.get(key) ?? key, value]);
  return { ...shared, autoscaling: Object.fromEntries(entries) };
}

describe("a PrismPattern has the children that its cluster would give it", () => {
  for (const name of CASES) {
    const whole = goldenCase(name);
    for (const inline of whole.spec.patterns ?? []) {
      it(`${name}: ${inline.name}`, () => {
        const { name: patternName } = inline;
        const patterns = (whole.spec.patterns ?? []).filter((one) => one !== inline);
        const host = ready(validOf({ ...whole, spec: { ...whole.spec, patterns } }));
        const { namespace } = whole.metadata;
        const own = validOf(pattern(patternName, onItsOwn(inline), { namespace }));
        const facts = renderFacts({ family: familyOf(host, own) });
        const expected = childrenOfCluster(whole, renderFacts()).filter(
          ({ component }) => component.kind === "pattern" && component.name === patternName,
        );
        deepEqual(desiredChildren(own, facts), expected);
        const all = childrenOfCluster(host, facts).map(({ object }) => object);
        const before = childrenOfCluster(whole, renderFacts()).map(({ object }) => object);
        const others = before.filter(
          (one) =>
            !expected.some(
              ({ object }) =>
                object.metadata.name === one.metadata.name && object.kind === one.kind,
            ),
        );
        deepEqual(all, others, "the rest of the cluster does not change by it");
      });
    }
  }
});

function needs(own: Pattern, family: Family): readonly string[] {
  return unmetNeeds(validOf(own), renderFacts({ family })).map(({ reason }) => reason);
}

describe("what a PrismPattern waits for", () => {
  const own = pattern("sessions", USES_REDIS);

  it("is a cluster: the one that it names, or the only one", () => {
    deepEqual(needs(own, familyOf()), ["ClusterMissing"]);
    deepEqual(needs(own, familyOf(ready(cluster()))), []);
    const named = pattern("sessions", { ...USES_REDIS, cluster: "other" });
    deepEqual(needs(named, familyOf(ready(cluster()))), ["ClusterMissing"]);
    const second = ready({ ...cluster(), metadata: { ...cluster().metadata, name: "second" } });
    deepEqual(needs(own, familyOf(ready(cluster()), second)), ["ClusterAmbiguous"]);
    deepEqual(needs(pattern("a", { cluster: "second" }), familyOf(ready(cluster()), second)), []);
  });

  it("is that the cluster was looked at in this very generation, and is valid", () => {
    deepEqual(needs(own, familyOf(cluster())), ["ClusterNotReady"]);
    const changed = ready(cluster());
    const newer = { ...changed, metadata: { ...changed.metadata, generation: 2 } };
    deepEqual(needs(own, familyOf(newer)), ["ClusterNotReady"]);
    const invalid = ready(cluster(), { ConfigValid: "False" });
    deepEqual(needs(own, familyOf(invalid)), ["ClusterNotReady"]);
    equal(desiredChildren(validOf(own), renderFacts({ family: familyOf(invalid) })), undefined);
  });

  it("is every backend that it names", () => {
    const off = ready(cluster({ backends: { redis: { enabled: false } } }));
    deepEqual(needs(own, familyOf(off)), ["BackendMissing"]);
    const inside = pattern("a", { backends: [{ name: "memstore" }, { name: "sqlite" }] });
    deepEqual(needs(inside, familyOf(off)), []);
  });

  it("is the stages before the runners", () => {
    const family = familyOf(ready(cluster(), { AdminHealthy: "False" }));
    equal(gate(validOf(own), family), "admin");
    equal(gate(validOf(own), familyOf(ready(cluster()))), undefined);
  });

  it("is the credentials of what it uses and of nothing else", () => {
    const host = ready(cluster({ backends: { redis: { auth: {} }, postgres: {} } }));
    const family = familyOf(host);
    deepEqual(referencedObjects(validOf(own), family), [
      { kind: "Secret", name: "redis-credentials" },
    ]);
    const facts = renderFacts({ family, value: () => undefined });
    deepEqual(
      missingSecrets(validOf(own), facts).map(({ secret }) => secret),
      ["redis-credentials"],
    );
  });

  it("is nothing any more once its cluster is taken down in order", () => {
    const going = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    const host = ready(cluster());
    const closing = { ...host, metadata: { ...host.metadata, ...going } };
    const facts = (one: KubeObject) => renderFacts({ family: familyOf(one) });
    deepEqual(desiredChildren(validOf(own), facts(closing)), []);
    const orphaning = { ...closing, metadata: { ...closing.metadata, finalizers: ["orphan"] } };
    ok((desiredChildren(validOf(own), facts(orphaning)) ?? []).length > 0);
  });
});

describe("names over all kinds of a namespace", () => {
  const host = cluster({ patterns: [{ name: "keyvalue" }], backends: { redis: {} } });

  it("a pattern of the cluster keeps its name", () => {
    const problems = problemsOf(verdictOn(pattern("keyvalue"), [host]));
    equal(problems.length, 1);
    ok(
      /^metadata\.name Duplicate value: "keyvalue-runner": .*PrismCluster demo, spec\.patterns\[0\]/.test(
        problems[0] ?? "",
      ),
    );
  });

  it("so does a PrismPattern, a backend of that name too", () => {
    const problems = problemsOf(verdictOn(host, [host, pattern("keyvalue")]));
    ok(/PrismPattern keyvalue, metadata\.name/.test(problems[0] ?? ""), problems[0]);
    const backend = cluster({ backends: { "a-runner": { type: "redis" } } });
    equal(problemsOf(verdictOn(backend, [pattern("a")])).length, 1);
  });

  it("other names are free, its own included", () => {
    deepEqual(problemsOf(verdictOn(pattern("other"), [host, pattern("other")])), []);
  });

  it("where both are there nevertheless, the cluster has it", () => {
    const family = familyOf(host, pattern("keyvalue"));
    deepEqual(guestsOf(host, family), []);
  });
});

describe("rules and warnings are those of an inline pattern", () => {
  it("faults have paths of the PrismPattern", () => {
    const spec = {
      resources: { requests: { cpu: 2 }, limits: { cpu: 1 } },
      env: [{ name: "URL", value: "redis://me:s3cret@host" }],
      autoscaling: { minReplicas: 3, maxReplicas: 2 },
    };
    deepEqual(
      verdictOn(pattern("a", spec)).problems.map(({ path }) => path.join(".")),
      ["spec.autoscaling.minReplicas", "spec.resources.requests.cpu", "spec.env.0.value"],
    );
  });

  it("warns of what is not there yet, and of what the programs do not do", () => {
    const [missing] = warningsOf(verdictOn(pattern("keyvalue"), []));
    ok(missing?.startsWith("spec.cluster a PrismCluster is not there yet"), missing);
    const spec = { type: "keyvalue", backends: [{ name: "kafka" }] };
    const warnings = warningsOf(verdictOn(pattern("a", spec), [cluster()]));
    ok(warnings.some((one) => one.startsWith("spec.backends[0].name demo has no backend kafka")));
    const works = warningsOf(
      verdictOn(pattern("a", spec), [cluster({ backends: { kafka: { replicas: 3 } } })]),
    );
    ok(
      works.some((one) => /does not work with kafka/.test(one)),
      works.join(),
    );
  });

  it("hints are those of an inline pattern", () => {
    const spec = { backends: ["redis"] };
    const problems = problemsOf(verdictOn(pattern("a", spec)));
    ok(
      problems.some((one) => /write \{name: redis\}/.test(one)),
      problems.join(),
    );
  });
});
