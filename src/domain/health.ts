/** Readiness of live children, by kind. Pure: the same objects give the same answer. */
import type { Child } from "./child.ts";
import { valueAt } from "./json-object.ts";
import { conditionAt, numberAt, textAt } from "./json-read.ts";
import type { KubeObject } from "./kube-object.ts";
import { type TroubleReason, troubleOf } from "./trouble.ts";

/** Why a child is not ready, as one word. */
export type HealthReason =
  | TroubleReason
  | "Missing"
  | "Deleting"
  | "Progressing"
  | "RollingOut"
  | "ScalerNotReady"
  | "CertificatePending"
  | "VolumeLost";

/** What can be said of one child. Counts are zero for kinds without pods. */
export interface Health {
  readonly ready: boolean;
  readonly desired: number;
  readonly available: number;
  readonly updated: number;
  readonly reason?: HealthReason;
  /** Present exactly when it is not ready. */
  readonly message?: string;
}

const READY: Health = { ready: true, desired: 0, available: 0, updated: 0 };

function waiting(reason: HealthReason, message: string): Health {
  return { ...READY, ready: false, reason, message };
}

/**
 * Health of a child from its live object, the pods of the namespace (only those of its selector count) and recent
 * warning events. `live` is undefined while it does not exist.
 */
export function healthOf(
  child: Child,
  live: KubeObject | undefined,
  pods: readonly KubeObject[],
  events: readonly KubeObject[] = [],
): Health {
  const { kind } = child.object;
  if (live === undefined) return { ...waiting("Missing", "is not created yet"), ...wanted(child) };
  if (live.metadata.deletionTimestamp !== undefined) {
    return { ...waiting("Deleting", "is being deleted"), ...wanted(child) };
  }
  switch (kind) {
    case "StatefulSet":
    case "Deployment":
      return workloadHealth(child, live, pods, events);
    case "PersistentVolumeClaim":
      return textAt(live, "status", "phase") === "Lost"
        ? waiting("VolumeLost", "has lost its volume")
        : READY;
    case "ScaledObject":
      return conditionHealth(live, "False", "ScalerNotReady");
    case "Certificate":
      return conditionHealth(live, "Unknown", "CertificatePending");
    default:
      return READY;
  }
}

/** Replicas that the child asks for; undefined where an autoscaler decides. */
function ownReplicas(child: Child): number | undefined {
  const replicas = valueAt(child.object, ["spec", "replicas"]);
  return typeof replicas === "number" ? replicas : undefined;
}

function wanted(child: Child): Pick<Health, "desired"> {
  const { kind } = child.object;
  const isWorkload = kind === "StatefulSet" || kind === "Deployment";
  return { desired: isWorkload ? (ownReplicas(child) ?? 1) : 0 };
}

/** Objects whose own controller judges them. `notReady` is the least that counts against them: a ScaledObject not judged yet is fine, a certificate is not. */
function conditionHealth(
  live: KubeObject,
  notReady: "False" | "Unknown",
  reason: HealthReason,
): Health {
  const condition = conditionAt(live, "Ready");
  const status = textAt(condition, "status") ?? "Unknown";
  const isBad = status === "False" || (notReady === "Unknown" && status !== "True");
  if (!isBad) return READY;
  return waiting(reason, (textAt(condition, "message") ?? "is not ready yet").slice(0, 256));
}

function workloadHealth(
  child: Child,
  live: KubeObject,
  pods: readonly KubeObject[],
  events: readonly KubeObject[],
): Health {
  const desired = ownReplicas(child) ?? liveReplicas(live);
  const available = numberAt(live, "status", "availableReplicas");
  const updated = numberAt(live, "status", "updatedReplicas");
  const counts = { desired, available, updated };
  const isSeen = numberAt(live, "status", "observedGeneration") >= (live.metadata.generation ?? 0);
  const isRolled = updated >= desired && numberAt(live, "status", "replicas") === desired;
  if (isSeen && isRolled && available >= desired) return { ready: true, ...counts };
  const own = pods.filter(({ metadata }) => metadata.labels?.["app"] === live.metadata.name);
  const cause = troubleOf(live.metadata.name, own, events);
  if (cause !== undefined) return { ready: false, ...counts, ...cause };
  return { ready: false, ...counts, ...progress(counts, isSeen) };
}

/** A Deployment or StatefulSet without the field has one pod. */
function liveReplicas(live: KubeObject): number {
  const replicas = valueAt(live, ["spec", "replicas"]);
  return typeof replicas === "number" ? replicas : 1;
}

function progress(
  { desired, available, updated }: Pick<Health, "desired" | "available" | "updated">,
  isSeen: boolean,
): { readonly reason: HealthReason; readonly message: string } {
  if (!isSeen) return { reason: "Progressing", message: "waits for its controller" };
  if (available >= desired) {
    return { reason: "RollingOut", message: `${updated} of ${desired} pods are updated` };
  }
  return { reason: "Progressing", message: `${available} of ${desired} pods are available` };
}
