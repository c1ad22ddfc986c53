/** The half of the operator that watches and writes: caches, queue, workers. */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import type { PrismCluster, PrismClusterStatus } from "./api/prism-cluster-v1alpha2.ts";
import type { ApiFailure } from "./controller/api-result.ts";
import type { PassOptions } from "./controller/pass.ts";
import { keyOf, Reconciler } from "./controller/reconciler.ts";
import { CHILD_RESOURCES, POD, PRISM_CLUSTER, type Resource } from "./controller/resource.ts";
import { RolloutSlots } from "./controller/rollout-slots.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import type { Outcome } from "./engine/outcome.ts";
import { WorkQueue } from "./engine/work-queue.ts";
import { runWorkers } from "./engine/worker-pool.ts";
import { reconciledPrismCluster } from "./kinds.ts";
import { ClusterCache } from "./kube/cluster-cache.ts";
import { Discovery } from "./kube/discovery.ts";
import { eventRecorder } from "./kube/event-recorder.ts";
import type { Leadership } from "./kube/leader.ts";
import type { Change } from "./kube/object-store.ts";
import { systemClock } from "./kube/system-clock.ts";
import type { Transport } from "./kube/transport.ts";
import { writer } from "./kube/writer.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Options } from "./options.ts";
import { digest, secretSource } from "./secret-source.ts";
import { passTelemetry, queueTelemetry } from "./telemetry.ts";

/** What this half needs. */
export interface ReconcileSideOptions {
  readonly options: Options;
  readonly transport: Transport;
  readonly kinds: readonly AdmittedKind[];
  readonly leadership: Leadership;
  readonly identity: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Ends every watch. */
  readonly background: AbortSignal;
}

/** The half, not started. */
export interface ReconcileSide {
  readonly cache: ClusterCache;
  /** Knows every PrismCluster; webhooks ask about neighbours from then on. */
  watchClusters(): Promise<void>;
  /** One term: knows their children too, then works until `stop`; resolves when the last pass has ended. */
  lead(stop: AbortSignal, kill: AbortSignal): Promise<void>;
}

/** A change of something that moves in many small steps waits so long for the next one. */
const CALM_MS = 100;
const POD_CALM_MS = 250;
const HOUSEKEEPING_MS = 300_000;
const MINUTE_MS = 60_000;

/** Joins caches, queue and reconciler; nothing runs yet. */
export function createReconcileSide(needs: ReconcileSideOptions): ReconcileSide {
  const { options, transport, metrics, background } = needs;
  const random = Math.random;
  /** Of the present term; undefined while another process leads. */
  let queue: WorkQueue | undefined;
  let looksForResources = false;
  const discovery: Discovery = new Discovery({
    transport,
    clock: systemClock,
    resources: CHILD_RESOURCES.filter(({ optional }) => optional === true),
    changed: (resource, served) => {
      if (queue === undefined) return;
      void cache.servedChanged(resource, served);
      for (const cluster of cache.all(PRISM_CLUSTER)) queue.add(keyOf(cluster));
    },
  });
  const cache: ClusterCache = new ClusterCache({
    transport,
    discovery,
    namespaces: options.watchNamespace,
    clock: systemClock,
    random,
    changed: (resource, change) => {
      if (queue !== undefined) wake(queue, cache, resource, change);
    },
    trouble: (resource, what, failure) => tellTrouble(needs, resource, what, failure),
  });
  return {
    cache,
    watchClusters: () => cache.startClusters(background),
    lead: async (stop, kill) => {
      const term = new WorkQueue({
        clock: systemClock,
        random,
        observer: queueTelemetry(metrics, "prismcluster"),
      });
      queue = term;
      await discovery.refresh(background);
      await cache.startChildren();
      if (!looksForResources) void discovery.run(background);
      looksForResources = true;
      const housekeeping = setInterval(() => cache.dropUnusedReferences(), HOUSEKEEPING_MS);
      for (const cluster of cache.all(PRISM_CLUSTER)) term.add(keyOf(cluster), "resync");
      await work(needs, term, cache, stop, kill);
      clearInterval(housekeeping);
      queue = undefined;
    },
  };
}

