import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Child } from "../../../src/domain/child.ts";
import { valueAt } from "../../../src/domain/json-object.ts";
import { listAt, textAt } from "../../../src/domain/json-read.ts";
import { generatedSecrets } from "../../../src/domain/prism-cluster/children/generated-secrets.ts";
import { referencedObjects } from "../../../src/domain/prism-cluster/children/referenced-objects.ts";
import {
  desiredChildren,
  missingSecrets,
  unmetNeeds,
} from "../../../src/domain/prism-cluster/children.ts";
import {
  childrenOf,
  clusterOf,
  goldenCase,
  renderFacts,
  secretText,
  theChild,
} from "./children-case.ts";

const CONTAINER = ["spec", "template", "spec", "containers", 0] as const;

/** Workloads whose pods a change would restart. */
function restarted(before: readonly Child[], after: readonly Child[]): readonly string[] {
  const templates = (children: readonly Child[]) =>
    new Map(
      children.map(({ object }) => [
        `${object.kind} ${object.metadata.name}`,
        JSON.stringify(valueAt(object, ["spec", "template"])),
      ]),
    );
  const old = templates(before);
  return [...templates(after)].flatMap(([name, template]) => {
    const had = old.get(name);
    return had !== undefined && had !== template ? [name] : [];
  });
}

/** `NAME=value` or `NAME<-Secret/key` of each variable of a workload's first container. */
function environment(children: readonly Child[], kind: string, name: string): readonly string[] {
  return listAt(theChild(children, kind, name), ...CONTAINER, "env").map((variable) => {
    const from = ["valueFrom", "secretKeyRef"] as const;
    const value = textAt(variable, "value");
    const source = `<-${textAt(variable, ...from, "name")}/${textAt(variable, ...from, "key")}`;
    return `${textAt(variable, "name")}${value === undefined ? source : `=${value}`}`;
  });
}

describe("the source's example", () => {
  const children = desiredChildren(goldenCase("local-example"), renderFacts());

  for (const [kind, names] of [
    ["StatefulSet", ["keyvalue-runner", "mailbox-runner", "minio", "nats", "prism-admin", "redis"]],
    ["Deployment", ["consumer-runner", "prism-proxy", "producer-runner"]],
    ["HorizontalPodAutoscaler", ["prism-proxy"]],
    ["Ingress", ["prism-proxy"]],
  ] as const) {
    it(`has exactly its ${kind}s`, () => {
      const found = children.filter(({ object }) => object.kind === kind);
      deepEqual(found.map(({ object }) => object.metadata.name).toSorted(), names);
    });
  }

  it("selects pods by the source's label and nothing else", () => {
    for (const { object } of children) {
      const selector = valueAt(object, ["spec", "selector", "matchLabels"]);
      if (object.kind === "StatefulSet" || object.kind === "Deployment") {
        deepEqual(selector, { app: object.metadata.name });
      }
    }
  });

  it("gives runners the source's addresses, and credentials by reference", () => {
    deepEqual(environment(children, "StatefulSet", "keyvalue-runner").slice(0, 1), [
      "REDIS_URL=redis://redis.prism.svc.cluster.local:6379",
    ]);
    deepEqual(environment(children, "StatefulSet", "mailbox-runner").slice(0, 5), [
      "S3_ENDPOINT=http://minio.prism.svc.cluster.local:9000",
      "MINIO_URL=http://minio.prism.svc.cluster.local:9000",
      "S3_ACCESS_KEY<-minio-connection/S3_ACCESS_KEY",
      "S3_SECRET_KEY<-minio-connection/S3_SECRET_KEY",
      "SQLITE_PATH=/data/mailbox.db",
    ]);
  });

  it("passes the annotations of the source's ingress on", () => {
    const { annotations } = theChild(children, "Ingress", "prism-proxy").metadata;
    deepEqual(annotations, { "nginx.ingress.kubernetes.io/backend-protocol": "GRPC" });
  });
});

