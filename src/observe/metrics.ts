import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; from a pass that only compares to one that waits for a slow API server. */
const PASS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** controller-runtime's buckets of the work queue. */
const QUEUE_BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100];
/** OBS-3. */
const WEBHOOK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the operator, in one registry; nothing is registered at import. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the registry and all metrics. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    reconcile: reconcileMetrics(registry),
    queue: queueMetrics(registry),
    cluster: clusterMetrics(registry),
    apply: applyMetrics(registry),
    webhook: webhookMetrics(registry),
    process: processMetrics(registry),
  };
}

/** The source's names, and controller-runtime's beside them, so that existing dashboards work. */
function reconcileMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ["controller"] as const;
  return {
    duration: new Histogram({
      name: "prism_operator_reconcile_duration_seconds",
      help: "Time of one reconciliation",
      labelNames,
      buckets: PASS_BUCKETS,
      registers,
    }),
    errors: new Counter({
      name: "prism_operator_reconcile_errors_total",
      help: "Reconciliations that failed and are tried again",
      labelNames,
      registers,
    }),
    success: new Counter({
      name: "prism_operator_reconcile_success_total",
      help: "Reconciliations that worked",
      labelNames,
      registers,
    }),
    total: new Counter({
      name: "controller_runtime_reconcile_total",
      help: "Reconciliations by result",
      labelNames: ["controller", "result"] as const,
      registers,
    }),
    active: new Gauge({
      name: "controller_runtime_active_workers",
      help: "Workers that hold a key now",
      labelNames,
      registers,
    }),
    most: new Gauge({
      name: "controller_runtime_max_concurrent_reconciles",
      help: "Workers there are",
      labelNames,
      registers,
    }),
  };
}

function queueMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ["name"] as const;
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames, buckets: QUEUE_BUCKETS, registers });
  return {
    depth: new Gauge({ name: "workqueue_depth", help: "Keys that wait", labelNames, registers }),
    adds: counter("workqueue_adds_total", "Keys that were added"),
    retries: counter("workqueue_retries_total", "Keys that were added again after a failure"),
    waited: histogram("workqueue_queue_duration_seconds", "Time from added to taken"),
    worked: histogram("workqueue_work_duration_seconds", "Time from taken to done"),
  };
}

/** Per PrismCluster: the source's names, with the namespace beside them. */
function clusterMetrics(registry: Registry) {
  const registers = [registry];
  return {
    phase: new Gauge({
      name: "prism_cluster_phase",
      help: "1 for the phase that the cluster is in",
      labelNames: ["namespace", "cluster", "phase"] as const,
      registers,
    }),
    components: new Gauge({
      name: "prism_cluster_components_ready",
      help: "1 when the component is ready",
      labelNames: ["namespace", "cluster", "component"] as const,
      registers,
    }),
    patterns: new Gauge({
      name: "prism_cluster_patterns_ready",
      help: "1 when the pattern's runner is ready",
      labelNames: ["namespace", "cluster", "pattern"] as const,
      registers,
    }),
  };
}

function applyMetrics(registry: Registry) {
  const registers = [registry];
  const byType = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ["resource_type"] as const, registers });
  return {
    created: byType("prism_operator_resource_created_total", "Children created"),
    updated: byType("prism_operator_resource_updated_total", "Children updated"),
    deleted: byType("prism_operator_resource_deleted_total", "Children deleted"),
    recreated: new Counter({
      name: "prism_statefulset_recreations_total",
      help: "StatefulSets deleted without their pods and created again",
      registers,
    }),
    calls: new Counter({
      name: "rest_client_requests_total",
      help: "Calls to the API server; code 0 had no answer",
      labelNames: ["method", "code"] as const,
      registers,
    }),
  };
}

function webhookMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Histogram({ name, help, labelNames, buckets: WEBHOOK_BUCKETS, registers });
  return {
    requests: counter("prism_webhook_requests_total", "Webhook calls", [
      "webhook",
      "operation",
      "version",
      "result",
    ]),
    seconds: histogram("prism_webhook_request_duration_seconds", "Time of a call", ["webhook"]),
    denials: counter("prism_webhook_denials_total", "Denials by rule", ["rule"]),
    panics: counter("prism_webhook_panics_total", "Calls answered with 500 by a fault of ours", [
      "webhook",
    ]),
    conversions: counter("prism_conversion_objects_total", "Objects converted", ["to", "result"]),
    conversionSeconds: histogram("prism_conversion_duration_seconds", "Time of a review", ["to"]),
    certificateExpiry: new Gauge({
      name: "prism_webhook_certificate_expiration_timestamp_seconds",
      help: "When the certificate ends",
      labelNames: ["kind"] as const,
      registers,
    }),
    injections: counter("prism_webhook_ca_injections_total", "Trust bundles written", [
      "target",
      "result",
    ]),
  };
}

function processMetrics(registry: Registry) {
  const registers = [registry];
  return {
    leader: new Gauge({ name: "prism_leader", help: "1 while this process may write", registers }),
    stacks: new Gauge({
      name: "prism_stacks",
      help: "PrismClusters, by whether they are ready",
      labelNames: ["ready"] as const,
      registers,
    }),
    watchRestarts: new Counter({
      name: "prism_watch_failures_total",
      help: "Lists and watches that had to be repeated",
      labelNames: ["resource", "what"] as const,
      registers,
    }),
  };
}
