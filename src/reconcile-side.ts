/** The half of the operator that watches and writes: caches, a queue and workers for each kind. */
import type { Logger } from "pino";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import type { ApiFailure } from "./controller/api-result.ts";
import type { Controller } from "./controller/controller.ts";
import type { Change } from "./controller/ports.ts";
import { CHILD_RESOURCES, OWN_RESOURCES, type Resource } from "./controller/resource.ts";
import { keyOf, type Wake, wakesOf, wakesOfOthers } from "./controller/wake.ts";
import { createControllers } from "./controllers.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import type { Outcome } from "./engine/outcome.ts";
import { WorkQueue } from "./engine/work-queue.ts";
import { runWorkers } from "./engine/worker-pool.ts";
import { ClusterCache } from "./kube/cluster-cache.ts";
import { Discovery } from "./kube/discovery.ts";
import { eventRecorder } from "./kube/event-recorder.ts";
import type { Leadership } from "./kube/leader.ts";
import { systemClock } from "./kube/system-clock.ts";
import type { Transport } from "./kube/transport.ts";
import { writer } from "./kube/writer.ts";
import type { Metrics } from "./observe/metrics.ts";
import { tracedPass } from "./observe/tracing.ts";
import type { Options } from "./options.ts";
import { queueTelemetry } from "./telemetry.ts";

/** What this half needs. */
export interface ReconcileSideOptions {
  readonly options: Options;
  readonly transport: Transport;
  readonly kinds: readonly AdmittedKind[];
  readonly leadership: Leadership;
  readonly identity: string;
  /** Of the operator. */
  readonly version: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Ends every watch. */
  readonly background: AbortSignal;
}

/** The half, not started. */
export interface ReconcileSide {
  readonly cache: ClusterCache;
  /** Knows every object of our kinds; webhooks ask about neighbours from then on. */
  watchKinds(): Promise<void>;
  /** One term: knows their children too, then works until `stop`; resolves when the last pass has ended. */
  lead(stop: AbortSignal, kill: AbortSignal): Promise<void>;
}

const HOUSEKEEPING_MS = 300_000;

/** Joins caches, queues and controllers; nothing runs yet. */
export function createReconcileSide(needs: ReconcileSideOptions): ReconcileSide {
  const { transport, background } = needs;
  let looksForResources = false;
  const term = new Term(needs);
  needs.metrics.process.kept.sizes = () => term.sizes();
  const discovery = new Discovery({
    transport,
    clock: systemClock,
    resources: CHILD_RESOURCES.filter(({ optional }) => optional === true),
    changed: (resource, served) => term.servedChanged(resource, served),
  });
  const cache = new ClusterCache({
    transport,
    discovery,
    namespaces: needs.options.watchNamespace,
    clock: systemClock,
    random: Math.random,
    changed: (resource, change) => term.changed(resource, change),
    trouble: (resource, what, failure) => tellTrouble(needs, resource, what, failure),
  });
  term.use(cache);
  return {
    cache,
    watchKinds: () => cache.startKinds(term.watched, background),
    lead: async (stop, kill) => {
      term.begin();
      await discovery.refresh(background);
      await cache.startChildren();
      if (!looksForResources) void discovery.run(background);
      looksForResources = true;
      const housekeeping = setInterval(() => cache.dropUnusedReferences(), HOUSEKEEPING_MS);
      await term.work(stop, kill);
      clearInterval(housekeeping);
    },
  };
}

/** The controllers with their queues; those are there only while this process leads. */
class Term {
  readonly #needs: ReconcileSideOptions;
  readonly #queues = new Map<string, WorkQueue>();
  #controllers: readonly Controller[] = [];
  #cache: ClusterCache | undefined;

  constructor(needs: ReconcileSideOptions) {
    this.#needs = needs;
  }

  /** What controllers read beside our kinds and their children. */
  get watched(): readonly Resource[] {
    return this.#controllers.flatMap(({ watches }) => watches);
  }

