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
  CASES,
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
  const names = CASES;
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

  it("has a numeric user and group, and changes the owner of a volume only where it is another", () => {
    for (const { name, spec } of pods) {
      const of = (key: string) => valueAt(spec, ["securityContext", key]);
      for (const key of ["runAsUser", "runAsGroup", "fsGroup"]) ok(Number(of(key)) > 0, name);
      equal(of("fsGroupChangePolicy"), "OnRootMismatch", name);
    }
  });

  it("sees no variables of other Services, has an account of its own, and is spread over zones and hosts", () => {
    for (const { name, spec } of pods) {
      equal(valueAt(spec, ["enableServiceLinks"]), false, name);
      const account = textAt(spec, "serviceAccountName") ?? "default";
      ok(account !== "default", name);
      const spread = listAt(spec, "topologySpreadConstraints");
      ok(spread.length > 0 || name === "prism-logs", name);
    }
  });

  it("of a Deployment rolls without a pod less, but where two cannot have one volume", () => {
    const strategies = (children: readonly Child[]) => {
      const deployments = children.filter(({ object }) => object.kind === "Deployment");
      const texts = deployments.map(({ object }) =>
        JSON.stringify(valueAt(object, ["spec", "strategy"])),
      );
      return [...new Set(texts)].toSorted();
    };
    const rolling = '{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}';
    deepEqual(strategies(all), [rolling]);
    const withVolume = childrenOf({ patterns: [{ name: "mailbox", storage: { size: "1Gi" } }] });
    deepEqual(strategies(withVolume), ['{"type":"Recreate"}', rolling]);
  });

  it("of a StatefulSet rolls one at a time, and keeps its volume whatever happens to its set", () => {
    const sets = all.filter(({ object }) => object.kind === "StatefulSet");
    ok(sets.length > 15);
    for (const { object } of sets) {
      const { name } = object.metadata;
      const spec = (key: string) => valueAt(object, ["spec", key]);
      deepEqual(spec("updateStrategy"), { type: "RollingUpdate", rollingUpdate: { partition: 0 } });
      const kept = { whenDeleted: "Retain", whenScaled: "Retain" };
      deepEqual(spec("persistentVolumeClaimRetentionPolicy"), kept, name);
    }
  });

  it("may be taken by a drain one at a time where there are several, and freely where there is one", () => {
    const budgets = new Map(
      all
        .filter(({ object }) => object.kind === "PodDisruptionBudget")
        .map(({ object }) => [object.metadata.name, valueAt(object, ["spec", "maxUnavailable"])]),
    );
    for (const [name, most] of budgets) equal(most, 1, name);
    ok(budgets.size > 5);
    const redis = childrenOf({ backends: { redis: {} } });
    const single = redis.filter(({ object }) => object.kind === "PodDisruptionBudget");
    deepEqual(
      single.map(({ object }) => object.metadata.name),
      ["prism-proxy"],
    );
  });

  it("is found by its peers before it is ready", () => {
    const peers = all.filter(({ object }) => object.metadata.name.endsWith("-peers"));
    ok(peers.length > 5);
    for (const { object } of peers) {
      equal(valueAt(object, ["spec", "publishNotReadyAddresses"]), true, object.metadata.name);
    }
  });

  it("gets a token only where it talks to the API", () => {
    const withToken = pods.filter(
      ({ spec }) => valueAt(spec, ["automountServiceAccountToken"]) !== false,
    );
    deepEqual([...new Set(withToken.map(({ name }) => name))], ["prism-logs"]);
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
    deepEqual(
      unmetNeeds(clusterOf(keda), facts).map(({ component, reason }) => [component, reason]),
      [[{ kind: "proxy" }, "KedaMissing"]],
    );
  });
});

describe("replicas where KEDA is asked for and missing", () => {
  const keda = {
    proxy: { autoscaling: { scaler: "keda", maxReplicas: 9, triggers: [{ type: "cron" }] } },
  };
  const replicasAt = (live: number | undefined) => {
    const serves = { serviceMonitor: false, scaledObject: false, certificate: false };
    const children = childrenOf(keda, renderFacts({ serves, liveReplicas: () => live }));
    return valueAt(theChild(children, "Deployment", "prism-proxy"), ["spec", "replicas"]);
  };

  it("are what the object asks for at first", () => equal(replicasAt(undefined), 2));
  it("stay where it had scaled them before it was uninstalled", () => equal(replicasAt(7), 7));
  it("are within the bounds of the object all the same", () => {
    equal(replicasAt(1), 2);
    equal(replicasAt(12), 9);
  });
});

