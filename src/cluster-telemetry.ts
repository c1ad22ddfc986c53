/** The series of every PrismCluster, within a budget: they go with their object. */
import type { PrismClusterStatus } from "./api/prism-cluster-v1alpha2.ts";
import { findCondition } from "./domain/condition.ts";
import type { ObjectKey } from "./domain/kube-object.ts";
import { previousStatus } from "./domain/prism-cluster/status/previous.ts";
import type { Metrics } from "./observe/metrics.ts";

/** A part by its name in metrics, and whether it is ready. */
type Part = readonly [name: string, isReady: boolean];

interface KnownCluster {
  readonly status: PrismClusterStatus;
  readonly isReady: boolean;
  readonly labels: { readonly namespace: string; readonly cluster: string };
  forget: () => void;
}

/**
 * Shows the phase of each cluster, and each component and pattern of up to `limit` clusters. Of more than that only those that are not ready show
 * their parts: a hundred clusters of ten parts would be a thousand series, and what is ready needs no look.
 */
export class ClusterTelemetry {
  readonly #metrics: Pick<Metrics, "cluster" | "process">;
  readonly #limit: number;
  readonly #known = new Map<string, KnownCluster>();

  constructor(metrics: Pick<Metrics, "cluster" | "process">, limit: number) {
    this.#metrics = metrics;
    this.#limit = limit;
  }

  /** The status as it is now; undefined when the object is gone. */
  saw({ namespace, name }: ObjectKey, status: object | undefined): void {
    const id = `${namespace}/${name}`;
    const wasBeyond = this.#isBeyond();
    this.#known.get(id)?.forget();
    this.#known.delete(id);
    if (status !== undefined) {
      const read = previousStatus({ apiVersion: "", kind: "", metadata: { name }, status });
      const isReady = findCondition(read.conditions, "Ready")?.status === "True";
      const labels = { namespace, cluster: name };
      this.#known.set(id, { status: read, isReady, labels, forget: () => undefined });
    }
    const changed = this.#known.get(id);
    const hasTurned = wasBeyond !== this.#isBeyond();
    for (const one of hasTurned ? this.#known.values() : changed ? [changed] : []) this.#show(one);
    const ready = [...this.#known.values()].filter((one) => one.isReady).length;
    this.#metrics.process.stacks.set({ ready: "true" }, ready);
    this.#metrics.process.stacks.set({ ready: "false" }, this.#known.size - ready);
  }

  #isBeyond(): boolean {
    return this.#known.size > this.#limit;
  }

  #show(one: KnownCluster): void {
    one.forget();
    const { phase: phases, components, patterns } = this.#metrics.cluster;
    const phase = { ...one.labels, phase: (one.status.phase ?? "Pending").toLowerCase() };
    phases.set(phase, 1);
    const shown = this.#parts(one, componentsOf(one.status));
    const runners = this.#parts(one, patternsOf(one.status));
    for (const [component, isReady] of shown)
      components.set({ ...one.labels, component }, isReady ? 1 : 0);
    for (const [pattern, isReady] of runners)
      patterns.set({ ...one.labels, pattern }, isReady ? 1 : 0);
    one.forget = () => {
      phases.remove(phase);
      for (const [component] of shown) components.remove({ ...one.labels, component });
      for (const [pattern] of runners) patterns.remove({ ...one.labels, pattern });
    };
  }

  #parts(one: KnownCluster, parts: readonly Part[]): readonly Part[] {
    return this.#isBeyond() && one.isReady ? [] : parts;
  }
}

/** The source's `admin` and `proxy`, and every backend by its name. */
function componentsOf({
  adminStatus,
  proxyStatus,
  backendStatus = [],
}: PrismClusterStatus): Part[] {
  return [
    ...(adminStatus === undefined ? [] : [["admin", adminStatus.ready] as const]),
    ...(proxyStatus === undefined ? [] : [["proxy", proxyStatus.ready] as const]),
    ...backendStatus.map(({ name, ready }) => [name, ready] as const),
  ];
}

function patternsOf({ patternStatus = [] }: PrismClusterStatus): Part[] {
  return patternStatus.map(({ name, ready }) => [name.replace(/-runner$/, ""), ready]);
}
