import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { RESOLUTION_MS } from "./event-loop-lag.ts";
import { federationMetrics } from "./federation-metrics.ts";
import { conversionMetrics, webhookMetrics } from "./webhook-metrics.ts";
import { applyMetrics, queueMetrics, reconcileMetrics } from "./work-metrics.ts";

/** Every metric of the operator, in one registry; nothing is registered at import. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the registry and all metrics. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: RESOLUTION_MS });
  return {
    registry,
    reconcile: reconcileMetrics(registry),
    queue: queueMetrics(registry),
    cluster: clusterMetrics(registry),
    member: memberMetrics(registry),
    apply: applyMetrics(registry),
    webhook: webhookMetrics(registry),
    conversion: conversionMetrics(registry),
    federation: federationMetrics(registry),
    process: processMetrics(registry),
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

/** PrismPatterns and tenants. */
function memberMetrics(registry: Registry) {
  const registers = [registry];
  return {
    count: new Gauge({
      name: "prism_members",
      help: "Objects that belong to a PrismCluster, by the phase that they are in",
      labelNames: ["kind", "phase"] as const,
      registers,
    }),
    phase: new Gauge({
      name: "prism_member_phase",
      help: "1 for the phase that an object is in; where there are many, only of those that do not run",
      labelNames: ["kind", "namespace", "name", "phase"] as const,
      registers,
    }),
  };
}

function processMetrics(registry: Registry) {
  const registers = [registry];
  return {
    kept: keptMetric(registry),
    leader: new Gauge({ name: "prism_leader", help: "1 while this process may write", registers }),
    stacks: new Gauge({
      name: "prism_stacks",
      help: "PrismClusters, by whether they are ready",
      labelNames: ["ready"] as const,
      registers,
    }),
    migrationRemaining: new Gauge({
      name: "prism_storage_migration_remaining",
      help: "Objects that are still to be written in the storage version",
      labelNames: ["crd"] as const,
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

/** How many entries long-lived maps have: what grows without end is a leak. `sizes` is set by whoever has the maps. */
function keptMetric(registry: Registry): { sizes: () => Readonly<Record<string, number>> } {
  const kept = { sizes: (): Readonly<Record<string, number>> => ({}) };
  new Gauge({
    name: "prism_operator_kept_entries",
    help: "Entries that the operator keeps in memory",
    labelNames: ["what"] as const,
    registers: [registry],
    collect() {
      for (const [what, count] of Object.entries(kept.sizes())) this.set({ what }, count);
    },
  });
  return kept;
}
