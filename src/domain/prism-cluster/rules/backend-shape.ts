import type { Findings } from "../../findings.ts";
import { type BackendView, type ClusterView, isOn } from "./cluster-view.ts";

/** Fields of a backend that its type or its place does not use. What is wrong for a type, the CRD's rules refuse. */
export function warnBackendShape(cluster: ClusterView, findings: Findings): void {
  for (const backend of cluster.backends.values()) {
    if (!backend.enabled || backend.type === undefined) continue;
    if (backend.external) warnIgnored(backend, findings);
    else warnUnused(backend, findings);
  }
}

function warnUnused({ node, type }: BackendView, findings: Findings): void {
  if (type === "kafka" && node.at("replicas").number() === 1) {
    findings.warn(node.at("replicas").path, "a single broker keeps one copy of every message");
  }
  if (type !== "postgres" && node.has("database")) {
    findings.warn(node.at("database").path, `only PostgreSQL has a database; ${type} ignores it`);
  }
  const alwaysAsks = type === "postgres" || type === "minio";
  if (alwaysAsks && node.has("auth") && !isOn(node.at("auth"))) {
    findings.warn(node.at("auth").path, `${type} always asks for a login`);
  }
}

const FOR_SERVERS = ["replicas", "version", "image", "storage", "config", "resources", "pod"];

function warnIgnored({ node }: BackendView, findings: Findings): void {
  const set = FOR_SERVERS.filter((field) => node.has(field));
  if (set.length === 0) return;
  findings.warn(node.path, `an external backend has no servers; ignored: ${set.join(", ")}`);
}
