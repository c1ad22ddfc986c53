/** Joins what the parts tell about themselves with metrics and logs; the parts know neither. */
import type { Logger } from "pino";
import type { CertificateObserver } from "../certs/certificate-keeper.ts";
import type { WebhookObserver } from "../webhooks/observer.ts";
import type { PassObserver } from "./controller/ports.ts";
import { findCondition } from "./domain/condition.ts";
import type { ObjectKey } from "./domain/kube-object.ts";
import { previousStatus } from "./domain/prism-cluster/status/previous.ts";
import type { QueueObserver } from "./engine/work-queue.ts";
import type { CallObserver } from "./kube/transport.ts";
import type { Metrics } from "./observe/metrics.ts";

/** Counts calls to the API server. */
export function callTelemetry({ apply }: Metrics): CallObserver {
  return (method, code) => apply.calls.inc({ method, code: String(code) });
}

/** workqueue_* of one queue. */
export function queueTelemetry({ queue }: Metrics, name: string): QueueObserver {
  return {
    added: () => queue.adds.inc({ name }),
    retried: () => queue.retries.inc({ name }),
    depth: (waiting) => queue.depth.set({ name }, waiting),
    waited: (ms) => queue.waited.observe({ name }, ms / 1_000),
    worked: (ms) => queue.worked.observe({ name }, ms / 1_000),
  };
}

/** What passes write, and the state of every PrismCluster; series go with their object. */
export function passTelemetry({ apply, cluster, process }: Metrics): PassObserver {
  const known = new Map<string, KnownCluster>();
  return {
    wrote: (action, object) => apply[action].inc({ resource_type: object.kind.toLowerCase() }),
    recreated: () => apply.recreated.inc(),
    status: (key, status) => {
      const id = `${key.namespace}/${key.name}`;
      known.get(id)?.forget();
      known.delete(id);
      if (status !== undefined) known.set(id, showCluster(cluster, key, status));
      const ready = [...known.values()].filter(({ isReady }) => isReady).length;
      process.stacks.set({ ready: "true" }, ready);
      process.stacks.set({ ready: "false" }, known.size - ready);
    },
  };
}

interface KnownCluster {
  readonly isReady: boolean;
  forget(): void;
}

function showCluster(
  metrics: Metrics["cluster"],
  { namespace, name }: ObjectKey,
  status: object,
): KnownCluster {
  const labels = { namespace, cluster: name };
  const read = previousStatus({ apiVersion: "", kind: "", metadata: { name }, status });
  const phase = { ...labels, phase: (read.phase ?? "Pending").toLowerCase() };
  metrics.phase.set(phase, 1);
  const components = componentsOf(read).map(([component, isReady]) => {
    metrics.components.set({ ...labels, component }, isReady ? 1 : 0);
    return { ...labels, component };
  });
  const patterns = (read.patternStatus ?? []).map(({ name: runner, ready }) => {
    const pattern = { ...labels, pattern: runner.replace(/-runner$/, "") };
    metrics.patterns.set(pattern, ready ? 1 : 0);
    return pattern;
  });
  return {
    isReady: findCondition(read.conditions, "Ready")?.status === "True",
    forget: () => {
      metrics.phase.remove(phase);
      for (const component of components) metrics.components.remove(component);
      for (const pattern of patterns) metrics.patterns.remove(pattern);
    },
  };
}

/** The source's `admin` and `proxy`, and every backend by its name. */
function componentsOf(status: ReturnType<typeof previousStatus>): [string, boolean][] {
  const { adminStatus, proxyStatus, backendStatus = [] } = status;
  return [
    ...(adminStatus === undefined ? [] : [["admin", adminStatus.ready] as [string, boolean]]),
    ...(proxyStatus === undefined ? [] : [["proxy", proxyStatus.ready] as [string, boolean]]),
    ...backendStatus.map(({ name, ready }): [string, boolean] => [name, ready]),
  ];
}

/** What the webhooks answer: counted all, logged where somebody was refused. */
export function webhookTelemetry({ webhook: metrics }: Metrics, log: Logger): WebhookObserver {
  return {
    admitted: ({ webhook, operation, version, result, seconds, rules, ...request }) => {
      metrics.requests.inc({ webhook, operation, version, result });
      metrics.seconds.observe({ webhook }, seconds);
      for (const rule of rules) metrics.denials.inc({ rule });
      if (result === "denied")
        log.info({ webhook, operation, version, rules, ...request }, "Denied");
    },
    converted: ({ to, objects, seconds, result, ignoredData }) => {
      metrics.conversions.inc({ to, result }, objects);
      metrics.conversionSeconds.observe({ to }, seconds);
      if (ignoredData > 0)
        log.warn({ to, objects: ignoredData }, "Dropped foreign conversion data");
    },
    faulted: (webhook, code) => {
      metrics.requests.inc({ webhook, operation: "", version: "", result: String(code) });
    },
    panicked: (webhook, error) => {
      metrics.panics.inc({ webhook });
      log.error({ webhook, err: error }, "A webhook call failed by a fault of the operator");
    },
  };
}

/** What becomes of certificates. */
export function certificateTelemetry({ webhook }: Metrics, log: Logger): CertificateObserver {
  let told = "";
  return {
    expires: (kind, atMs) => webhook.certificateExpiry.set({ kind }, atMs / 1_000),
    injected: (target, result) => {
      webhook.injections.inc({ target, result });
      if (result === "injected") log.info({ target }, "Injected the certificate authority");
    },
    failed: (error) => {
      const text = error instanceof Error ? error.message : "unknown";
      if (text !== told) log.warn({ error: text }, "Certificates could not be looked after");
      told = text;
    },
  };
}
