import type { ComponentStatus, PrismClusterStatus } from "../../../api/prism-cluster-v1alpha2.ts";
import { type Condition, findCondition } from "../../condition.ts";
import { isRecord } from "../../json-object.ts";
import { listAt, textAt } from "../../json-read.ts";
import type { KubeObject } from "../../kube-object.ts";
import type { Status } from "../../rendered-kind.ts";

/** The status that an object carries, as far as it is one: it may have been written by another operator version. */
export function previousStatus(object: KubeObject): PrismClusterStatus {
  const { status } = object;
  if (!isRecord(status)) return {};
  const { observedGeneration: generation } = status;
  const lastReconciled = textAt(status, "lastReconciled");
  const readyComponents = textAt(status, "readyComponents");
  const phase = PHASES.find((one) => one === status["phase"]);
  return {
    conditions: listAt(status, "conditions").filter(isCondition),
    patternStatus: listAt(status, "patternStatus").filter(isComponent),
    backendStatus: listAt(status, "backendStatus").filter(isComponent),
    ...(phase === undefined ? {} : { phase }),
    ...(readyComponents === undefined ? {} : { readyComponents }),
    ...(typeof generation === "number" ? { observedGeneration: generation } : {}),
    ...(lastReconciled === undefined ? {} : { lastReconciled }),
    ...(isComponent(status["adminStatus"]) ? { adminStatus: status["adminStatus"] } : {}),
    ...(isComponent(status["proxyStatus"]) ? { proxyStatus: status["proxyStatus"] } : {}),
  };
}

const PHASES = ["Pending", "Running", "Degraded", "Failed"] as const;
const STATUSES: readonly unknown[] = ["True", "False", "Unknown"];

function isCondition(value: unknown): value is Condition {
  const texts = ["type", "lastTransitionTime", "reason", "message"];
  return (
    texts.every((key) => textAt(value, key) !== undefined) &&
    STATUSES.includes(textAt(value, "status"))
  );
}

/** Whether a value is the state of a component. */
export function isComponent(value: unknown): value is ComponentStatus {
  return (
    isRecord(value) && typeof value["name"] === "string" && typeof value["ready"] === "boolean"
  );
}

/** Whether a condition of the previous status has this status. */
export function was(previous: Status, type: string, status: Condition["status"]): boolean {
  return findCondition(previous.conditions, type)?.status === status;
}
