/** What of a namespace is no part of the export: named, so that nobody looks for it later. */
import { valueAt } from "../../domain/json-object.ts";
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { isOwned } from "./backends.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import type { Workload } from "./workload.ts";

/** Kinds that a PrismCluster never has, or has only under its own names. */
const KINDS = [
  "DaemonSet",
  "CronJob",
  "Job",
  "NetworkPolicy",
  "PodDisruptionBudget",
  "Service",
] as const;

/** Names what stays beside the PrismCluster. */
export function noteRest(namespace: Namespace, taken: readonly Workload[], notes: Notes): void {
  const names = new Set(taken.map(({ name }) => name));
  for (const kind of KINDS) {
    for (const object of namespace.of(kind)) {
      const { name } = object.metadata;
      if (isOwned(object) || names.has(name) || isNoted(object)) continue;
      notes.add("unmanaged", `${kind} ${name}`, `${wordsOf(object)}; it stays as it is`);
    }
  }
}

/** The Service of the API server, and Jobs of CronJobs. */
function isNoted({ kind, metadata }: KubeObject): boolean {
  if (kind === "Service" && metadata.name === "kubernetes") return true;
  return kind === "Job" && metadata.ownerReferences !== undefined;
}

function wordsOf(object: KubeObject): string {
  switch (object.kind) {
    case "Service": {
      const type = textAt(object, "spec", "type") ?? "ClusterIP";
      const selector = valueAt(object, ["spec", "selector"]);
      const pods = selector === undefined ? "no pods" : `pods ${labelText(selector)}`;
      return `is a ${type} Service of ${pods} under a name of its own`;
    }
    case "NetworkPolicy":
      return "is a policy of its own; spec.networkPolicy would add the operator's";
    case "PodDisruptionBudget":
      return "is a budget of its own; the operator makes one for each component with several pods";
    default:
      return "is no part of a PrismCluster";
  }
}

function labelText(selector: unknown): string {
  return Object.entries(selector as object)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
}
