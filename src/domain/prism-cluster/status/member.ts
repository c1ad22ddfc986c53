/** What the status of an object says that belongs to a cluster and waits for it. */
import { type Condition, type Finding, findCondition } from "../../condition.ts";
import type { Reconciled } from "../../observation.ts";
import type { Status } from "../../rendered-kind.ts";
import { type FindingSet, isFalse, isTrue, NOT_PAUSED } from "../../standing.ts";
import type { UnmetNeed } from "../../unmet-need.ts";
import type { ComponentState } from "./components.ts";
import { STAGE_DEADLINE_MS } from "./deadline.ts";

/** Needs that other objects fulfil, whenever they come. */
const OF_OTHERS: ReadonlySet<UnmetNeed["reason"]> = new Set([
  "ClusterMissing",
  "ClusterAmbiguous",
  "ClusterNotReady",
  "BackendMissing",
  "PatternMissing",
  "TenantNotPermitted",
  "NamespaceUnreadable",
] as const);

/** While one of these does not hold, runners wait for others and cannot be late. */
const FREE = ["Accepted", "ClusterReady"];

/** Whether others have done their part; the spec was found valid. */
export function dependence(pass: Reconciled, states: readonly ComponentState[]): FindingSet {
  return {
    Accepted: acceptance(pass),
    ...readiness(pass, states),
    ConfigValid: isTrue("Valid", ""),
    Paused: NOT_PAUSED,
  };
}

function acceptance({ unmet }: Reconciled): Finding {
  const need = unmet.find(({ reason }) => OF_OTHERS.has(reason));
  return need === undefined ? isTrue("Accepted", "") : isFalse(need.reason, need.message);
}

/** What is ready says nothing of its cluster: it goes on while a backend is replaced. */
function readiness({ heldBy }: Reconciled, states: readonly ComponentState[]): FindingSet {
  const isHeld = heldBy === "backends" || heldBy === "admin" || heldBy === "proxy";
  if (!isHeld) return { ClusterReady: isTrue("Ready", "") };
  if (states.every(({ ready }) => ready)) return {};
  return { ClusterReady: isFalse("Waiting", `waits for stage ${heldBy} of the PrismCluster`) };
}

/** When runners that may start have had their time to get ready; milliseconds since 1970. */
export function memberDeadlineMs({ conditions = [] }: Status): number | undefined {
  const waits = findCondition(conditions, "Reconciling")?.status === "True";
  const isFree = FREE.every((type) => findCondition(conditions, type)?.status === "True");
  return waits && isFree ? deadlineOf(conditions) : undefined;
}

function deadlineOf(conditions: readonly Condition[]): number {
  const times = ["Reconciling", ...FREE].map((type) =>
    Date.parse(findCondition(conditions, type)?.lastTransitionTime ?? ""),
  );
  return Math.max(...times.filter(Number.isFinite)) + STAGE_DEADLINE_MS;
}
