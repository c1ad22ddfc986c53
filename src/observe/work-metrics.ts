/** Metrics of queues, passes and what they write: the source's names, and controller-runtime's beside them, so that existing dashboards work. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Seconds; from a pass that only compares to one that waits for a slow API server. */
const PASS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** controller-runtime's buckets of the work queue. */
const QUEUE_BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100];

/** Passes by controller. */
export function reconcileMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ["controller"] as const;
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames, buckets: PASS_BUCKETS, registers });
  return {
    duration: histogram("prism_operator_reconcile_duration_seconds", "Time of one reconciliation"),
    errors: counter(
      "prism_operator_reconcile_errors_total",
      "Reconciliations that failed and are tried again",
    ),
    success: counter("prism_operator_reconcile_success_total", "Reconciliations that worked"),
    total: new Counter({
      name: "controller_runtime_reconcile_total",
      help: "Reconciliations by result",
      labelNames: ["controller", "result"] as const,
      registers,
    }),
    failed: counter("controller_runtime_reconcile_errors_total", "Reconciliations that failed"),
    panicked: counter(
      "controller_runtime_reconcile_panics_total",
      "Reconciliations that failed by a fault of the operator",
    ),
    seconds: histogram("controller_runtime_reconcile_time_seconds", "Time of one reconciliation"),
    active: gauge("controller_runtime_active_workers", "Workers that hold a key now"),
    most: gauge("controller_runtime_max_concurrent_reconciles", "Workers there are"),
  };
}

/** workqueue_*, as client-go names them. */
export function queueMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ["name"] as const;
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames, buckets: QUEUE_BUCKETS, registers });
  const held = new Map<string, HeldFor>();
  const ofHeld = (name: string, help: string, measure: (ms: readonly number[]) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const [queue, heldFor] of held) this.set({ name: queue }, measure(heldFor()) / 1_000);
      },
    });
  ofHeld("workqueue_unfinished_work_seconds", "Time of all keys that are held, together", sum);
  ofHeld("workqueue_longest_running_processor_seconds", "Time of the key held longest", longest);
  return {
    depth: new Gauge({ name: "workqueue_depth", help: "Keys that wait", labelNames, registers }),
    adds: counter("workqueue_adds_total", "Keys that were added"),
    retries: counter("workqueue_retries_total", "Keys that were added again after a failure"),
    waited: histogram("workqueue_queue_duration_seconds", "Time from added to taken"),
    worked: histogram("workqueue_work_duration_seconds", "Time from taken to done"),
    /** Whom to ask when metrics are read; a queue of the same name takes the place of an older one. */
    watch: (name: string, heldFor: HeldFor): void => {
      held.set(name, heldFor);
    },
  };
}

/** Milliseconds for which each key has been held. */
export type HeldFor = () => readonly number[];

function sum(times: readonly number[]): number {
  return times.reduce((total, ms) => total + ms, 0);
}

function longest(times: readonly number[]): number {
  return Math.max(0, ...times);
}

/** What passes write to the API server. */
export function applyMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> => new Counter({ name, help, labelNames, registers });
  return {
    created: counter("prism_operator_resource_created_total", "Children created", [
      "resource_type",
    ]),
    updated: counter("prism_operator_resource_updated_total", "Children updated", [
      "resource_type",
    ]),
    deleted: counter("prism_operator_resource_deleted_total", "Children deleted", [
      "resource_type",
    ]),
    applied: counter("prism_apply_total", "Children that a pass had to write, by what came of it", [
      "kind",
      "result",
    ]),
    skipped: counter("prism_apply_skipped_total", "Children that were as they should be"),
    pruned: counter("prism_prune_total", "Children deleted since nothing asks for them", ["kind"]),
    recreated: counter(
      "prism_statefulset_recreations_total",
      "StatefulSets deleted without their pods and created again",
    ),
    calls: counter("rest_client_requests_total", "Calls to the API server; code 0 had no answer", [
      "method",
      "code",
    ]),
  };
}
