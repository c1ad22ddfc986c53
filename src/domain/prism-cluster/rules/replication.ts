import type { Findings } from "../../findings.ts";
import { hasPrimary } from "../backend-type.ts";
import type { BackendView, ClusterView } from "./cluster-view.ts";

/** The oldest PostgreSQL that changes its primary without a restart (release notes of 13, `primary_conninfo`). */
const OLDEST_POSTGRES = 13;

/** Settings that say who follows whom. */
const OURS: ReadonlySet<string> = new Set([
  "min-replicas-to-write",
  "min-replicas-max-lag",
  "replicaof",
  "replica-announce-ip",
  "repl-diskless-load",
  "synchronous_standby_names",
  "primary_conninfo",
  "recovery_target_timeline",
  "hot_standby",
]);

/** Several servers of which one is the primary (ADR-0039). */
export function checkReplication(cluster: ClusterView, findings: Findings): void {
  for (const backend of cluster.backends.values()) {
    const replicas = backend.node.at("replicas").number() ?? 1;
    if (!hasPrimary(backend.type) || !backend.enabled || backend.external || replicas < 2) continue;
    checkServers(backend, replicas, findings);
  }
}

function checkServers({ type, node }: BackendView, replicas: number, findings: Findings): void {
  const { path } = node.at("replicas");
  const major = Number(/^v?(\d+)/.exec(node.textAt("version") ?? "")?.[1] ?? Number.NaN);
  if (type === "postgres" && major < OLDEST_POSTGRES) {
    const detail = `must be 1 for PostgreSQL ${major}: replication needs ${OLDEST_POSTGRES} or newer`;
    findings.invalid(path, replicas, detail, "replication-version");
  }
  if (replicas === 2) {
    findings.warn(
      path,
      "each write needs both of two servers, and waits while one is away; with 3 writes go on",
    );
  }
  for (const [key, setting] of node.at("config").entries()) {
    if (OURS.has(key)) findings.warn(setting.path, "has no effect while there are several servers");
  }
}
