/** The two servers beside the webhooks: probes for the kubelet, metrics for a scraper. */
import type { Logger } from "pino";
import type { Clock } from "./engine/clock.ts";
import { tokenJudge } from "./kube/token-judge.ts";
import type { Transport } from "./kube/transport.ts";
import { lastingLag, watchEventLoop } from "./observe/event-loop-lag.ts";
import { type HealthCheck, startHealthServer } from "./observe/health-server.ts";
import { startMetricsServer } from "./observe/metrics-server.ts";
import type { PagePair, PageServer } from "./observe/page-server.ts";
import type { Options } from "./options.ts";

/** What they need. */
export interface ProbesOptions {
  readonly options: Options;
  readonly registry: Parameters<typeof startMetricsServer>[1];
  /** Beside those that are made here. */
  readonly live: readonly HealthCheck[];
  readonly ready: readonly HealthCheck[];
  /** Of the tokens of scrapers. */
  readonly transport: Pick<Transport, "call">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

/** The servers, as far as they run. */
export interface Probes {
  /** The webhooks' certificate: metrics over TLS begin with the first one. */
  useCertificate(pair: PagePair): void;
  /** Resolves when metrics are served; rejects when their address cannot be had. */
  listening(): Promise<void>;
  close(): Promise<void>;
}

/** Starts them; metrics over TLS wait for a certificate. */
export async function startProbes(needs: ProbesOptions): Promise<Probes> {
  const { options, log } = needs;
  const lag = watchEventLoop();
  const late = lastingLag(lag, needs.clock.now);
  const health = await startHealthServer(
    { host: options.bindAddress, port: options.healthPort },
    {
      live: [{ name: "ping", failure: () => undefined }, ...needs.live],
      ready: [...needs.ready, { name: "event-loop", failure: late }],
    },
  );
  log.info({ health: health.port }, "Probes listen");
  let metrics = options.metricsTls ? undefined : serveMetrics(needs);
  await metrics;
  return {
    useCertificate: (pair) => {
      if (!options.metricsTls) return;
      if (metrics === undefined) metrics = serveMetrics(needs, pair);
      else void metrics.then((server) => server.useCertificate(pair));
    },
    listening: async () => {
      await metrics;
    },
    close: async () => {
      lag.stop();
      await health.close();
      await (await metrics)?.close();
    },
  };
}

async function serveMetrics(needs: ProbesOptions, pair?: PagePair): Promise<PageServer> {
  const { options, registry, transport, clock, log } = needs;
  const judge = options.metricsAuthentication
    ? tokenJudge({ transport, clock, path: "/metrics" })
    : undefined;
  const address = { host: options.bindAddress, port: options.metricsPort, pair };
  const server = await startMetricsServer(address, registry, judge);
  log.info({ metrics: server.port, tls: pair !== undefined }, "Metrics listen");
  return server;
}
