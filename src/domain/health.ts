/** Readiness of live children, by kind. Pure: the same objects give the same answer. */
import type { Child } from "./child.ts";
import { valueAt } from "./json-object.ts";
import { conditionAt, numberAt, textAt } from "./json-read.ts";
import type { KubeObject } from "./kube-object.ts";
import { pendingClaimMessage, pendingClaimOf } from "./pending-claim.ts";
import { type Trouble, type TroubleReason, troubleOf, volumeEvent } from "./trouble.ts";

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
 * Health of a child from its live object, the pods of the namespace (only those of its selector count), recent warning
 * events and the volume claims of the namespace. `live` is undefined while it does not exist.
 */
export function healthOf(
  child: Child,
  live: KubeObject | undefined,
  pods: readonly KubeObject[],
  events: readonly KubeObject[] = [],
  claims: readonly KubeObject[] = [],
): Health {
  const { kind } = child.object;
  if (live === undefined) return { ...waiting("Missing", "is not created yet"), ...wanted(child) };
  if (live.metadata.deletionTimestamp !== undefined) {
    return { ...waiting("Deleting", "is being deleted"), ...wanted(child) };
  }
  switch (kind) {
    case "StatefulSet":
    case "Deployment":
      return workloadHealth(child, live, { pods, events, claims });
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

interface Around {
  readonly pods: readonly KubeObject[];
  readonly events: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
}

function workloadHealth(child: Child, live: KubeObject, { pods, events, claims }: Around): Health {
  const desired = ownReplicas(child) ?? liveReplicas(live);
  const available = numberAt(live, "status", "availableReplicas");
  const updated = numberAt(live, "status", "updatedReplicas");
  const counts = { desired, available, updated };
  const isSeen = isSeenByController(live);
  const replicas = numberAt(live, "status", "replicas");
  if (isRolledOut(live, desired)) return { ready: true, ...counts };
  const own = pods.filter(({ metadata }) => metadata.labels?.["app"] === live.metadata.name);
  const cause = troubleOf(live.metadata.name, own, events);
  if (cause !== undefined) {
    const message = claimMessage(child, cause, events, claims) ?? cause.message;
    return { ready: false, ...counts, ...cause, message };
  }
  return { ready: false, ...counts, ...progress({ ...counts, replicas, isSeen }, own) };
}

function isSeenByController(live: KubeObject): boolean {
  return numberAt(live, "status", "observedGeneration") >= (live.metadata.generation ?? 0);
}

/** True when all pods of a workload are there, of its newest revision, and available. */
export function isRolledOut(live: KubeObject, desired = liveReplicas(live)): boolean {
  const available = numberAt(live, "status", "availableReplicas");
  const updated = numberAt(live, "status", "updatedReplicas");
  const isExact = numberAt(live, "status", "replicas") === desired;
  return isSeenByController(live) && isExact && updated >= desired && available >= desired;
}

/** Where a claim is not bound, what the scheduler says of it is the smaller part. */
function claimMessage(
  { object, component }: Child,
  { reason }: Trouble,
  events: readonly KubeObject[],
  claims: readonly KubeObject[],
): string | undefined {
  const { name } = object.metadata;
  const claim = reason === "VolumePending" ? pendingClaimOf(name, claims) : undefined;
  if (claim === undefined) return undefined;
  return pendingClaimMessage(claim, component, volumeEvent(name, events));
}

/** A Deployment or StatefulSet without the field has one pod. */
function liveReplicas(live: KubeObject): number {
  const replicas = valueAt(live, ["spec", "replicas"]);
  return typeof replicas === "number" ? replicas : 1;
}

interface Counts extends Pick<Health, "desired" | "available" | "updated"> {
  readonly replicas: number;
  /** Whether its controller has seen the last change. */
  readonly isSeen: boolean;
}

function progress(
  { desired, available, updated, replicas, isSeen }: Counts,
  own: readonly KubeObject[],
): { readonly reason: HealthReason; readonly message: string } {
  if (!isSeen) return { reason: "Progressing", message: "waits for its controller" };
  if (available < desired) {
    const message = `${available} of ${desired} pods are available${unreadyMembers(own)}`;
    return { reason: "Progressing", message };
  }
  return { reason: "RollingOut", message: rolling(desired, updated, replicas, available) };
}

/** As many pods serve as are wanted, but not only the right ones. */
function rolling(desired: number, updated: number, replicas: number, available: number): string {
  const unready = replicas - available;
  if (unready === 1) return "1 new pod is not ready; the old ones stay until it is";
  if (unready > 1) return `${unready} new pods are not ready; the old ones stay until they are`;
  if (updated < desired) return `${updated} of ${desired} pods are updated`;
  const many = replicas - desired;
  return `all pods are updated; ${many} too many ${many === 1 ? "is" : "are"} to end`;
}

/** Names at most this many pods. */
const NAMED = 3;

/** Members of a StatefulSet: their names last, unlike those of a Deployment's pods. */
function unreadyMembers(own: readonly KubeObject[]): string {
  const names = own
    .filter((pod) => textAt(conditionAt(pod, "Ready"), "status") !== "True")
    .map(({ metadata }) => metadata.name)
    .filter((name) => /-\d{1,4}$/.test(name))
    .toSorted((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) return "";
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `; not ready: ${names.slice(0, NAMED).join(", ")}${more}`;
}
