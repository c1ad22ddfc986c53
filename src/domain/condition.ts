/** Conditions as in meta/v1: a list by type, whose transition time moves only with the status. */
import type { Condition as ApiCondition } from "../api/prism-cluster-v1alpha2.ts";

/** meta/v1 Condition, as the CRDs have it. Times are RFC 3339. */
export type Condition = ApiCondition;

/** What is to be said of one aspect now. */
export interface Finding {
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
}

/** Longest message (OBS-1). */
const MOST = 512;

/** The condition of a type in a list. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** A condition that says the finding; the transition time of the one before stays while the status does. */
export function conditionOf(
  type: string,
  finding: Finding,
  before: Condition | undefined,
  at: { readonly generation: number | undefined; readonly nowIso: string },
): Condition {
  const isSame = before?.status === finding.status;
  const message =
    finding.message.length > MOST ? `${finding.message.slice(0, MOST - 3)}...` : finding.message;
  return {
    type,
    status: finding.status,
    ...(at.generation === undefined ? {} : { observedGeneration: at.generation }),
    lastTransitionTime: isSame ? before.lastTransitionTime : at.nowIso,
    reason: finding.reason,
    message,
  };
}
