/** PrismClusters that come and go by the thousand, and what of them is left in the operator. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt, textAt, valueAt } from "../../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { PrismStack } from "../prism-stack.ts";
import { type RunningOperator, startOperator } from "../running-operator.ts";
import { readProcess } from "./process-meter.ts";
import { scrape } from "./scrape.ts";

/** What is asked for. */
export interface ChurnOptions {
  readonly objects: number;
  /** Namespaces in which one comes as soon as one has gone. */
  readonly atOnce: number;
  /** The young generation is collected every few seconds of work; the least of some looks is what lives. */
  readonly looks: number;
  readonly told: (line: string) => void;
}

/** The operator while nothing is there. */
export interface ChurnReading {
  readonly heapMib: number;
  readonly rssMib: number;
  readonly sockets: number;
  /** Entries of everything that the operator keeps by object; of namespaces, whose labels it watches, those that are gone. */
  readonly kept: Readonly<Record<string, number>>;
  /** Series of the metrics. */
  readonly series: number;
}

/** What was found: after the first tenth, when everything has been used once, and after the last. */
export interface ChurnResult {
  readonly objects: number;
  readonly seconds: number;
  readonly early: ChurnReading;
  readonly late: ChurnReading;
  readonly errors: readonly string[];
}

const MERGE = "application/merge-patch+json";
const GONE_WITHIN_MS = 120_000;
const SETTLE_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
const NAMESPACE_LOOKS = 10;

export async function churn(plane: TestControlPlane, options: ChurnOptions): Promise<ChurnResult> {
  const { objects, atOnce, looks, told } = options;
  const operator = await startOperator(plane, await plane.freshNamespace());
  try {
    const stacks = await Promise.all(
      Array.from({ length: atOnce }, async () => {
        return new PrismStack(plane, await plane.freshNamespace());
      }),
    );
    const since = performance.now();
    const first = Math.ceil(objects / 10);
    await comeAndGo(plane, stacks, first, told);
    await oneNamespaceComesAndGoes(plane);
    const early = await look(plane, operator, looks);
    told(`after ${first}: ${JSON.stringify(early)}`);
    await comeAndGo(plane, stacks, objects - first, told);
    const seconds = (performance.now() - since) / 1_000;
    await oneNamespaceComesAndGoes(plane);
    const late = await look(plane, operator, looks);
    told(`after ${objects}: ${JSON.stringify(late)}`);
    const errors = operator.log
      .filter(({ level, err }) => level === "error" || err !== undefined)
      .map((line) => JSON.stringify(line).slice(0, 300));
    return { objects, seconds, early, late, errors };
  } finally {
    await operator.stop();
  }
}

async function comeAndGo(
  plane: TestControlPlane,
  stacks: readonly PrismStack[],
  count: number,
  told: (line: string) => void,
): Promise<void> {
  const fates = new Fates();
  const stop = new AbortController();
  const watching = fates.watch(plane, stop.signal);
  let left = count;
  let done = 0;
  const walk = async (stack: PrismStack): Promise<void> => {
    for (let index = left--; index > 0; index = left--) {
      await oneLife(stack, index, fates);
      done += 1;
      if (done % 100 === 0) told(`${done} of ${count} have come and gone`);
    }
  };
  try {
    await Promise.all(stacks.map(walk));
  } finally {
    stop.abort();
    await watching;
  }
}

/** Created, seen by a pass, changed now and then, deleted with everything that it has, gone. */
async function oneLife(stack: PrismStack, index: number, fates: Fates): Promise<void> {
  const name = `c-${randomBytes(4).toString("hex")}`;
  const key = `${stack.namespace}/${name}`;
  // The webhook may hear a moment later than we that the one before has gone.
  await stack.until("the namespace to be free", async () => {
    const made = stack.create(SPECS[index % SPECS.length], { name });
    return made.catch(
      (error: Error) => !/there is one a namespace/.test(error.message) && Promise.reject(error),
    );
  });
  await fates.until(key, "seen");
  const path = stack.path("prismclusters", name);
  if (index % 4 === 0)
    await stack.write("PATCH", path, { spec: { proxy: { replicas: 2 } } }, MERGE);
  await stack.remove("prismclusters", name);
  await fates.until(key, "gone");
}

const SMALLEST = {
  admin: { replicas: 1, storage: { type: "sqlite", size: "1Gi" } },
  proxy: { replicas: 1 },
  patterns: [],
  backends: {},
  deletionPolicy: "Delete",
};
/** Each makes the operator keep something else: nothing much, a backend with credentials, a Secret of the user's that is watched. */
const SPECS: readonly object[] = [
  SMALLEST,
  {
    ...SMALLEST,
    backends: {
      redis: {
        replicas: 1,
        version: "7.4-alpine",
        storage: { size: "1Gi" },
        auth: { enabled: true },
      },
    },
  },
  {
    ...SMALLEST,
    backends: { store: { type: "redis", external: { secretRef: { name: "store" } } } },
  },
];

