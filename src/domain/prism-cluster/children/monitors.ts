import type { Prometheus } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import { ADMIN } from "./admin-part.ts";
import { backendPart } from "./backend-part.ts";
import { childOf, type Part, selectorOf } from "./part.ts";
import { runnerPart } from "./runner-part.ts";
import { enabledBackends, patternsOf, type Stack } from "./stack.ts";

/** What Prometheus reads of a part: a named port of its Service and a path. */
interface Target {
  readonly part: Part;
  readonly port: string;
  readonly path: string;
}

/**
 * ServiceMonitors of everything that has metrics: admin, MinIO and runners with a port named `metrics`. The proxy, Redis,
 * NATS, PostgreSQL and Kafka export none themselves; a monitor of theirs would be an alert that never ends.
 */
export function monitorChildren(stack: Stack): readonly Child[] {
  const prometheus = stack.spec.observability?.prometheus;
  const off = prometheus === undefined || prometheus.enabled === false;
  if (off || !stack.facts.serves.serviceMonitor) return [];
  return targetsOf(stack).map((target) => serviceMonitor(stack, target, prometheus));
}

function targetsOf(stack: Stack): readonly Target[] {
  const minio = enabledBackends(stack.spec)
    .filter((backend) => backend.type === "minio" && backend.spec.external === undefined)
    .map((backend) => ({
      part: backendPart(backend),
      port: "http",
      path: "/minio/v2/metrics/cluster",
    }));
  const runners = patternsOf(stack)
    .filter((pattern) => pattern.ports?.some(({ name }) => name === "metrics"))
    .map((pattern) => ({ part: runnerPart(pattern), port: "metrics", path: "/metrics" }));
  return [{ part: ADMIN, port: "metrics", path: "/metrics" }, ...minio, ...runners];
}

function serviceMonitor(stack: Stack, target: Target, prometheus: Prometheus): Child {
  const part: Part = {
    ...target.part,
    stage: "observability",
    component: { kind: "observability" },
  };
  return childOf(stack, part, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    ...(prometheus.labels === undefined ? {} : { labels: prometheus.labels }),
    body: {
      spec: {
        selector: { matchLabels: selectorOf(part) },
        namespaceSelector: { matchNames: [stack.namespace] },
        endpoints: [
          { port: target.port, path: target.path, interval: prometheus.scrapeInterval ?? "30s" },
        ],
        // Series say which cluster they are of, under the name that the dashboards ask for.
        targetLabels: ["prism.io/cluster", "app"],
      },
    },
  });
}
