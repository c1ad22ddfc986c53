/** What a person at the real node's kubectl does, for tests. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 500;

/** Runs kubectl and answers its output. Rejects with what it said. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("kubectl", args, { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

/** Applies manifests. */
export async function apply(...objects: readonly object[]): Promise<string> {
  const child = run("kubectl", ["apply", "--server-side", "--force-conflicts", "-f", "-"]);
  child.child.stdin?.end(objects.map((one) => JSON.stringify(one)).join("\n---\n"));
  return (await child).stdout;
}

/** One object, or a list, as JSON. */
export async function get(...args: readonly string[]): Promise<unknown> {
  return parseJson(await kubectl("get", ...args, "-o", "json"));
}

/** Asks until the answer is there. Rejects with what was seen last, and what the namespace looks like. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${withinMs / 1_000} s; ${last}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** A namespace that takes only pods of the `restricted` Pod Security Standard. */
export async function makeNamespace(name: string): Promise<void> {
  const enforce = { "pod-security.kubernetes.io/enforce": "restricted" };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: enforce } });
}

/** Waits until a PrismCluster says that its present spec runs. Rejects with its status and its pods. */
export async function untilRunning(
  namespace: string,
  name: string,
  withinMs: number,
): Promise<void> {
  try {
    await until(`${namespace}/${name} Running`, withinMs, async () => {
      const cluster = await get("prismcluster", name, "-n", namespace);
      const isCurrent =
        valueAt(cluster, "status", "observedGeneration") ===
        valueAt(cluster, "metadata", "generation");
      return (isCurrent && textAt(cluster, "status", "phase") === "Running") || undefined;
    });
  } catch (error) {
    const seen = await Promise.all([
      kubectl("get", "prismcluster", name, "-n", namespace, "-o", "yaml"),
      kubectl("get", "pods,pvc", "-n", namespace, "-o", "wide"),
      kubectl("get", "events", "-n", namespace, "--field-selector", "type=Warning"),
    ]);
    throw new Error(seen.join("\n").slice(-12_000), { cause: error });
  }
}

/** What a stand-in of a runner found in one of its backends. */
export interface Finding {
  readonly kind: string;
  readonly from: string;
  readonly ok: boolean;
  readonly error: string;
  readonly peers: readonly string[];
  /** When it looked, wall-clock milliseconds. */
  readonly atMs: number;
  /** What it tried on parts of others. */
  readonly attempts: readonly {
    readonly what: string;
    readonly refused: boolean;
    readonly answer: string;
  }[];
}

/** The port on which the stand-ins of our tests say what they found. */
export const HEALTH_PORT = 8080;

/** What is added to a pattern so that its runner shows what it does. */
export const SHOWS_HEALTH = {
  ports: [{ name: "health", port: HEALTH_PORT }],
  env: [{ name: "HEALTH_PORT", value: String(HEALTH_PORT) }],
  probes: {
    readiness: { httpGet: { path: "/", port: HEALTH_PORT }, periodSeconds: 2, timeoutSeconds: 5 },
  },
} as const;

/** Names of the pods of a workload that are not on their way out. */
export async function podsOf(namespace: string, app: string): Promise<readonly string[]> {
  const list = await get("pods", "-n", namespace, "-l", `app=${app}`);
  return listAt(list, "items")
    .filter((pod) => textAt(pod, "metadata", "deletionTimestamp") === "")
    .map((pod) => textAt(pod, "metadata", "name"));
}

/** What a pod's runner found, backend by backend. */
export async function findingsOf(namespace: string, pod: string): Promise<readonly Finding[]> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${HEALTH_PORT}/proxy/`;
  const answer = parseJson(await kubectl("get", "--raw", path));
  return Object.values(Object(answer)).map((one) => ({
    kind: textAt(one, "kind"),
    from: textAt(one, "from"),
    ok: valueAt(one, "ok") === true,
    error: textAt(one, "error"),
    peers: listAt(one, "peers").map(String),
    atMs: Date.parse(textAt(one, "at")),
    attempts: listAt(one, "attempts").map((attempt) => ({
      what: textAt(attempt, "what"),
      refused: valueAt(attempt, "refused") === true,
      answer: textAt(attempt, "answer"),
    })),
  }));
}

/** Waits until a pod reads from now on, from each kind of backend, what these other pods wrote there. */
export async function untilReads(
  namespace: string,
  pod: string,
  kinds: readonly string[],
  writers: readonly string[],
  withinMs: number,
): Promise<void> {
  let seen = "";
  const since = Date.now();
  try {
    await until(`${pod} reads what others wrote`, withinMs, async () => {
      const findings = await findingsOf(namespace, pod);
      seen = JSON.stringify(findings);
      const reads = (kind: string): boolean => {
        const ofKind = findings.filter((one) => one.kind === kind);
        return (
          ofKind.length > 0 &&
          ofKind.every((one) => one.ok && one.atMs > since) &&
          ofKind.every((one) => writers.every((writer) => one.peers.includes(writer)))
        );
      };
      return kinds.every(reads) || undefined;
    });
  } catch (error) {
    throw new Error(`${pod} found ${seen}`, { cause: error });
  }
}
