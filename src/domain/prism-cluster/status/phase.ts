import type { PrismClusterStatus } from "../../../api/prism-cluster-v1alpha2.ts";
import { type Condition, findCondition } from "../../condition.ts";

/** The source's phase, computed from the conditions and nothing else. */
export function phaseOf(
  conditions: readonly Condition[],
): NonNullable<PrismClusterStatus["phase"]> {
  const is = (type: string) => findCondition(conditions, type)?.status;
  if (is("ConfigValid") === "False") return is("Available") === "True" ? "Degraded" : "Failed";
  if (is("Ready") === "True") return "Running";
  const broke = findCondition(conditions, "Reconciling")?.reason === "Recovering";
  return is("Stalled") === "True" || broke ? "Degraded" : "Pending";
}