describe("a change restarts exactly the pods that use it", () => {
  const patterns = [
    { name: "keyvalue", backends: [{ name: "redis" }] },
    { name: "consumer", backends: [{ name: "nats" }] },
  ];
  const spec = { patterns, backends: { redis: { auth: {} }, nats: {}, kafka: { enabled: false } } };
  const before = childrenOf(spec);

  it("Kafka enabled with a pattern that uses it: that runner", () => {
    const after = childrenOf({
      patterns: [
        patterns[0],
        { name: "consumer", backends: [{ name: "nats" }, { name: "kafka" }] },
      ],
      backends: { ...spec.backends, kafka: { replicas: 3 } },
    });
    deepEqual(restarted(before, after), ["Deployment consumer-runner"]);
  });

  it("another password: the server and its users", () => {
    const { value } = renderFacts();
    const facts = renderFacts({
      value: (ref) => (ref.name === "redis-credentials" ? "new" : value(ref)),
    });
    deepEqual(restarted(before, childrenOf(spec, facts)), [
      "StatefulSet redis",
      "Deployment keyvalue-runner",
    ]);
  });

  it("a setting of a server: the server", () => {
    const backends = { ...spec.backends, nats: { config: { max_payload: "1MB" } } };
    deepEqual(restarted(before, childrenOf({ patterns, backends })), ["StatefulSet nats"]);
  });

  it("a setting of a pattern: its runner", () => {
    const changed = [patterns[0], { ...patterns[1], config: { topic: "other" } }];
    deepEqual(restarted(before, childrenOf({ ...spec, patterns: changed })), [
      "Deployment consumer-runner",
    ]);
  });

  it("a Secret that the user's own variable names: its runner", () => {
    const env = [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "mine", key: "token" } } }];
    const own = { ...spec, patterns: [{ ...patterns[0], env }, patterns[1]] };
    const facts = renderFacts({ value: ({ name }) => (name === "mine" ? "new" : "old") });
    const same = renderFacts({ value: () => "old" });
    deepEqual(restarted(childrenOf(own, same), childrenOf(own, facts)), [
      "Deployment keyvalue-runner",
    ]);
  });

  it("a scale, a size or a label of a Service: none", () => {
    const scaled = [{ ...patterns[0], replicas: 5 }, patterns[1]];
    deepEqual(restarted(before, childrenOf({ ...spec, patterns: scaled })), []);
  });
});

