import { deepEqual, equal, match } from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AdoptionContext,
  fitted,
  holdOf,
  isTied,
  usesOf,
} from "../../src/controller/adoption.ts";
import { losesPods, obstaclesOf } from "../../src/controller/adoption-obstacles.ts";
import { decide } from "../../src/controller/apply-decision.ts";
import { foreignIn } from "../../src/controller/foreign-workloads.ts";
import { type Intent, intentOf } from "../../src/controller/ownership.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const owner: KubeObject = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "prism", namespace: "n", uid: "cluster-uid", generation: 3 },
};
const context: AdoptionContext = {
  owner,
  rolloutNow: false,
  heldApps: new Set(["redis"]),
  uses: new Set(),
};

function intent(kind: string, spec: object, name = "redis", more: object = {}): Intent {
  const object: KubeObject = {
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "n", labels: { app: "redis" } },
    spec,
    ...more,
  };
  const component = { kind: "backend", name: "redis" } as const;
  return intentOf({ stage: "backends", component, lifetime: "owned", object }, owner, digest);
}

function digest(text: string): string {
  return `${text.length}-${text.replaceAll(/\W/g, "").slice(-30)}`;
}

function live(kind: string, spec: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "redis", namespace: "n", uid: "u", ...metadata },
    spec,
  };
}

const POD_LABELS = { template: { metadata: { labels: { app: "redis" } } } };
const SELECTOR = { selector: { matchLabels: { app: "redis" } } };

describe("what ties an object to Prism", () => {
  const tied: readonly [string, KubeObject][] = [
    ["the source's label", live("ConfigMap", {}, { labels: { app: "redis" } })],
    [
      "Kubernetes' recommended label",
      live("ConfigMap", {}, { labels: { "app.kubernetes.io/name": "redis" } }),
    ],
    ["the selector of a workload", live("StatefulSet", SELECTOR)],
    ["the labels of its pods", live("Deployment", POD_LABELS)],
    ["what a Service selects", live("Service", { selector: { app: "redis", tier: "db" } })],
    [
      "what an autoscaler scales",
      live("HorizontalPodAutoscaler", { scaleTargetRef: { name: "redis" } }),
    ],
    [
      "where an Ingress leads",
      live("Ingress", {
        rules: [{ http: { paths: [{ backend: { service: { name: "redis" } } }] } }],
      }),
    ],
  ];
  for (const [name, object] of tied) {
    it(`is ${name}`, () => equal(isTied(object, "redis", new Set()), true));
  }

  it("is no name alone, nor another component's label", () => {
    equal(isTied(live("ConfigMap", {}), "redis", new Set()), false);
    equal(isTied(live("Service", { selector: { app: "other" } }), "redis", new Set()), false);
  });

  it("is a workload of ours-to-be that uses it", () => {
    const workload = live("StatefulSet", {
      ...SELECTOR,
      template: {
        metadata: { labels: { app: "redis" } },
        spec: {
          serviceAccountName: "prism",
          volumes: [{ name: "c", configMap: { name: "redis-config" } }],
          containers: [
            { name: "a", envFrom: [{ secretRef: { name: "s" } }] },
            {
              name: "b",
              env: [{ name: "X", valueFrom: { secretKeyRef: { name: "t", key: "k" } } }],
            },
          ],
        },
      },
    });
    deepEqual(usesOf(workload), [
      "ConfigMap/redis-config",
      "Secret/s",
      "Secret/t",
      "ServiceAccount/prism",
    ]);
    const found = foreignIn([workload], [intent("StatefulSet", {})], owner);
    equal(isTied(live("ConfigMap", {}, { name: "redis-config" }), "redis", found.uses), true);
  });
});

describe("what was found under our names", () => {
  it("stands in for ours when it is of another kind and tied to us", () => {
    const found = foreignIn([live("Deployment", POD_LABELS)], [intent("StatefulSet", {})], owner);
    deepEqual([...found.standIns.keys()], ["redis"]);
    deepEqual([...found.conflicts.keys()], []);
  });

  it("is a conflict when nothing ties it to us, or somebody else controls it", () => {
    const other = { apiVersion: "v1", kind: "Other", name: "o", uid: "x", controller: true };
    for (const metadata of [{}, { labels: { app: "redis" }, ownerReferences: [other] }]) {
      const found = foreignIn(
        [live("Deployment", {}, metadata)],
        [intent("StatefulSet", {})],
        owner,
      );
      match(found.conflicts.get("redis") ?? "", /a Deployment of this name exists/);
    }
  });
});

