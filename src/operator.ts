/** Builds the operator of its two halves and starts them in their order (TLS-9): certificates, webhooks, caches, workers. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { parse } from "yaml";
import { familyIn } from "./controller/facts.ts";
import { aborted, within } from "./deadline.ts";
import { admittedKinds, loadCrds } from "./kinds.ts";
import type { Credentials } from "./kube/access.ts";
import { applySetup, ensureNamespace, ownUser, untilEstablished } from "./kube/cluster-setup.ts";
import { loadCredentials } from "./kube/credentials.ts";
import { ownByNamespace } from "./kube/namespace-owner.ts";
import { systemClock } from "./kube/system-clock.ts";
import { Transport } from "./kube/transport.ts";
import { LeadershipTerms } from "./leadership-terms.ts";
import { leaseAnnotations } from "./lease-annotations.ts";
import { keepMigrated, type MigrationSideOptions } from "./migration-side.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import type { Options } from "./options.ts";
import { type Probes, startProbes } from "./probes.ts";
import { createReconcileSide, neighboursIn } from "./reconcile-side.ts";
import { callTelemetry } from "./telemetry.ts";
import { CONFIGURATION, notTrusted, startWebhookSide, type WebhookSide } from "./webhook-side.ts";

/** How a process runs the operator. */
export interface OperatorRun {
  readonly options: Options;
  readonly version: string;
  /** Of the process; read for what every Kubernetes client reads. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** Spans are sent somewhere. */
  readonly isTraced: boolean;
  /** Aborts when the process should end in order. */
  readonly stop: AbortSignal;
}

/** TLS-9: after this time it is better to be started anew. */
const START_WITHIN_MS = 120_000;
const REACH_WITHIN_MS = 10_000;
const REACH_EVERY_MS = 500;

/** Runs until `stop` aborts. Rejects with an Error of one line when it cannot start or must not go on. */
export async function runOperator(run: OperatorRun): Promise<void> {
  const operator = new Operator(run, await credentialsFor(run));
  try {
    await operator.run();
  } finally {
    await operator.close();
  }
}

