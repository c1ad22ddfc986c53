import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { type ClusterView, isOn, type PatternView } from "./cluster-view.ts";

/**
 * What today's Prism programs would refuse or do otherwise than meant (jrepp/prism-data-layer at c45f0c7d, October
 * 2025). These are limits of one release, and images can be replaced: warnings, and none for a pattern with an image of
 * its own.
 */
export function warnPrismPrograms(cluster: ClusterView, findings: Findings): void {
  warnRunners(cluster, findings);
  if (cluster.spec.at("admin", "storage", "type").text() === "postgres") {
    const { path } = cluster.spec.at("admin", "storage", "type");
    if (
      !cluster.spec.at("admin", "image").exists() &&
      !cluster.spec.at("images", "admin").exists()
    ) {
      findings.warn(path, "Prism's admin of October 2025 cannot use PostgreSQL and does not start");
    }
  }
}

/** The part of it that is about runners. */
export function warnRunners(cluster: ClusterView, findings: Findings): void {
  const runners = cluster.spec.at("images", "runners");
  for (const pattern of cluster.patterns) {
    const { node, type } = pattern;
    if (type === undefined || node.has("image") || runners.has(type)) continue;
    warnRunner(cluster, pattern, type, findings);
  }
}

/** Types of backends that work, by type of runner. */
const WORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ["keyvalue", ["redis", "memstore"]],
  ["consumer", ["nats", "memstore"]],
  ["producer", ["nats", "redis", "memstore"]],
  ["multicast-registry", ["redis", "nats"]],
  ["mailbox", ["nats", "sqlite", "minio"]],
]);

function warnRunner(
  cluster: ClusterView,
  pattern: PatternView,
  type: string,
  findings: Findings,
): void {
  const { node } = pattern;
  const works = WORKS.get(type);
  if (works === undefined) {
    findings.warn(
      node.path,
      `Prism has no runner of type ${type}; set image or spec.images.runners`,
    );
    return;
  }
  for (const use of pattern.uses) {
    const used = cluster.backends.get(use.name)?.type ?? use.name;
    if (!works.includes(used) && !isUnknown(cluster, use.name)) {
      findings.warn(
        use.node.path,
        `the ${type} runner does not work with ${used}, only with ${works.join(", ")}`,
      );
    }
  }
  warnScale(pattern, type, findings);
  warnNetwork(node, findings);
  if (type === "consumer") warnConsumer(cluster, pattern, findings);
  if (type === "producer") warnProducer(node, findings);
}

/** Missing backends are an error elsewhere. */
function isUnknown(cluster: ClusterView, name: string): boolean {
  return !cluster.backends.has(name) && name !== "sqlite" && name !== "memstore";
}

function warnScale({ node, uses, name }: PatternView, type: string, findings: Findings): void {
  const replicas = node.at("replicas").number() ?? 1;
  const most = isOn(node.at("autoscaling"))
    ? (node.at("autoscaling", "maxReplicas").number() ?? replicas)
    : replicas;
  if (most <= 1) return;
  const inMemory = uses.some((use) => use.name === "memstore");
  const reason =
    SINGLE.get(type) ??
    (type === "keyvalue" && inMemory ? "each pod has data of its own" : undefined);
  if (reason !== undefined) findings.warn(node.path, `${name} has more than one pod: ${reason}`);
}

/** Why more than one pod of a runner does not do what is meant. */
const SINGLE: ReadonlyMap<string, string> = new Map([
  ["consumer", "every pod handles every message"],
  ["mailbox", "every pod stores every message"],
  ["multicast-registry", "identities live in the memory of one pod"],
]);

function warnNetwork(node: JsonNode, findings: Findings): void {
  if (node.at("ports").items().length > 0) {
    findings.warn(node.at("ports").path, "Prism's runners listen on no port; nothing will answer");
  }
  for (const [kind, probe] of node.at("probes").entries()) {
    if (probe.has("exec")) continue;
    findings.warn(
      node.at("probes", kind).path,
      "Prism's runners listen on no port; the probe fails",
    );
  }
}

function warnConsumer(cluster: ClusterView, { node, name }: PatternView, findings: Findings): void {
  const config = node.at("config");
  if (!config.has("topic")) {
    findings.warn(config.path, `topic is not set; ${name} is used`);
  }
  if (!config.has("consumer_group")) {
    const group = `${cluster.root.at("metadata", "name").text() ?? ""}-${name}`;
    findings.warn(config.path, `consumer_group is not set; ${group} is used`);
  }
  for (const trigger of node.at("autoscaling", "triggers").items()) {
    const type = trigger.textAt("type");
    if (type === "kafka" || type === "nats-jetstream") {
      findings.warn(trigger.path, `${type} measures nothing that the consumer runner reads`);
    }
  }
}

function warnProducer(node: JsonNode, findings: Findings): void {
  const config = node.at("config");
  const size = Number(config.at("batch_size").value ?? 0);
  if (size > 0 && !config.has("batch_interval")) {
    findings.warn(config.path, "batch_size needs batch_interval, or the producer does not start");
  }
}
