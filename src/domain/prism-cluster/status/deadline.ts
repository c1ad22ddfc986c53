import type { Stage } from "../../child.ts";
import { type Condition, findCondition } from "../../condition.ts";
import type { ConditionType } from "./findings.ts";

/** Time that a stage has to get ready before it counts as stalled (REC-10). Retrying goes on. */
export const STAGE_DEADLINE_MS = 600_000;

/** The stages that have a condition, in order. */
const CONDITIONS: readonly (readonly [Stage, ConditionType])[] = [
  ["backends", "BackendsHealthy"],
  ["admin", "AdminHealthy"],
  ["proxy", "ProxyHealthy"],
  ["runners", "PatternsHealthy"],
  ["ingress", "Ready"],
];

/**
 * When the first stage that is not ready has waited too long, in milliseconds since 1970; undefined when all are ready.
 * Read from conditions alone, so that it survives a restart: a stage starts when it stopped being ready, when the
 * stage before it got ready, or when reconciling began, whichever was last.
 */
export function deadlineOf(
  conditions: readonly Condition[],
): { readonly stage: Stage; readonly atMs: number } | undefined {
  const times: number[] = [];
  const reconciling = findCondition(conditions, "Reconciling");
  if (reconciling?.status === "True") times.push(Date.parse(reconciling.lastTransitionTime));
  for (const [stage, type] of CONDITIONS) {
    const condition = findCondition(conditions, type);
    if (condition === undefined) continue;
    times.push(Date.parse(condition.lastTransitionTime));
    if (condition.status === "False") {
      return { stage, atMs: Math.max(...times.filter(Number.isFinite)) + STAGE_DEADLINE_MS };
    }
  }
  return undefined;
}
