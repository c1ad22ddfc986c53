import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  apply,
  kubectl,
  makeNamespace,
  podsOf,
  SHOWS_HEALTH,
  untilReads,
  untilRunning,
} from "./cluster.ts";
import { installOperator } from "./operator.ts";

const NAMESPACE = "backends";
const START_MS = 300_000;
const READ_MS = 120_000;

/** What the stand-ins call a backend of each type, and a spec of it with little to wait for. */
const BACKENDS = {
  redis: { version: "7", auth: { enabled: true }, storage: { size: "1Gi" } },
  nats: { version: "2", auth: { enabled: true }, storage: { size: "1Gi" } },
  postgres: { version: "15", storage: { size: "1Gi" } },
  minio: { version: "latest", storage: { size: "1Gi" } },
  kafka: {
    version: "3.9.1",
    replicas: 1,
    storage: { size: "1Gi" },
    resources: { limits: { memory: "1Gi" } },
  },
} as const;
const KINDS = Object.keys(BACKENDS);

function cluster(): object {
  const backends = KINDS.map((name) => ({ name }));
  const runner = (name: string) => ({
    name,
    type: "keyvalue",
    replicas: 1,
    backends,
    ...SHOWS_HEALTH,
  });
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "all", namespace: NAMESPACE },
    spec: {
      admin: { replicas: 1 },
      proxy: { replicas: 1 },
      patterns: [runner("writer"), runner("reader")],
      backends: BACKENDS,
    },
  };
}

describe("backends with one member", () => {
  before(async () => {
    await installOperator();
    await makeNamespace(NAMESPACE);
    await apply(cluster());
    await untilRunning(NAMESPACE, "all", START_MS);
  });

  it("are written by one pod and read by another, with the credentials that the operator gave", async () => {
    const [writer = "", reader = ""] = await runners();
    await untilReads(NAMESPACE, reader, KINDS, [writer, reader], READ_MS);
    await untilReads(NAMESPACE, writer, KINDS, [writer, reader], READ_MS);
  });

  it("keep what was written when each of their pods is restarted", async () => {
    const [writer = "", reader = ""] = await runners();
    await kubectl("delete", "pods", "-n", NAMESPACE, ...KINDS.map((name) => `${name}-0`));
    await untilRunning(NAMESPACE, "all", START_MS);
    // The writer is replaced as well: what is read now under its old name was kept.
    await kubectl("delete", "pod", "-n", NAMESPACE, writer);
    await untilRunning(NAMESPACE, "all", START_MS);
    await untilReads(NAMESPACE, reader, KINDS, [writer], READ_MS);
  });

  it("keep data and credentials while they are disabled", async () => {
    const [writer = "", reader = ""] = await runners();
    await untilReads(NAMESPACE, reader, ["redis"], [writer], READ_MS);
    const set = (enabled: boolean, backends: readonly object[]) =>
      JSON.stringify([
        { op: "replace", path: "/spec/backends/redis/enabled", value: enabled },
        { op: "replace", path: "/spec/patterns/0/backends", value: backends },
        { op: "replace", path: "/spec/patterns/1/backends", value: backends },
      ]);
    const all = KINDS.map((name) => ({ name }));
    const patch = ["patch", "prismcluster", "all", "-n", NAMESPACE, "--type=json", "-p"];
    await kubectl(
      ...patch,
      set(
        false,
        all.filter(({ name }) => name !== "redis"),
      ),
    );
    await untilRunning(NAMESPACE, "all", START_MS);
    assert.deepEqual(await podsOf(NAMESPACE, "redis"), []);
    await kubectl(...patch, set(true, all));
    await untilRunning(NAMESPACE, "all", START_MS);
    const [, again = ""] = await runners();
    await untilReads(NAMESPACE, again, ["redis"], [writer], READ_MS);
  });
});

async function runners(): Promise<readonly string[]> {
  const [writers, readers] = await Promise.all([
    podsOf(NAMESPACE, "writer-runner"),
    podsOf(NAMESPACE, "reader-runner"),
  ]);
  assert.equal(writers.length, 1);
  assert.equal(readers.length, 1);
  return [...writers, ...readers];
}
