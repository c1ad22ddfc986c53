import type { Findings } from "../../findings.ts";
import { type BackendView, type ClusterView, isOn } from "./cluster-view.ts";

/** What a backend's type allows: number of servers, coordination, fields that other types do not know. */
export function checkBackendShape(cluster: ClusterView, findings: Findings): void {
  for (const backend of cluster.backends.values()) {
    if (!backend.enabled || backend.type === undefined) continue;
    if (backend.external) warnIgnored(backend, findings);
    else checkServers(backend, findings);
  }
}

function checkServers(backend: BackendView, findings: Findings): void {
  const replicas = backend.node.at("replicas");
  const count = replicas.number();
  const fault = count === undefined ? undefined : replicasFault(backend, count);
  if (fault !== undefined) findings.invalid(replicas.path, count, fault, "backend-replicas");
  if (backend.type === "kafka") checkKafka(backend, findings);
  else checkNotKafka(backend, findings);
}

function replicasFault({ type }: BackendView, count: number): string | undefined {
  const even = count % 2 === 0;
  switch (type) {
    case "redis":
    case "postgres":
      return count > 1
        ? `must be 1: more ${type} servers need replication, which this release does not set up; they would be separate servers behind one name`
        : undefined;
    case "minio":
      return count > 1 && count < 4
        ? "must be 1, or at least 4: MinIO spreads data over at least 4 drives"
        : undefined;
    case "nats":
      return even ? "must be odd: an even JetStream cluster survives no more losses" : undefined;
    case "kafka":
      return even ? "must be odd: an even quorum survives no more losses" : undefined;
    case undefined:
      return undefined;
  }
}

const ZOOKEEPER_VERSION = /^v?([0-3])(\.|-|$)/;

function checkKafka({ node }: BackendView, findings: Findings): void {
  if (node.at("replicas").number() === 1) {
    findings.warn(node.at("replicas").path, "a single broker keeps one copy of every message");
  }
  if (node.textAt("coordination") !== "ZooKeeper") return;
  const version = node.at("version");
  const image = node.at("image");
  if (!image.exists()) {
    const detail =
      "coordination ZooKeeper needs an image that has it: the official one is KRaft only";
    findings.required(image.path, detail, "kafka-zookeeper");
  }
  const said = version.text();
  if (said === undefined) {
    findings.required(
      version.path,
      "coordination ZooKeeper needs a version below 4",
      "kafka-zookeeper",
    );
  } else if (!ZOOKEEPER_VERSION.test(said)) {
    const detail = "must be below 4 for coordination ZooKeeper: Kafka 4 has no ZooKeeper support";
    findings.invalid(version.path, said, detail, "kafka-zookeeper");
  }
}

function checkNotKafka({ node, type }: BackendView, findings: Findings): void {
  const coordination = node.at("coordination");
  if (coordination.exists()) {
    findings.forbidden(
      coordination.path,
      `is for Kafka; this backend is of type ${type}`,
      "coordination",
    );
  }
  if (type !== "postgres" && node.has("database")) {
    findings.warn(node.at("database").path, `only PostgreSQL has a database; ${type} ignores it`);
  }
  const alwaysAsks = type === "postgres" || type === "minio";
  if (alwaysAsks && node.has("auth") && !isOn(node.at("auth"))) {
    findings.warn(node.at("auth").path, `${type} always asks for a login`);
  }
}

const FOR_SERVERS = [
  "replicas",
  "version",
  "image",
  "storage",
  "config",
  "resources",
  "pod",
] as const;

function warnIgnored({ node }: BackendView, findings: Findings): void {
  const set = FOR_SERVERS.filter((field) => node.has(field));
  if (set.length === 0) return;
  findings.warn(node.path, `an external backend has no servers; ignored: ${set.join(", ")}`);
}
