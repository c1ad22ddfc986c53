/** Builds the operator of its two halves and starts them in their order (TLS-9): certificates, webhooks, caches, workers. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { admittedKinds, loadCrds } from "./kinds.ts";
import { applySetup, ensureNamespace, ownUser, untilEstablished } from "./kube/cluster-setup.ts";
import { type Credentials, loadCredentials } from "./kube/credentials.ts";
import { ALWAYS_LEADER, type Leadership } from "./kube/leader.ts";
import { LeaderElection } from "./kube/leader-election.ts";
import { leaseStore } from "./kube/lease-store.ts";
import { systemClock } from "./kube/system-clock.ts";
import { Transport } from "./kube/transport.ts";
import { watchEventLoop } from "./observe/event-loop-lag.ts";
import { startHealthServer, startMetricsServer } from "./observe/health-server.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import type { Options } from "./options.ts";
import { createReconcileSide, neighboursIn } from "./reconcile-side.ts";
import { callTelemetry } from "./telemetry.ts";
import { startWebhookSide, type WebhookSide } from "./webhook-side.ts";

/** How a process runs the operator. */
export interface OperatorRun {
  readonly options: Options;
  readonly version: string;
  readonly log: Logger;
  /** Aborts when the process should end in order. */
  readonly stop: AbortSignal;
}

/** TLS-9: after this time it is better to be started anew. */
const START_WITHIN_MS = 120_000;
const REACH_WITHIN_MS = 10_000;
const REACH_EVERY_MS = 500;

/** Runs until `stop` aborts. Rejects with an Error of one line when it cannot start or must not go on. */
export async function runOperator(run: OperatorRun): Promise<void> {
  const operator = new Operator(run);
  try {
    await operator.run();
  } finally {
    await operator.close();
  }
}

class Operator {
  readonly #run: OperatorRun;
  readonly #metrics: Metrics;
  readonly #credentials: Credentials;
  readonly #transport: Transport;
  readonly #identity = `${hostname()}_${randomUUID()}`;
  /** Ends what runs beside the workers. */
  readonly #background = new AbortController();
  readonly #closing: (() => Promise<void> | void)[] = [];
  /** Why this process is not ready; undefined when it is. */
  #notReady: string | undefined = "starting";
  #election: LeaderElection | undefined;
  readonly #lostLease = Promise.withResolvers<never>();

  constructor(run: OperatorRun) {
    const { options, version } = run;
    this.#run = run;
    this.#metrics = createMetrics();
    this.#credentials = loadCredentials(options.kubeconfig, options.context, systemClock.now);
    const userAgent = `prism-operator/${version}`;
    this.#transport = new Transport(this.#credentials, userAgent, callTelemetry(this.#metrics));
  }

