import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren as childrenOfCluster } from "../../../src/domain/prism-cluster/children.ts";
import { desiredChildren } from "../../../src/domain/prism-namespace/children.ts";
import { remarks } from "../../../src/domain/prism-namespace/isolation.ts";
import { generatedSecrets } from "../../../src/domain/prism-namespace/logins.ts";
import { guests } from "../../../src/domain/prism-namespace/relations.ts";
import { statusOf } from "../../../src/domain/prism-namespace/status.ts";
import { conditionIn, familyOf, problemsOf, validOf, verdictOn, warningsOf } from "../kind-case.ts";
import {
  BACKENDS,
  type Cluster,
  childrenIn,
  cluster,
  facts,
  NOW,
  reasons,
  tenant,
} from "./tenant-case.ts";

describe("what a tenant may say", () => {
  it("is what the source's example says, and each warning is meant", () => {
    const example: KubeObject = parse(
      readFileSync("deploy/samples/namespace.v1alpha2.yaml", "utf8"),
    );
    deepEqual(problemsOf(verdictOn(example)), []);
    const [quota] = warningsOf(verdictOn(example));
    ok(/told the quota and do not hold it/.test(quota ?? ""));
  });

  it("has names that fit the objects that are made", () => {
    const long = tenant("a".repeat(40), { patterns: ["b".repeat(20)] });
    ok(/has at most 63 characters/.test(problemsOf(verdictOn(long))[0] ?? ""));
    const far = tenant("a".repeat(20), { clusterNamespace: "other" }, "n".repeat(40));
    ok(problemsOf(verdictOn(far)).some((one) => /users and buckets/.test(one)));
  });

  it("moves neither to another cluster nor back among the others", () => {
    const before = tenant("orders");
    for (const spec of [{ cluster: "other" }, { clusterNamespace: "x" }, { isolation: "none" }]) {
      equal(verdictOn(tenant("orders", spec), [], before).problems.length, 1, JSON.stringify(spec));
    }
    deepEqual(verdictOn(before, [], tenant("orders", { isolation: "none" })).problems, []);
  });

  it("takes no name of another object in its namespace", () => {
    const taken = cluster({ patterns: [{ name: "orders-keyvalue" }] });
    const [problem] = problemsOf(verdictOn(tenant("orders"), [taken]));
    ok(/^spec\.patterns\[0\] Duplicate value: "orders-keyvalue-runner"/.test(problem ?? ""));
    deepEqual(problemsOf(verdictOn(tenant("orders", { isolation: "none" }), [taken])), []);
  });

  it("is warned of what does not keep it apart, and of what its programs do not do", () => {
    const open = cluster({ backends: { ...BACKENDS, redis: {} } });
    const warnings = warningsOf(verdictOn(tenant("orders", { isolation: "session" }), [open]));
    ok(
      warnings.some((one) => /redis asks nobody for a login/.test(one)),
      warnings.join("\n"),
    );
    ok(warnings.some((one) => /know no sessions/.test(one)));
    const quota = { resources: { pods: 4 } };
    const shared = warningsOf(verdictOn(tenant("orders", { quota }), [cluster()]));
    ok(shared.some((one) => /no ResourceQuota is made.*PrismCluster demo/.test(one)));
  });
});

