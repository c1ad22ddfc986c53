import type { PrismClusterStatus } from "../../../src/api/prism-cluster-v1alpha2.ts";
import { findCondition } from "../../../src/domain/condition.ts";

/**
 * How kstatus (cli-utils `pkg/kstatus`) and Argo CD's health checks read an object of a kind that they do not know: the
 * observed generation, then Reconciling and Stalled in whatever order they stand, then Ready.
 */
export function readKstatus(
  generation: number,
  status: PrismClusterStatus,
): "InProgress" | "Failed" | "Current" | "Contradiction" {
  const is = (type: string) => findCondition(status.conditions, type)?.status === "True";
  const held = ["Reconciling", "Stalled", "Ready"].filter(is);
  if (held.length > 1) return "Contradiction";
  if (status.observedGeneration !== generation) return "InProgress";
  if (is("Reconciling")) return "InProgress";
  if (is("Stalled")) return "Failed";
  return is("Ready") ? "Current" : "InProgress";
}