  async run(): Promise<void> {
    const { options, stop, log } = this.#run;
    await this.#serveProbes();
    await this.#reach();
    const kinds = admittedKinds(loadCrds());
    const acquired = this.#stand();
    const side = createReconcileSide({
      options,
      transport: this.#transport,
      kinds,
      leadership: this.#leadership(),
      identity: this.#identity,
      metrics: this.#metrics,
      log,
      background: this.#background.signal,
    });
    if (options.install) await this.#ensureNamespace();
    const webhooks = options.webhooks
      ? await this.#listen(kinds, neighboursIn(side.cache))
      : undefined;
    const work = this.#begin(webhooks, side, acquired);
    // A lost lease ends the work at once; whatever is under way is fenced.
    await Promise.race([work, this.#lostLease.promise, aborted(stop).then(() => work)]);
  }

  /** Ends everything in order; also after a failed start. */
  async close(): Promise<void> {
    this.#notReady = "stopping";
    await this.#election?.release();
    for (const close of this.#closing.toReversed()) await close();
    this.#background.abort();
    this.#transport.close();
  }

  async #begin(
    webhooks: WebhookSide | undefined,
    side: ReturnType<typeof createReconcileSide>,
    acquired: Promise<void>,
  ): Promise<void> {
    const { options, stop, log } = this.#run;
    const signal = AbortSignal.any([stop, this.#background.signal]);
    if (options.install && options.webhookMode === "url") {
      this.#notReady = "waiting for the lease: another operator answers at its own URL";
      await Promise.race([acquired, aborted(stop)]);
      if (stop.aborted) return;
      this.#notReady = "starting";
    }
    await within(START_WITHIN_MS, this.#install(webhooks, signal), "the webhooks are not trusted");
    if (webhooks !== undefined) void webhooks.keeper.run(this.#background.signal);
    await Promise.race([side.watchClusters(), aborted(stop)]);
    this.#notReady = undefined;
    log.info({ identity: this.#identity, server: this.#credentials.description }, "Ready");
    await Promise.race([acquired, aborted(stop)]);
    if (stop.aborted) return;
    log.info({ identity: this.#identity }, "Leading");
    await side.lead(stop, this.#background.signal);
  }

  async #install(webhooks: WebhookSide | undefined, signal: AbortSignal): Promise<void> {
    const { options } = this.#run;
    const crds = loadCrds();
    if (options.install) {
      const user = await ownUser(this.#transport, signal);
      const operatorUser = user?.startsWith("system:serviceaccount:") ? user : undefined;
      const objects = webhooks?.setup(operatorUser) ?? crds.map(({ object }) => object);
      await applySetup(this.#transport, objects, signal);
    }
    const names = crds.map(({ name }) => name);
    await untilEstablished(this.#transport, names, systemClock, signal);
    await webhooks?.keeper.establishTrust(signal);
  }

  async #listen(
    kinds: ReturnType<typeof admittedKinds>,
    neighbours: ReturnType<typeof neighboursIn>,
  ): Promise<WebhookSide> {
    const { options, log } = this.#run;
    const webhooks = await startWebhookSide(
      {
        options,
        namespace: this.#namespace(),
        transport: this.#transport,
        kinds,
        crds: loadCrds(),
        metrics: this.#metrics,
        log,
        isLeader: () => this.#leadership().remainingMs() > 0,
        neighbours,
      },
      this.#background.signal,
    );
    this.#closing.push(() => webhooks.close());
    log.info({ port: webhooks.port }, "Webhooks listen");
    return webhooks;
  }

  /** Stands for election; resolves when this process leads. */
  #stand(): Promise<void> {
    const { options, log } = this.#run;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!options.leaderElect) {
      this.#metrics.process.leader.set(1);
      resolve();
      return promise;
    }
    const namespace = options.leaderElectionNamespace ?? this.#namespace();
    const election = new LeaderElection({
      store: leaseStore(this.#transport, namespace, options.leaderElectionId),
      identity: this.#identity,
      clock: systemClock,
      random: Math.random,
      wallClock: () => new Date(),
      acquired: () => {
        this.#metrics.process.leader.set(1);
        resolve();
      },
      lost: () => {
        this.#metrics.process.leader.set(0);
        this.#lostLease.reject(new Error("the lease was lost: another operator may lead now"));
      },
      trouble: (message) => log.debug({ error: message }, "Lease"),
    });
    this.#election = election;
    const standing = new AbortController();
    const signal = AbortSignal.any([standing.signal, this.#background.signal]);
    // Without a namespace for its lease it cannot stand; --install makes one.
    const ready = options.install ? this.#ensureNamespace() : Promise.resolve();
    void ready.then(() => election.run(signal)).catch(this.#lostLease.reject);
    this.#lostLease.promise.catch(() => undefined);
    return promise;
  }

  #leadership(): Leadership {
    return this.#election ?? ALWAYS_LEADER;
  }

  #namespace(): string {
    return this.#run.options.namespace ?? this.#credentials.namespace;
  }

  #ensureNamespace(): Promise<void> {
    return ensureNamespace(this.#transport, this.#namespace(), this.#background.signal);
  }

  /** One line for people when there is no API server, instead of a thousand retries. */
  async #reach(): Promise<void> {
    const deadline = systemClock.now() + REACH_WITHIN_MS;
    for (;;) {
      const call = { method: "GET", path: "/version", timeoutMs: REACH_WITHIN_MS } as const;
      const answer = await this.#transport.call(call, this.#run.stop);
      if (answer.ok || this.#run.stop.aborted) return;
      const { kind, reason, message } = answer.failure;
      if (kind !== "unreachable" || systemClock.now() > deadline) {
        const why = message === "" ? reason : message;
        throw new Error(`cannot use the API server ${this.#credentials.description}: ${why}`);
      }
      await new Promise((resolve) => setTimeout(resolve, REACH_EVERY_MS));
    }
  }

  async #serveProbes(): Promise<void> {
    const { options } = this.#run;
    const lag = watchEventLoop();
    const host = options.bindAddress;
    const slow = (): string | undefined =>
      lag.p99Ms() > 2_000 ? "the event loop lags" : undefined;
    const health = await startHealthServer(
      { host, port: options.healthPort },
      {
        live: [{ name: "ping", failure: () => undefined }],
        ready: [
          { name: "started", failure: () => this.#notReady },
          { name: "event-loop", failure: slow },
        ],
      },
    );
    const metrics = await startMetricsServer(
      { host, port: options.metricsPort },
      this.#metrics.registry,
    );
    this.#closing.push(() => lag.stop(), health.close, metrics.close);
    this.#run.log.info({ health: health.port, metrics: metrics.port }, "Probes and metrics listen");
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function within(ms: number, work: Promise<void>, what: string): Promise<void> {
  const timer = Promise.withResolvers<never>();
  const late = (): void => timer.reject(new Error(`${what} after ${ms / 1_000} s`));
  const handle = setTimeout(late, ms);
  try {
    await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}