describe("every pod", () => {
  const names = [
    "local-example",
    "production",
    "kafka-zookeeper",
    "minio-distributed",
    "postgres",
    "external",
  ];
  const all = names.flatMap((name) => desiredChildren(goldenCase(name), renderFacts()));
  const pods = all
    .filter(({ object }) => valueAt(object, ["spec", "template"]) !== undefined)
    .map(({ object }) => ({
      name: object.metadata.name,
      spec: valueAt(object, ["spec", "template", "spec"]),
    }));

  it("is looked at", () => ok(pods.length > 25));

  it("passes the restricted Pod Security Standard with a read-only root", () => {
    for (const { name, spec } of pods) {
      equal(valueAt(spec, ["securityContext", "runAsNonRoot"]), true, name);
      equal(textAt(spec, "securityContext", "seccompProfile", "type"), "RuntimeDefault", name);
      for (const container of [...listAt(spec, "containers"), ...listAt(spec, "initContainers")]) {
        deepEqual(valueAt(container, ["securityContext"]), {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        });
      }
    }
  });

  it("gets a token only where it talks to the API", () => {
    const withToken = pods.filter(
      ({ spec }) => valueAt(spec, ["automountServiceAccountToken"]) !== false,
    );
    deepEqual(
      withToken.map(({ name }) => name),
      ["prism-logs"],
    );
  });

  it("mounts what it declares", () => {
    for (const { name, spec } of pods) {
      const claims = all.flatMap(({ object }) =>
        object.metadata.name === name ? listAt(object, "spec", "volumeClaimTemplates") : [],
      );
      const volumes = [
        ...listAt(spec, "volumes").map((volume) => textAt(volume, "name")),
        ...claims.map((claim) => textAt(claim, "metadata", "name")),
      ];
      for (const mount of listAt(spec, "containers", 0, "volumeMounts")) {
        ok(volumes.includes(textAt(mount, "name")), `${name}: ${textAt(mount, "name")}`);
      }
    }
  });

  it("names no Secret or ConfigMap that nobody makes", () => {
    for (const name of names) {
      const cluster = goldenCase(name);
      const children = desiredChildren(cluster, renderFacts());
      const made = new Set([
        ...children.map(({ object }) => `${object.kind}/${object.metadata.name}`),
        ...generatedSecrets(cluster).map((secret) => `Secret/${secret.name}`),
        ...referencedObjects(cluster).map((object) => `${object.kind}/${object.name}`),
      ]);
      const text = JSON.stringify(children);
      for (const [, secret] of text.matchAll(/"secret(?:Name":|KeyRef":\{"name":)"([^"]+)"/g)) {
        ok(made.has(`Secret/${secret}`) || secret === "prism-tls", `${name}: ${secret}`);
      }
      for (const [, map] of text.matchAll(/"configMap":\{"name":"([^"]+)"/g)) {
        // The list of tenants is mounted before there is one, as optional.
        ok(made.has(`ConfigMap/${map}`) || map === "prism-tenants", `${name}: ${map}`);
      }
    }
  });
});

describe("credentials", () => {
  it("stand in Secrets alone, never in arguments, ConfigMaps or values", () => {
    for (const name of [
      "production",
      "redis-auth",
      "nats-cluster",
      "postgres",
      "minio-distributed",
      "external",
    ]) {
      const open = desiredChildren(goldenCase(name), renderFacts()).filter(
        ({ object }) => object.kind !== "Secret",
      );
      equal(
        /value-of-[a-z-]*(password|secretKey|accessKey)/i.test(JSON.stringify(open)),
        false,
        name,
      );
    }
  });

  it("are percent-encoded in URLs", () => {
    const external = { url: "redis://cache.example.com:6379", secretRef: { name: "login" } };
    const facts = renderFacts({
      value: ({ key }) => ({ username: "us:er", password: "p@ss/w%rd#?" })[key],
    });
    const children = childrenOf(
      {
        backends: { redis: { external } },
        patterns: [{ name: "keyvalue", backends: [{ name: "redis" }] }],
      },
      facts,
    );
    deepEqual(secretText(theChild(children, "Secret", "redis-connection")), {
      REDIS_URL: "redis://us%3Aer:p%40ss%2Fw%25rd%23%3F@cache.example.com:6379",
    });
    const file = secretText(theChild(children, "Secret", "keyvalue-runner-config"))["config.yaml"];
    ok(file?.includes("password: p@ss/w%rd#?"));
  });

  it("that are missing hold back their users, and say where they are named", () => {
    const external = { url: "redis://cache.example.com:6379", secretRef: { name: "login" } };
    const cluster = clusterOf({
      backends: { redis: { external }, nats: {} },
      patterns: [
        { name: "keyvalue", backends: [{ name: "redis" }] },
        { name: "consumer", backends: [{ name: "nats" }] },
      ],
    });
    deepEqual(missingSecrets(cluster, renderFacts({ value: () => undefined })), [
      {
        secret: "login",
        keys: "url or password",
        path: ["spec", "backends", "redis", "external", "secretRef"],
        components: [
          { kind: "backend", name: "redis" },
          { kind: "pattern", name: "keyvalue" },
        ],
      },
    ]);
  });

  it("that were generated and are gone are told apart from a user's", () => {
    const cluster = clusterOf({ backends: { kafka: {}, postgres: {} } });
    const missing = missingSecrets(cluster, renderFacts({ value: () => undefined }));
    deepEqual(
      missing.map(({ secret, path }) => [secret, path]),
      [
        ["kafka-credentials", undefined],
        ["postgres-credentials", undefined],
      ],
    );
  });
});

describe("the runner's environment", () => {
  const backends = { redis: {}, sessions: { type: "redis" }, "cache-2": { type: "redis" } };
  const envOf = (...names: string[]) => {
    const patterns = [{ name: "worker", backends: names.map((name) => ({ name })) }];
    return environment(childrenOf({ backends, patterns }), "Deployment", "worker-runner");
  };
  const url = (name: string) => `redis://${name}.prism.svc.cluster.local:6379`;

  it("has plain and prefixed variables for a backend of another name", () => {
    deepEqual(envOf("sessions"), [
      `REDIS_URL=${url("sessions")}`,
      `SESSIONS_REDIS_URL=${url("sessions")}`,
    ]);
  });

  it("gives the plain variables to the backend named after its type", () => {
    deepEqual(envOf("cache-2", "redis"), [
      `CACHE_2_REDIS_URL=${url("cache-2")}`,
      `REDIS_URL=${url("redis")}`,
    ]);
  });

  it("gives them to the first of several otherwise, once", () => {
    deepEqual(envOf("cache-2", "sessions"), [
      `REDIS_URL=${url("cache-2")}`,
      `CACHE_2_REDIS_URL=${url("cache-2")}`,
      `SESSIONS_REDIS_URL=${url("sessions")}`,
    ]);
  });

  it("lets the user's variables win and never says a name twice", () => {
    const env = [{ name: "REDIS_URL", value: "mine" }];
    const patterns = [{ name: "worker", backends: [{ name: "redis" }], env }];
    deepEqual(environment(childrenOf({ backends, patterns }), "Deployment", "worker-runner"), [
      "REDIS_URL=mine",
    ]);
  });
});

describe("replicas and autoscalers", () => {
  const spec = { proxy: { replicas: 3, autoscaling: { minReplicas: 2, maxReplicas: 9 } } };
  const replicasWith = (facts: Parameters<typeof renderFacts>[0], of: object = spec) =>
    valueAt(theChild(childrenOf(of, renderFacts(facts)), "Deployment", "prism-proxy"), [
      "spec",
      "replicas",
    ]);

  it("start with what the object asks for", () => equal(replicasWith({}), 3));
  it("are the autoscaler's afterwards", () =>
    equal(replicasWith({ liveReplicas: () => 7 }), undefined));
  it("come back to the object without an autoscaler", () => {
    equal(replicasWith({ liveReplicas: () => 7 }, { proxy: { replicas: 4 } }), 4);
  });

  it("stay ours while KEDA is asked for and not installed, and that is said", () => {
    const keda = {
      proxy: { autoscaling: { scaler: "keda", maxReplicas: 9, triggers: [{ type: "cron" }] } },
    };
    const facts = renderFacts({
      serves: { serviceMonitor: false, scaledObject: false, certificate: false },
      liveReplicas: () => 7,
    });
    const children = childrenOf(keda, facts);
    equal(
      children.some(({ object }) => object.kind === "ScaledObject"),
      false,
    );
    equal(valueAt(theChild(children, "Deployment", "prism-proxy"), ["spec", "replicas"]), 2);
    deepEqual(
      unmetNeeds(clusterOf(keda), facts).map(({ component, reason }) => [component, reason]),
      [[{ kind: "proxy" }, "KedaMissing"]],
    );
  });
});

describe("volumes", () => {
  const sizeWith = (claimSize: string | undefined) =>
    valueAt(
      theChild(
        childrenOf(
          { backends: { redis: { storage: { size: "2Gi" } } } },
          renderFacts({ claimSize: () => claimSize }),
        ),
        "StatefulSet",
        "redis",
      ),
      ["spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"],
    );

  it("never shrink", () => equal(sizeWith("5Gi"), "5Gi"));
  it("grow", () => equal(sizeWith("1Gi"), "2Gi"));
  it("are as asked at first", () => equal(sizeWith(undefined), "2Gi"));
});

describe("rendering", () => {
  it("puts children in the order of stages and names none twice", () => {
    const children = desiredChildren(goldenCase("production"), renderFacts());
    const keys = children.map(({ object }) => `${object.kind}/${object.metadata.name}`);
    equal(new Set(keys).size, keys.length);
    const stages = children.map(({ stage }) => stage);
    deepEqual(
      stages,
      stages.toSorted((a, b) => order(a) - order(b)),
    );
  });

  it("does not depend on the order of keys", () => {
    const names = ["redis", "nats", "minio", "postgres"];
    const spec = (order: readonly string[]) => ({
      backends: Object.fromEntries(order.map((name) => [name, { config: { b: 1, a: 2 } }])),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        equal(JSON.stringify(childrenOf(spec(shuffled))), JSON.stringify(childrenOf(spec(names))));
      }),
      { numRuns: 10 },
    );
  });

  it("survives settings that try to be more than a setting", () => {
    const config = {
      __proto__: null,
      "constructor.x": "1",
      "a\nrequirepass": "x\ninclude /etc/passwd",
    };
    const children = childrenOf({
      backends: { redis: { config } },
      patterns: [{ name: "keyvalue", backends: [{ name: "redis", config }], config }],
    });
    const lines = String(
      valueAt(theChild(children, "ConfigMap", "redis-config"), ["data", "redis.conf"]),
    ).split("\n");
    deepEqual(
      lines.filter((line) => /^(include|requirepass)/.test(line)),
      [],
    );
  });
});

function order(stage: string): number {
  return ["config", "backends", "admin", "proxy", "runners", "ingress", "observability"].indexOf(
    stage,
  );
}