  use(cache: ClusterCache): void {
    const { options, transport, kinds, leadership, identity, version, metrics, log, background } =
      this.#needs;
    this.#cache = cache;
    this.#controllers = createControllers(kinds, {
      options,
      cache,
      writer: writer({
        transport,
        leadership,
        wrote: (resource, object) => {
          const change = cache.overlay(resource, object);
          // The watch brings nothing new of it, and others may wait for what it says.
          if (change) this.#wake(wakesOfOthers(resource, change, this.#controllers));
        },
      }),
      events: eventRecorder({
        transport,
        identity,
        now: systemClock.now,
        wallClock: () => new Date(),
        remainingMs: () => leadership.remainingMs(),
        signal: background,
      }),
      leadership,
      version,
      metrics,
      log,
      wake: (controller, key, urgency) => this.#queues.get(controller)?.add(key, urgency),
    });
  }

  changed(resource: Resource, change: Change): void {
    if (this.#queues.size === 0 || this.#cache === undefined) return;
    this.#wake(wakesOf(resource, change, this.#controllers, this.#cache));
    const { namespace = "" } = change.object.metadata;
    const isLast = change.kind === "removed" && !this.#hasObjectsIn(namespace);
    if (isLast) this.#cache.dropReferencesIn(namespace);
  }

  /** What is kept in memory, by what it is. */
  sizes(): Readonly<Record<string, number>> {
    const queues = [...this.#queues].flatMap(([name, queue]) =>
      Object.entries(queue.sizes()).map(([what, count]) => [`${name} ${what}`, count] as const),
    );
    const states = this.#controllers.map((one) => [`${one.name} states`, one.size()] as const);
    return Object.fromEntries([...(this.#cache?.sizes() ?? []), ...states, ...queues]);
  }

  #hasObjectsIn(namespace: string): boolean {
    return this.#controllers.some(
      ({ resource }) => (this.#cache?.list(resource, namespace).length ?? 0) > 0,
    );
  }

  /** The CRD of an optional resource came or went. */
  servedChanged(resource: Resource, served: boolean): void {
    if (this.#queues.size === 0) return;
    void this.#cache?.servedChanged(resource, served);
    this.#addAll("live");
  }

  begin(): void {
    for (const { name } of this.#controllers) {
      const observer = queueTelemetry(this.#needs.metrics, name);
      this.#queues.set(name, new WorkQueue({ clock: systemClock, random: Math.random, observer }));
    }
  }

  async work(stop: AbortSignal, kill: AbortSignal): Promise<void> {
    this.#addAll("resync");
    await Promise.all(
      this.#controllers.flatMap((controller) => {
        const queue = this.#queues.get(controller.name);
        if (queue === undefined) return [];
        const besides = controller.besides?.(stop, kill) ?? Promise.resolve();
        return [work(this.#needs, controller, queue, stop, kill), besides];
      }),
    );
    this.#queues.clear();
  }

  #addAll(urgency: "live" | "resync"): void {
    for (const { name, resource } of this.#controllers) {
      for (const object of this.#cache?.all(resource) ?? []) {
        this.#queues.get(name)?.add(keyOf(object), urgency);
      }
    }
  }

  #wake(wakes: readonly Wake[]): void {
    for (const { controller, key, afterMs } of wakes) {
      this.#queues.get(controller.name)?.addAfter(key, afterMs);
    }
  }
}

async function work(
  { options, metrics, log }: ReconcileSideOptions,
  reconciler: Controller,
  queue: WorkQueue,
  stop: AbortSignal,
  kill: AbortSignal,
): Promise<void> {
  const { name: controller } = reconciler;
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
        return await tracedPass(controller, key, () => reconciler.reconcile(key, signal));
      } finally {
        metrics.reconcile.active.dec({ controller });
        for (const end of ends) end();
      }
    },
    finished: (key, outcome, thrown) => {
      countOutcome(metrics, controller, outcome);
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

function countOutcome({ reconcile }: Metrics, controller: string, outcome: Outcome): void {
  const isFailed = outcome.kind === "failed";
  (isFailed ? reconcile.errors : reconcile.success).inc({ controller });
  if (isFailed) reconcile.failed.inc({ controller });
  const result = isFailed ? "error" : outcome.kind === "again" ? "requeue_after" : "success";
  reconcile.total.inc({ controller, result });
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
  return (namespace) => OWN_RESOURCES.flatMap((resource) => cache.list(resource, namespace));
}
