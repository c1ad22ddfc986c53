import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { type ClusterView, listed } from "./cluster-view.ts";

/** Backends that live inside a runner and need no entry. */
const BUILT_IN: ReadonlySet<string> = new Set(["sqlite", "memstore"]);

/** What patterns and admin name must be there and on. */
export function checkBackendReferences(cluster: ClusterView, findings: Findings): void {
  for (const { uses } of cluster.patterns) {
    for (const { name, node } of uses) {
      if (!BUILT_IN.has(name)) checkReference(cluster, node.at("name"), name, findings);
    }
  }
  checkAdminDatabase(cluster, findings);
}

function checkReference(
  cluster: ClusterView,
  place: JsonNode,
  name: string,
  findings: Findings,
): boolean {
  const backend = cluster.backends.get(name);
  if (backend?.enabled) return true;
  const usable = [...cluster.backends.values()].filter(({ enabled }) => enabled);
  const there = usable.length === 0 ? "none is enabled" : listed(usable.map((one) => one.name));
  const { path } = place;
  if (backend === undefined) {
    findings.notFound(path, name, `backends that are there: ${there}`, "backend-reference");
  } else {
    const detail = `is disabled in spec.backends; backends that are there: ${there}`;
    findings.invalid(path, name, detail, "backend-reference");
  }
  return false;
}

function checkAdminDatabase(cluster: ClusterView, findings: Findings): void {
  const storage = cluster.spec.at("admin", "storage");
  if (storage.textAt("type") !== "postgres" || storage.has("databaseSecretRef")) return;
  const backend = storage.at("backend");
  const name = backend.text() ?? "postgres";
  const place = backend.exists() ? backend : storage.at("type");
  if (!checkReference(cluster, place, name, findings)) return;
  const type = cluster.backends.get(name)?.type;
  if (type !== undefined && type !== "postgres") {
    findings.invalid(
      place.path,
      name,
      `is of type ${type}, admin needs postgres`,
      "admin-database",
    );
  }
}