describe("whom a cluster lets in", () => {
  const elsewhere = tenant("orders", { clusterNamespace: "prism" }, "shop");
  const labelled = (labels: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels },
  });
  const selecting = (selector: object): Cluster =>
    cluster({ tenants: { from: "Selector", selector } });

  it("is its own namespace, or all, or what a selector matches", () => {
    deepEqual(reasons(elsewhere, familyOf(cluster())), ["TenantNotPermitted"]);
    deepEqual(reasons(elsewhere, familyOf(cluster({ tenants: { from: "All" } }))), []);
    const host = selecting({ matchLabels: { team: "shop" } });
    deepEqual(reasons(elsewhere, familyOf(host, labelled({ team: "shop" }))), []);
    deepEqual(reasons(elsewhere, familyOf(host, labelled({}))), ["TenantNotPermitted"]);
    deepEqual(reasons(elsewhere, familyOf(host)), ["NamespaceUnreadable"]);
  });

  const table: readonly (readonly [object, Record<string, string>, boolean])[] = [
    [{ key: "a", operator: "In", values: ["1"] }, { a: "1" }, true],
    [{ key: "a", operator: "In", values: ["1"] }, {}, false],
    [{ key: "a", operator: "NotIn", values: ["1"] }, {}, true],
    [{ key: "a", operator: "NotIn", values: ["1"] }, { a: "1" }, false],
    [{ key: "a", operator: "Exists" }, { a: "" }, true],
    [{ key: "toString", operator: "Exists" }, {}, false],
    [{ key: "a", operator: "DoesNotExist" }, { a: "1" }, false],
    [{ key: "a", operator: "DoesNotExist" }, {}, true],
  ];
  for (const [requirement, labels, isIn] of table) {
    it(`${JSON.stringify(requirement)} of ${JSON.stringify(labels)}`, () => {
      const host = selecting({ matchExpressions: [requirement] });
      const found = reasons(elsewhere, familyOf(host, labelled(labels)));
      deepEqual(found, isIn ? [] : ["TenantNotPermitted"]);
    });
  }

  it("a tenant that is shut out loses its runners and its users", () => {
    const host = cluster();
    deepEqual(desiredChildren(validOf(elsewhere), facts(host, elsewhere)), []);
    const text = JSON.stringify(childrenOfCluster(validOf(host), facts(host, elsewhere)));
    equal(text.includes("orders"), false);
  });
});

describe("a tenant that shares the cluster's runners", () => {
  const own = tenant("orders", { isolation: "none", patterns: ["keyvalue"] });
  const host = cluster();
  const shown = {
    ...host,
    status: {
      ...Object(host["status"]),
      patternStatus: [
        { name: "keyvalue-runner", ready: true, replicas: 2, availableReplicas: 2 },
        { name: "store-runner", ready: false },
      ],
    },
  };

  it("has no children, and shows the state of what it uses", () => {
    deepEqual(childrenIn(own, shown), []);
    deepEqual(generatedSecrets(validOf(own), familyOf(shown, own)), []);
    const found = guests(validOf(own), familyOf(shown, own));
    deepEqual(
      found.map(({ component, ready: isReady }) => [component, isReady]),
      [[{ kind: "pattern", name: "keyvalue" }, true]],
    );
    const status = statusOf(
      own,
      {
        kind: "reconciled",
        children: [],
        missing: [],
        unmet: [],
        guests: found,
        remarks: remarks(validOf(own), facts(shown, own)),
        heldBy: undefined,
      },
      "2026-01-01T00:00:00Z",
    );
    deepEqual([status.phase, status.readyPatterns, status.cluster], ["Running", "1/1", "demo"]);
    equal(conditionIn(status, "Isolated"), "False Shared");
  });
});

it("a tenant finds a runner that its cluster's list has no room for", () => {
  const host = cluster({ patterns: [] });
  const conditions = [
    { type: "Ready", status: "True", reason: "AllReady", message: "", lastTransitionTime: NOW },
  ];
  const runner = {
    apiVersion: "prism.io/v1beta1",
    kind: "PrismPattern",
    metadata: { name: "keyvalue", namespace: "prism", generation: 1 },
    spec: { type: "keyvalue" },
    status: { observedGeneration: 1, conditions, runner: { name: "keyvalue-runner", ready: true } },
  };
  const own = tenant("orders", { isolation: "none", patterns: ["keyvalue"] });
  const [found] = guests(validOf(own), familyOf(host, own, runner));
  deepEqual([found?.component, found?.ready], [{ kind: "pattern", name: "keyvalue" }, true]);
});

describe("a Kubernetes namespace to itself", () => {
  const quota = { resources: { pods: 4, "requests.cpu": "2" } };
  const own = tenant("orders", { clusterNamespace: "prism", isolation: "none", quota }, "shop");
  const host = cluster({ tenants: { from: "All" } });

  it("gets a ResourceQuota, and no other does", () => {
    const [child] = childrenIn(own, host);
    equal(child?.object.kind, "ResourceQuota");
    deepEqual(child?.object["spec"], { hard: { pods: "4", "requests.cpu": "2" } });
    const second = tenant("billing", { clusterNamespace: "prism" }, "shop");
    equal(
      childrenIn(own, host, second).some(({ object }) => object.kind === "ResourceQuota"),
      false,
    );
  });
});