function credentialsFor({ options, environment }: OperatorRun): Promise<Credentials> {
  return loadCredentials({
    file: options.kubeconfig,
    context: options.context,
    kubeconfig: environment["KUBECONFIG"],
    serviceHost: environment["KUBERNETES_SERVICE_HOST"],
    servicePort: environment["KUBERNETES_SERVICE_PORT"],
    parse,
    now: systemClock.now,
  });
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
  /** Why the API server cannot use the webhooks. */
  #trust: () => string | undefined = () => undefined;
  readonly #terms: LeadershipTerms;

  constructor(run: OperatorRun, credentials: Credentials) {
    const { options, version } = run;
    this.#run = run;
    this.#metrics = createMetrics();
    this.#credentials = credentials;
    const userAgent = `prism-operator/${version}`;
    this.#transport = new Transport(this.#credentials, userAgent, callTelemetry(this.#metrics));
    this.#terms = new LeadershipTerms({
      transport: this.#transport,
      isElected: options.leaderElect,
      namespace: options.leaderElectionNamespace ?? this.#namespace(),
      name: options.leaderElectionId,
      leaseSeconds: options.leaderElectionLeaseSeconds,
      identity: this.#identity,
      annotations: leaseAnnotations(version, options),
      changed: (leads) => this.#metrics.process.leader.set(leads ? 1 : 0),
      trouble: (message) => run.log.debug({ error: message }, "Lease"),
    });
  }

  async run(): Promise<void> {
    const { options, stop, log } = this.#run;
    const probes = await this.#serveProbes();
    await this.#reach();
    const kinds = admittedKinds(loadCrds());
    // Without a namespace for its lease it cannot stand; --install makes one.
    const canStand = options.install ? this.#ensureNamespace() : Promise.resolve();
    const standing = canStand.then(() => this.#terms.stand(this.#background.signal));
    const side = createReconcileSide({
      options,
      transport: this.#transport,
      kinds,
      leadership: this.#terms,
      identity: this.#identity,
      version: this.#run.version,
      metrics: this.#metrics,
      log,
      background: this.#background.signal,
    });
    if (options.install) await this.#ensureNamespace();
    const webhooks = options.webhooks ? await this.#listen(kinds, side.cache, probes) : undefined;
    await probes.listening();
    const work = this.#begin(webhooks, side);
    await Promise.race([work, standing.then(() => work), aborted(stop).then(() => work)]);
  }

  /** Ends everything in order; also after a failed start. */
  async close(): Promise<void> {
    this.#notReady = "stopping";
    await this.#terms.release();
    for (const close of this.#closing.toReversed()) await close();
    this.#background.abort();
    this.#transport.close();
  }

  async #begin(
    webhooks: WebhookSide | undefined,
    side: ReturnType<typeof createReconcileSide>,
  ): Promise<void> {
    const { stop, log } = this.#run;
    const signal = AbortSignal.any([stop, this.#background.signal]);
    if (this.#ownsUrl()) {
      this.#notReady = "waiting for the lease: another operator answers at its own URL";
      await Promise.race([this.#terms.current.began, aborted(stop)]);
      if (stop.aborted) return;
      this.#notReady = "starting";
    }
    await within(START_WITHIN_MS, this.#install(webhooks, signal), () => notTrusted(webhooks));
    if (webhooks !== undefined) void webhooks.keeper.run(this.#background.signal);
    await Promise.race([side.watchKinds(), aborted(stop)]);
    this.#notReady = undefined;
    log.info({ identity: this.#identity, server: this.#credentials.description }, "Ready");
    await this.#lead(webhooks, side);
  }

  /** Leads whenever it holds the lease: one term after the other, until the process is to stop. */
  async #lead(
    webhooks: WebhookSide | undefined,
    side: ReturnType<typeof createReconcileSide>,
  ): Promise<void> {
    const { stop, log } = this.#run;
    for (let isFirst = true; ; isFirst = false) {
      const term = this.#terms.current;
      await Promise.race([term.began, aborted(stop)]);
      if (stop.aborted) return;
      log.info({ identity: this.#identity }, "Leading");
      const signal = AbortSignal.any([stop, term.ended]);
      // While another one led, the API server was told to call it.
      if (!isFirst && this.#ownsUrl()) await this.#installAgain(webhooks, signal);
      void keepMigrated(this.#migration(), signal);
      await side.lead(signal, AbortSignal.any([this.#background.signal, term.ended]));
      if (stop.aborted) return;
      log.warn({ identity: this.#identity }, "The lease was lost; standing for it again");
    }
  }

  #migration(): MigrationSideOptions {
    const { options, log } = this.#run;
    return {
      options,
      log,
      transport: this.#transport,
      crds: loadCrds(),
      leadership: this.#terms,
      identity: this.#identity,
      metrics: this.#metrics,
    };
  }

  async #installAgain(webhooks: WebhookSide | undefined, signal: AbortSignal): Promise<void> {
    await this.#install(webhooks, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** In url mode the holder of the lease alone is called. */
  #ownsUrl(): boolean {
    const { install, webhookMode } = this.#run.options;
    return install && webhookMode === "url";
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
    if (options.ownWebhooks)
      await ownByNamespace(this.#transport, this.#namespace(), CONFIGURATION, signal);
  }

  async #listen(
    kinds: ReturnType<typeof admittedKinds>,
    cache: ReturnType<typeof createReconcileSide>["cache"],
    probes: Probes,
  ): Promise<WebhookSide> {
    const { options, log } = this.#run;
    const starting = startWebhookSide(
      {
        options,
        namespace: this.#namespace(),
        transport: this.#transport,
        kinds,
        crds: loadCrds(),
        metrics: this.#metrics,
        log,
        isTraced: this.#run.isTraced,
        certificateChanged: probes.useCertificate,
        isLeader: () => this.#terms.remainingMs() > 0,
        neighbours: neighboursIn(cache),
        family: familyIn(cache),
      },
      this.#background.signal,
    );
    const webhooks = await within(START_WITHIN_MS, starting, () => "there is no certificate");
    this.#trust = webhooks.keeper.failure;
    this.#closing.push(() => webhooks.close());
    log.info({ port: webhooks.port }, "Webhooks listen");
    return webhooks;
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

  async #serveProbes(): Promise<Probes> {
    const { options, log } = this.#run;
    const probes = await startProbes({
      options,
      log,
      registry: this.#metrics.registry,
      transport: this.#transport,
      clock: systemClock,
      live: [{ name: "leader-election", failure: () => this.#terms.failure() }],
      ready: [
        { name: "started", failure: () => this.#notReady },
        { name: "certificates", failure: () => this.#trust() },
      ],
    });
    this.#closing.push(() => probes.close());
    return probes;
  }
}
