/** Redis and PostgreSQL with three members: what was acknowledged is there after every loss, and writes go on (ADR-0039). */
import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import { apply, get, kubectl, makeNamespace, until, untilRunning } from "./cluster.ts";
import { installOperator } from "./operator.ts";

const START_MS = 420_000;
/** From a loss to the next write that is acknowledged. */
const GAP_MS = 120_000;

interface Case {
  readonly name: string;
  readonly image: string;
  readonly uid: number;
  readonly backend: object;
  readonly env: readonly object[];
  /** Writes the number $i through the Service; ends with 0 when it was acknowledged by a second member. */
  readonly write: string;
  /** Prints every number that is there, one a line. */
  readonly read: string;
  /** Pids of the server. */
  readonly pids: string;
  /** What it is asked besides the losses; one a type, for the time that each takes. */
  readonly also: "is killed" | "is handed over";
}

function fromSecret(name: string, secret: string, key: string): object {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

const CASES: readonly Case[] = [
  {
    name: "redis",
    image: "redis:7-alpine",
    uid: 999,
    backend: { replicas: 3, version: "7-alpine", auth: { enabled: true } },
    env: [fromSecret("REDISCLI_AUTH", "redis-credentials", "password")],
    // Replication of Redis is asynchronous: a client that must not lose a write waits for its copy.
    write: `printf 'RPUSH numbers %s\\nWAIT 1 1000\\n' "$i" | timeout 4 redis-cli -h redis | tr -d '\\r' | { read -r length && read -r copies && [ "$length" -ge 1 ] 2>/dev/null && [ "$copies" -ge 1 ] 2>/dev/null; }`,
    read: "timeout 10 redis-cli -h redis lrange numbers 0 -1",
    pids: "pidof redis-server",
    also: "is handed over",
  },
  {
    name: "postgres",
    image: "postgres:16-alpine",
    uid: 70,
    backend: { replicas: 3, version: "16-alpine" },
    env: [
      fromSecret("PGUSER", "postgres-credentials", "username"),
      fromSecret("PGPASSWORD", "postgres-credentials", "password"),
      { name: "PGHOST", value: "postgres" },
      { name: "PGDATABASE", value: "prism" },
      { name: "PGCONNECT_TIMEOUT", value: "3" },
    ],
    // What is tried again writes again: a statement that finds nothing to do waits for no standby.
    write: `timeout 4 psql -XAtqw -c 'CREATE TABLE IF NOT EXISTS numbers (n int PRIMARY KEY)' -c "INSERT INTO numbers VALUES ($i) ON CONFLICT (n) DO UPDATE SET n = EXCLUDED.n" 2>/dev/null`,
    read: "timeout 10 psql -XAtqw -c 'SELECT n FROM numbers'",
    // Every process, since the first one alone would leave its backends at work.
    pids: "pidof postgres",
    also: "is killed",
  },
];

describe("replicated servers", { concurrency: 2 }, () => {
  before(installOperator);

  for (const one of CASES)
    describe(one.name, { concurrency: 1 }, () => losesMembers(`replicated-${one.name}`, one));
});

function losesMembers(namespace: string, one: Case): void {
  const { name } = one;
  let acknowledged = 0;
  let looked = 0;

  // For people: how long nothing was acknowledged.
  afterEach(async (context) => {
    const seconds = (await acked().catch(() => [])).map(([, second]) => Number(second));
    const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] ?? second));
    const longest = Math.max(0, ...gaps.slice(looked));
    looked = gaps.length;
    process.stdout.write(
      `${name}: ${context.name}: at most ${longest} s without a write, ${seconds.length} written\n`,
    );
  });

  before(async () => {
    await makeNamespace(namespace);
    await apply(cluster(namespace, one));
    await isRunning();
    await apply(client(namespace, "writer", one), client(namespace, "reader", one));
    await goesOn();
  });

  it("goes on without the primary's pod and volume, and the member comes back", async () => {
    const old = await primary();
    const claim = `data-${old}`;
    await kubectl("delete", "pvc", claim, "-n", namespace, "--wait=false");
    await kubectl("delete", "pod", old, "-n", namespace, "--force", "--grace-period=0");
    await untilOther(old);
    await goesOn();
    await isWhole();
  });

  const isKilled = one.also === "is killed";
  if (isKilled) it("goes on when the server of the primary is killed", afterKill);
  async function afterKill(): Promise<void> {
    await inServer(await primary(), `kill -9 $(${one.pids}) || true`);
    await goesOn();
    await isWhole();
  }

  it("goes on when the server of the primary hangs, and puts another in its place", async () => {
    const old = await primary();
    await inServer(old, `kill -STOP $(${one.pids}) || true`);
    await untilOther(old);
    await goesOn();
    await isWhole();
  });

  if (!isKilled) it("hands over to the member that is named", afterNaming);
  async function afterNaming(): Promise<void> {
    const old = await primary();
    const named = `${name}-${(Number(old.slice(-1)) + 2) % 3}`;
    await annotate(`prism.io/primary=${name}=${named}`);
    await until(
      `${named} is the primary`,
      GAP_MS,
      async () => (await primary()) === named || undefined,
    );
    await goesOn();
    await isWhole();
    await annotate("prism.io/primary-");
  }

  it("goes down to one server with everything, and up again", async () => {
    for (const replicas of [1, 3]) {
      await apply(cluster(namespace, { ...one, backend: { ...one.backend, replicas } }));
      await until(`${replicas} servers`, START_MS, async () => {
        const pods = await get("pods", "-n", namespace, "-l", `app=${name}`);
        return listAt(pods, "items").length === replicas || undefined;
      });
      await isWhole();
      await goesOn();
    }
  });

  it("goes with everything it had", async () => {
    await kubectl("delete", "pod", "writer", "reader", "-n", namespace, "--grace-period=1");
    await kubectl("delete", "prismcluster", "replicated", "-n", namespace, "--timeout=240s");
    await until("no pod, no claim and no record", 120_000, async () => {
      const left = await kubectl("get", "pods,pvc", "-n", namespace, "-o", "name");
      const maps = await kubectl("get", "configmaps", "-n", namespace, "-o", "name");
      return (left.trim() === "" && !maps.includes(`${name}-primary`)) || undefined;
    });
  });

  async function primary(): Promise<string> {
    return await until("a primary", GAP_MS, async () => {
      const pods = await get("pods", "-n", namespace, "-l", `app=${name},prism.io/role=primary`);
      const [pod] = listAt(pods, "items");
      return pod === undefined ? undefined : textAt(pod, "metadata", "name");
    });
  }

  function annotate(annotation: string): Promise<string> {
    return kubectl("annotate", "prismcluster", "replicated", "-n", namespace, annotation);
  }

  async function untilOther(old: string): Promise<void> {
    await until("another primary", GAP_MS, async () => (await primary()) !== old || undefined);
  }

  /** Waits until more numbers are acknowledged than before. */
  async function goesOn(): Promise<void> {
    await until("writes go on", GAP_MS, async () => {
      const number = (await acked()).length;
      if (number <= acknowledged + 5) return undefined;
      acknowledged = number;
      return true;
    });
  }

  /** What the members said is the cause, where there is one. */
  async function isRunning(): Promise<void> {
    try {
      await untilRunning(namespace, "replicated", START_MS);
    } catch (error) {
      const logs = await kubectl(
        "logs",
        "-n",
        namespace,
        "-l",
        `app=${name}`,
        "--prefix",
        "--tail=40",
      );
      throw new Error(
        logs
          .split("\n")
          .filter((line) => line.includes("member "))
          .join("\n"),
        { cause: error },
      );
    }
  }

  /** Numbers that were acknowledged, each with its second. */
  async function acked(): Promise<readonly (readonly string[])[]> {
    const lines = (await inPod("writer", "cat /tmp/acked")).trim().split("\n");
    return lines.map((line) => line.split(" "));
  }

  /** All members are back, and another pod reads all that was acknowledged. */
  async function isWhole(): Promise<void> {
    await isRunning();
    const numbers = (await acked()).map(([number = ""]) => number);
    await until("everything is there", GAP_MS, async () => {
      const there = new Set((await inPod("reader", one.read)).split(/\s+/));
      const lost = numbers.filter((number) => !there.has(number));
      assert.deepEqual(lost, [], `${lost.length} of ${numbers.length} are lost`);
      return true;
    });
  }

  function inServer(pod: string, script: string): Promise<string> {
    return kubectl("exec", "-n", namespace, pod, "-c", name, "--", "sh", "-c", script);
  }

  function inPod(pod: string, script: string): Promise<string> {
    return kubectl("exec", "-n", namespace, pod, "--", "sh", "-c", script);
  }
}

function cluster(namespace: string, { name, backend }: Case): object {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "replicated", namespace },
    spec: {
      admin: { replicas: 1 },
      proxy: { replicas: 1 },
      backends: { [name]: backend },
      deletionPolicy: "Delete",
    },
  };
}

/** The writer tries each number until it is acknowledged, and notes it; the reader only waits to be asked. */
function client(namespace: string, pod: string, { image, uid, env, write }: Case): object {
  const writes = `i=1; : >/tmp/acked; while :; do if ${write}; then echo $i $(date +%s) >>/tmp/acked; i=$((i + 1)); fi; sleep 0.1; done`;
  const script = pod === "writer" ? writes : "while :; do sleep 1; done";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: pod, namespace },
    spec: {
      securityContext: {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: uid,
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "client",
          image,
          command: ["sh", "-c", script],
          env,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}