describe("settings of a server that are variables", () => {
  const names = (name: string, spec: object): readonly string[] =>
    environment(childrenOf({ backends: { [name]: spec } }), "StatefulSet", name).toSorted();
  const values = (name: string, config: object): readonly string[] => {
    const before = new Set(names(name, {}));
    return names(name, { config }).filter((one) => !before.has(one));
  };

  it("stand once, and the user's win", () => {
    deepEqual(values("kafka", { "min.insync.replicas": 1, "heap.opts": "-Xmx2g" }), [
      "KAFKA_HEAP_OPTS=-Xmx2g",
      "KAFKA_MIN_INSYNC_REPLICAS=1",
    ]);
    deepEqual(values("minio", { browser: "on", MINIO_BROWSER: "off" }), ["MINIO_BROWSER=on"]);
    const config = { "min.insync.replicas": 1 };
    equal(names("kafka", { config }).length, names("kafka", {}).length);
  });
});

describe("Kafka and who may reach what", () => {
  const brokers = (replicas: number) => {
    const set = theChild(childrenOf({ backends: { kafka: { replicas } } }), "StatefulSet", "kafka");
    const env = listAt(set, ...CONTAINER, "env").map((one): [string, string | undefined] => [
      textAt(one, "name") ?? "",
      textAt(one, "value"),
    ]);
    return { set, env: new Map(env) };
  };

  for (const [replicas, copies] of [
    [1, "1"],
    [3, "3"],
    [5, "3"],
  ] as const) {
    it(`has ${copies} copies of its own topics with ${replicas} brokers, which vote sorted by id`, () => {
      const { env } = brokers(replicas);
      equal(env.get("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"), copies);
      equal(env.get("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"), copies);
      const voters = env.get("KAFKA_CONTROLLER_QUORUM_VOTERS")?.split(",") ?? [];
      deepEqual(
        voters.map((voter) => voter.split("@")[0]),
        Array.from({ length: replicas }, (_, id) => String(id)),
      );
    });
  }

  it("stops a broker only when no partition lacks a copy, for as long as its grace period allows", () => {
    const template = ["spec", "template", "spec"] as const;
    const { set } = brokers(3);
    const command = listAt(set, ...CONTAINER, "lifecycle", "preStop", "exec", "command");
    ok(String(command[2]).includes("--under-replicated-partitions"));
    equal(valueAt(set, [...template, "terminationGracePeriodSeconds"]), 240);
    const single = brokers(1).set;
    equal(valueAt(single, [...CONTAINER, "lifecycle"]), undefined);
    equal(valueAt(single, [...template, "terminationGracePeriodSeconds"]), 120);
  });

  it("and every other backend is reached by those that declare it, and by nobody else", () => {
    const children = childrenOf({
      backends: { redis: {}, nats: {}, postgres: {} },
      patterns: [
        { name: "keyvalue", backends: [{ name: "redis" }] },
        { name: "consumer", backends: [{ name: "nats" }, { name: "redis" }] },
      ],
      admin: { storage: { type: "postgres" } },
      networkPolicy: {},
    });
    const clients = (name: string) => {
      const [first] = listAt(theChild(children, "NetworkPolicy", name), "spec", "ingress");
      return valueAt(first, ["from", 0, "podSelector", "matchExpressions", 0, "values"]);
    };
    deepEqual(clients("redis"), ["consumer-runner", "keyvalue-runner"]);
    deepEqual(clients("nats"), ["consumer-runner"]);
    deepEqual(clients("postgres"), ["prism-admin"]);
    const deny = theChild(children, "NetworkPolicy", "prism-default-deny");
    deepEqual(valueAt(deny, ["spec", "ingress"]), undefined);
  });

  it("lets nobody but brokers reach the controllers", () => {
    const children = childrenOf({
      backends: { kafka: { replicas: 3 } },
      patterns: [{ name: "consumer", backends: [{ name: "kafka" }] }],
      networkPolicy: {},
    });
    const rules = listAt(theChild(children, "NetworkPolicy", "kafka"), "spec", "ingress");
    const open = rules.filter((rule) => JSON.stringify(listAt(rule, "ports")).includes("9093"));
    deepEqual(
      open.map((rule) =>
        valueAt(rule, ["from", 0, "podSelector", "matchExpressions", 0, "values"]),
      ),
      [["kafka"]],
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