async function work(
  needs: ReconcileSideOptions,
  queue: WorkQueue,
  cache: ClusterCache,
  stop: AbortSignal,
  kill: AbortSignal,
): Promise<void> {
  const { options, metrics, log } = needs;
  const controller = "prismcluster";
  const reconciler = new Reconciler(passOptions(needs, queue, cache));
  const concurrency = options.maxConcurrentReconciles;
  metrics.reconcile.most.set({ controller }, concurrency);
  metrics.queue.watch(controller, () => queue.heldFor());
  await runWorkers({
    queue,
    concurrency,
    stop,
    kill,
    work: async (key, signal) => {
      const ends = [metrics.reconcile.duration, metrics.reconcile.seconds].map((histogram) =>
        histogram.startTimer({ controller }),
      );
      metrics.reconcile.active.inc({ controller });
      try {
        return await reconciler.reconcile(key, signal);
      } finally {
        metrics.reconcile.active.dec({ controller });
        for (const end of ends) end();
      }
    },
    finished: (key, outcome, thrown) => {
      countOutcome(metrics, outcome);
      if (thrown !== undefined) {
        metrics.reconcile.panicked.inc({ controller });
        const [namespace, name] = key.split("/");
        log.error(
          { controller, namespace, name, err: thrown },
          "A pass failed by a fault of the operator",
        );
      }
    },
  });
}

function countOutcome({ reconcile }: Metrics, outcome: Outcome): void {
  const controller = "prismcluster";
  const isFailed = outcome.kind === "failed";
  (isFailed ? reconcile.errors : reconcile.success).inc({ controller });
  if (isFailed) reconcile.failed.inc({ controller });
  const result = isFailed ? "error" : outcome.kind === "again" ? "requeue_after" : "success";
  reconcile.total.inc({ controller, result });
}

function passOptions(
  needs: ReconcileSideOptions,
  queue: WorkQueue,
  cache: ClusterCache,
): PassOptions<PrismCluster, PrismClusterStatus> {
  const { options, transport, leadership, identity, metrics, log, background } = needs;
  const wallClock = (): Date => new Date();
  const registry = options.imagesRegistry;
  const kind = reconciledPrismCluster(needs.kinds);
  return {
    kind,
    cache,
    writer: writer({
      transport,
      leadership,
      wrote: (resource, object) => cache.overlay(resource, object),
    }),
    events: eventRecorder({
      transport,
      identity,
      now: systemClock.now,
      wallClock,
      mayWrite: () => leadership.remainingMs() > 0,
      signal: background,
    }),
    observer: passTelemetry(metrics, options.clusterMetricsLimit),
    log,
    settings: {
      images: {
        registry,
        tag: options.prismVersion,
        ...(options.imageMirror === undefined ? {} : { mirror: options.imageMirror }),
      },
      clusterDomain: options.clusterDomain,
      digest,
    },
    secrets: secretSource,
    slots: new RolloutSlots(options.maxConcurrentRollouts, (key) => queue.add(key, "resync")),
    random: Math.random,
    now: systemClock.now,
    wallClock,
    resyncMs: options.resyncMinutes * MINUTE_MS,
    passId: () => randomBytes(4).toString("hex"),
  };
}

/** Names the keys that a change concerns: the object itself, or the PrismClusters of its namespace. */
function wake(queue: WorkQueue, cache: ClusterCache, resource: Resource, change: Change): void {
  const { object, kind } = change;
  if (resource === PRISM_CLUSTER) {
    queue.add(keyOf(object));
    return;
  }
  const delay = kind === "removed" && resource !== POD ? 0 : calmMs(resource);
  for (const cluster of cache.list(PRISM_CLUSTER, object.metadata.namespace ?? "")) {
    queue.addAfter(keyOf(cluster), delay);
  }
}

function calmMs(resource: Resource): number {
  return resource === POD ? POD_CALM_MS : CALM_MS;
}

/** A list or watch that has to be repeated is no event to people until it lasts. */
function tellTrouble(
  { metrics, log }: ReconcileSideOptions,
  resource: Resource,
  what: "list" | "watch",
  failure: ApiFailure,
): void {
  metrics.process.watchRestarts.inc({ resource: resource.plural, what });
  const fields = { resource: resource.plural, reason: failure.reason, error: failure.message };
  const isOwnFault = failure.kind === "forbidden" || failure.kind === "invalid";
  if (isOwnFault) log.warn(fields, `Cannot ${what}`);
  else log.debug(fields, `Repeating a ${what}`);
}

/** What the webhooks compare an object with. */
export function neighboursIn(cache: ClusterCache): (namespace: string) => readonly KubeObject[] {
  return (namespace) => cache.list(PRISM_CLUSTER, namespace);
}