describe("a workload with data", () => {
  const claims = (template: string, path: string, env: readonly object[] = []): object => ({
    ...SELECTOR,
    volumeClaimTemplates: [{ metadata: { name: template } }],
    template: {
      metadata: { labels: { app: "redis" } },
      spec: {
        containers: [{ name: "redis", env, volumeMounts: [{ name: template, mountPath: path }] }],
      },
    },
  });
  const secret = { name: "P", valueFrom: { secretKeyRef: { name: "ours", key: "p" } } };

  it("would lose what the new template does not mount", () => {
    const wanted = intent("StatefulSet", claims("data", "/data")).object;
    deepEqual(obstaclesOf(wanted, live("StatefulSet", claims("data", "/data"))), []);
    match(
      obstaclesOf(wanted, live("StatefulSet", claims("redis-data", "/data"))).join(),
      /template redis-data would be left behind/,
    );
    match(
      obstaclesOf(wanted, live("StatefulSet", claims("data", "/var/lib"))).join(),
      /mounted at \/var\/lib, not at \/data/,
    );
    match(
      obstaclesOf(wanted, live("Deployment", claims("data", "/data"))).join(),
      /is a Deployment, not a StatefulSet/,
    );
  });

  it("would lose its password and the place of its data", () => {
    const wanted = intent(
      "StatefulSet",
      claims("data", "/data", [secret, { name: "PGDATA", value: "/a" }]),
    ).object;
    const own = [
      { name: "P", value: "plain" },
      { name: "PGDATA", value: "/b" },
    ];
    const found = obstaclesOf(wanted, live("StatefulSet", claims("data", "/data", own)));
    deepEqual(found, [
      "P comes from elsewhere than Secret ours (p)",
      "its data are in another folder (PGDATA)",
    ]);
    deepEqual(obstaclesOf(wanted, live("StatefulSet", claims("data", "/data", [secret]))), []);
  });

  it("would lose pods that the new selector does not find", () => {
    const wanted = intent("StatefulSet", SELECTOR).object;
    equal(losesPods(wanted, live("StatefulSet", POD_LABELS)), false);
    equal(
      losesPods(
        wanted,
        live("StatefulSet", { template: { metadata: { labels: { tier: "db" } } } }),
      ),
      true,
    );
  });

  it("stays as it was found through changes of the spec, until somebody says so", () => {
    const wanted = intent("StatefulSet", claims("data", "/data"));
    const annotations = {
      "prism.io/adopted-generation": "1",
      "prism.io/adopted-intent": "another",
    };
    const found = live("StatefulSet", claims("redis-data", "/data"), {
      labels: { app: "redis" },
      annotations,
    });
    equal(decide(wanted, found, context).kind, "adopt");
    equal(decide(wanted, found, { ...context, rolloutNow: true }).kind, "recreate");
  });
});

describe("a workload without obstacles", () => {
  const spec = { ...SELECTOR, ...POD_LABELS };
  const wanted = intent("StatefulSet", { ...spec, replicas: 2 });
  const taken = (adoptedIntent: string) =>
    live("StatefulSet", spec, {
      annotations: { "prism.io/adopted-generation": "1", "prism.io/adopted-intent": adoptedIntent },
    });

  it("stays while its own part of the spec is the same", () => {
    deepEqual(holdOf(wanted, taken(wanted.hash), context), { obstacles: [] });
    equal(holdOf(wanted, taken("before"), context), undefined);
  });
});

describe("a Service", () => {
  const wanted = intent("Service", { clusterIP: "None", selector: { app: "redis" } });
  const found = live("Service", { clusterIP: "10.0.0.7", selector: { app: "redis", tier: "db" } });

  it("keeps its address always, and its selector while the pods run as they were found", () => {
    const { spec } = fitted(wanted, found, new Set(["redis"]));
    deepEqual(spec, { clusterIP: "10.0.0.7", selector: { app: "redis", tier: "db" } });
    deepEqual(fitted(wanted, found, new Set())["spec"], {
      clusterIP: "10.0.0.7",
      selector: { app: "redis" },
    });
    deepEqual(
      fitted(wanted, live("Service", { clusterIP: "None" }), new Set())["spec"],
      wanted.object["spec"],
    );
  });

  it("leads to our pods at once when it leads to nobody's", () => {
    const more = intent("Service", { selector: { app: "redis" }, ports: [{ port: 6379 }] });
    equal(decide(more, found, context).kind, "adopt");
    equal(decide(more, found, { ...context, heldApps: new Set() }).kind, "update");
  });
});
