import type { MemberStatus } from "../../../api/prism-federation-v1alpha3.ts";
import {
  isFinalReason,
  type MemberLook,
  type MemberReason,
  memberReasonOf,
} from "../member-look.ts";
import type { MemberView } from "./observation.ts";

/** How a member is, in the words of its status. */
interface MemberState {
  readonly phase: MemberStatus["phase"];
  readonly reason: MemberReason | undefined;
  readonly message: string | undefined;
  readonly readyComponents: string | undefined;
}

/** Longest message of one member. */
const MOST = 256;

/** The state of a member as its status says it; what is not known anew stays as it was. */
export function memberStatus(view: MemberView, previous: MemberStatus | undefined): MemberStatus {
  const { phase, reason, message, readyComponents } = stateOf(view, previous);
  const { place, addresses, applied, clusterName: cluster, credentials } = view;
  return {
    name: view.name,
    phase,
    rotation: place.rotation,
    rotationSince: isoOf(place.sinceMs),
    endpoint: view.endpoint,
    namespace: view.namespace,
    ...(reason === undefined ? {} : { reason }),
    ...(message ? { message: bounded(message) } : {}),
    ...(place.timesOut === 0 ? {} : { timesOut: place.timesOut }),
    ...(readyComponents === undefined ? {} : { readyComponents }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(credentials === undefined ? {} : { credentialsSecretRef: credentials }),
    ...(applied === undefined
      ? {}
      : { appliedTemplate: applied.template, appliedGeneration: applied.generation }),
  };
}

function stateOf(view: MemberView, previous: MemberStatus | undefined): MemberState {
  const { look, isLeaving } = view;
  const before = previous?.readyComponents;
  if (look === undefined) return unseen(view, previous);
  if (look.kind === "unknown") {
    const { reason, message } = look;
    return { phase: isLeaving ? "Leaving" : "Unknown", reason, message, readyComponents: before };
  }
  if (isLeaving) return leaving(look);
  return seen(look, view.place.rotation !== "Waiting");
}

/** The first look of this process is still to come. */
function unseen({ isLeaving }: MemberView, previous: MemberStatus | undefined): MemberState {
  if (previous === undefined) {
    const phase = isLeaving ? "Leaving" : "Pending";
    return { phase, reason: "NotLookedAtYet", message: undefined, readyComponents: undefined };
  }
  const { phase, message, readyComponents } = previous;
  const reason = memberReasonOf(previous.reason);
  return { phase: isLeaving ? "Leaving" : phase, reason, message, readyComponents };
}

function leaving(look: Extract<MemberLook, { kind: "seen" }>): MemberState {
  const { reason = "Deleting", message } = look.trouble ?? {};
  return { phase: "Leaving", reason, message, readyComponents: look.cluster?.readyComponents };
}

function seen(look: Extract<MemberLook, { kind: "seen" }>, hasServed: boolean): MemberState {
  const { cluster, trouble } = look;
  const readyComponents = cluster?.readyComponents;
  if (trouble !== undefined) {
    const { reason, message } = trouble;
    const broken = cluster === undefined ? "Failed" : "Degraded";
    return { phase: isFinalReason(reason) ? broken : "Pending", reason, message, readyComponents };
  }
  if (cluster === undefined) {
    const phase = hasServed ? "Degraded" : "Pending";
    return { phase, reason: "NotReady", message: "not created yet", readyComponents };
  }
  if (cluster.phase === "Running") {
    return { phase: "Running", reason: undefined, message: undefined, readyComponents };
  }
  return { phase: cluster.phase, reason: "NotReady", message: cluster.message, readyComponents };
}

/** Whether a member waits for a person. */
export function isFinal({ phase, reason }: MemberStatus): boolean {
  return phase !== "Running" && isFinalReason(reason);
}

/** RFC 3339 in seconds, as Kubernetes writes times. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function bounded(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MOST ? `${line.slice(0, MOST - 3)}...` : line;
}