type Fate = "seen" | "gone";

/** What became of each PrismCluster, by one watch of all. */
class Fates {
  readonly #waiting = new Map<string, () => void>();
  readonly #known = new Map<string, Fate>();

  /** Until the signal aborts; the server ends watches when the CRD is changed. */
  async watch(plane: TestControlPlane, signal: AbortSignal): Promise<void> {
    const path = "/apis/prism.io/v1alpha2/prismclusters";
    while (!signal.aborted) {
      try {
        const { body } = await plane.client.request("GET", path);
        this.#compare(listAt(body, "items"));
        const from = textAt(body, "metadata", "resourceVersion");
        const query = `watch=1&resourceVersion=${from}`;
        for await (const event of plane.client.watch(`${path}?${query}`, signal)) this.#hear(event);
      } catch {
        await sleep(LOOK_EVERY_MS);
      }
    }
  }

  /** What is no longer listed went while nobody watched. */
  #compare(objects: readonly unknown[]): void {
    const there = new Set(objects.map(keyOf));
    for (const object of objects) this.#hear({ type: "MODIFIED", object });
    for (const waiting of this.#waiting.keys()) {
      const [key = ""] = waiting.split(" ");
      if (!there.has(key) && this.#known.has(key)) this.#tell(key, "gone");
    }
  }

  /** Resolves when it is so. */
  async until(key: string, fate: Fate): Promise<void> {
    if (this.#known.get(key) === "gone" || this.#known.get(key) === fate)
      return this.#forget(key, fate);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error(`${key} is not ${fate}`)), GONE_WITHIN_MS);
    this.#waiting.set(`${key} ${fate}`, resolve);
    await promise;
    clearTimeout(late);
    this.#forget(key, fate);
  }

  #forget(key: string, fate: Fate): void {
    if (fate === "gone") this.#known.delete(key);
  }

  #hear(event: unknown): void {
    const object = valueAt(event, "object");
    const isSeen = textAt(object, "status", "phase") !== "";
    const fate = textAt(event, "type") === "DELETED" ? "gone" : isSeen ? "seen" : undefined;
    if (fate !== undefined) this.#tell(keyOf(object), fate);
  }

  #tell(key: string, fate: Fate): void {
    this.#known.set(key, fate);
    for (const one of ["seen", fate] as const) {
      const wake = this.#waiting.get(`${key} ${one}`);
      this.#waiting.delete(`${key} ${one}`);
      wake?.();
    }
  }
}

function keyOf(object: unknown): string {
  return `${textAt(object, "metadata", "namespace")}/${textAt(object, "metadata", "name")}`;
}

async function oneNamespaceComesAndGoes(plane: TestControlPlane): Promise<void> {
  const path = `/api/v1/namespaces/${await plane.freshNamespace()}`;
  await plane.client.request("DELETE", path);
  const deadline = AbortSignal.timeout(GONE_WITHIN_MS);
  while ((await plane.client.request("GET", path, { signal: deadline })).status !== 404) {
    await sleep(LOOK_EVERY_MS);
  }
}

async function look(
  plane: TestControlPlane,
  operator: RunningOperator,
  looks: number,
): Promise<ChurnReading> {
  await sleep(SETTLE_MS);
  let heapMib = Number.POSITIVE_INFINITY;
  for (let index = 0; index < looks; index++) {
    const seen = await scrape(operator);
    heapMib = Math.min(heapMib, seen.sum("nodejs_heap_size_used_bytes") / 1024 / 1024);
    await sleep(LOOK_EVERY_MS);
  }
  const seen = await scrape(operator);
  const { rssMib, sockets } = readProcess(operator.process.pid ?? 0);
  const kept = seen.by("prism_operator_kept_entries", "what");
  const namespaces = await goneNamespaces(plane, operator);
  return { heapMib, rssMib, sockets, kept: { ...kept, namespaces }, series: seen.size };
}

/** How many more namespaces are kept than there are. Other tests make and delete some meanwhile: the least of some looks counts. */
async function goneNamespaces(plane: TestControlPlane, operator: RunningOperator): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < NAMESPACE_LOOKS && least > 0; index++) {
    const { body } = await plane.client.request("GET", "/api/v1/namespaces");
    const live = listAt(body, "items").length;
    const { namespaces = 0 } = (await scrape(operator)).by("prism_operator_kept_entries", "what");
    least = Math.min(least, Math.max(0, namespaces - live));
    if (least > 0) await sleep(LOOK_EVERY_MS);
  }
  return least;
}
