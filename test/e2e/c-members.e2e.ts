import { before, describe, it } from "node:test";
import {
  apply,
  kubectl,
  makeNamespace,
  podsOf,
  SHOWS_HEALTH,
  until,
  untilReads,
  untilRunning,
} from "./cluster.ts";
import { installOperator } from "./operator.ts";

const START_MS = 420_000;
const READ_MS = 120_000;

const memory = (limit: string) => ({ resources: { limits: { memory: limit } } });

/** A cluster of one backend with several members, and two runners that use it. */
function cluster(namespace: string, name: string, backend: object, rest: object = {}): object {
  const backends = [{ name }];
  const runner = (of: string) => ({
    name: of,
    type: "keyvalue",
    replicas: 1,
    backends,
    ...SHOWS_HEALTH,
  });
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "members", namespace },
    spec: {
      admin: { replicas: 1 },
      proxy: { replicas: 1 },
      patterns: [runner("writer"), runner("reader")],
      backends: { [name]: backend },
      // Volumes of a test are nobody's.
      deletionPolicy: "Delete",
      ...rest,
    },
  };
}

interface Case {
  readonly name: string;
  readonly backend: object;
  readonly title: string;
  readonly rest?: object;
}

const CASES: readonly Case[] = [
  {
    title: "NATS with three members, beside three admins",
    name: "nats",
    backend: { replicas: 3, version: "2" },
    rest: { admin: { replicas: 3 } },
  },
  {
    title: "Kafka with three members",
    name: "kafka",
    backend: { replicas: 3, version: "3.9.1", ...memory("768Mi") },
  },
  { title: "MinIO with four members", name: "minio", backend: { replicas: 4, version: "latest" } },
  {
    title: "Kafka with ZooKeeper",
    name: "kafka",
    backend: {
      replicas: 1,
      version: "3.9.1",
      image: "apache/kafka:3.9.1",
      coordination: "ZooKeeper",
      ...memory("768Mi"),
    },
  },
];

describe("backends with several members", { concurrency: 2 }, () => {
  before(installOperator);

  // Said, since what is within would run side by side as well.
  for (const [index, one] of CASES.entries())
    describe(one.title, { concurrency: 1 }, () => survivesItsMembers(`members-${index}`, one));
});

/** Every loss is of the first member, which is the one that others look for first. */
function survivesItsMembers(namespace: string, { name, backend, rest }: Case): void {
  before(async () => {
    await makeNamespace(namespace);
    await apply(cluster(namespace, name, backend, rest));
    await untilRunning(namespace, "members", START_MS);
  });

  it("is written by one pod and read by another, and loses nothing when a member goes", async () => {
    const [writer = ""] = await podsOf(namespace, "writer-runner");
    const [reader = ""] = await podsOf(namespace, "reader-runner");
    await untilReads(namespace, reader, [name], [writer, reader], READ_MS);
    await kubectl("delete", "pod", `${name}-0`, "-n", namespace, "--force", "--grace-period=0");
    await untilReads(namespace, reader, [name], [writer, reader], READ_MS);
    await untilRunning(namespace, "members", START_MS);
    await kubectl("delete", "pod", writer, "-n", namespace);
    await untilReads(namespace, reader, [name], [writer], READ_MS);
  });

  it("goes with everything it had", async () => {
    await kubectl("delete", "prismcluster", "members", "-n", namespace, "--timeout=240s");
    await until("no pod and no claim", 120_000, async () => {
      const left = await kubectl("get", "pods,pvc", "-n", namespace, "-o", "name");
      return left.trim() === "" || undefined;
    });
  });
}
