/** What one look at a member found. */
import type { Look } from "./rotation.ts";

/** The PrismCluster of a member as its own operator describes it. */
export interface SeenCluster {
  readonly phase: "Pending" | "Running" | "Degraded" | "Failed";
  readonly readyComponents: string | undefined;
  /** Its condition Available. */
  readonly isAvailable: boolean;
  /** Its condition Ready, for people. */
  readonly message: string;
}

/** What keeps us from making a member what the federation says. */
export interface MemberTrouble {
  readonly reason: MemberReason;
  readonly message: string;
}

/** Reasons that pass by themselves. */
const PASSING_REASONS = [
  "NotLookedAtYet",
  "NoAnswer",
  "Throttled",
  "Failing",
  "Deleting",
  "NotReady",
] as const;
/** Reasons that only a person can end. */
const FINAL_REASONS = [
  "NoCredentials",
  "SecretMissing",
  "KubeconfigInvalid",
  "KubeconfigForbidden",
  "EndpointMismatch",
  "Unauthorized",
  "Untrusted",
  "Forbidden",
  "OperatorMissing",
  "NamespaceMissing",
  "ClusterMissing",
  "SeveralClusters",
  "Conflict",
  "TemplateRefused",
  "DeletionRefused",
] as const;
/** Why a member is not as it should be, as it stands in a status. */
export type MemberReason = (typeof PASSING_REASONS | typeof FINAL_REASONS)[number];

/** The reason of that name, or undefined: a status may have been written by another operator version. */
export function memberReasonOf(text: string | undefined): MemberReason | undefined {
  return [...PASSING_REASONS, ...FINAL_REASONS].find((reason) => reason === text);
}

/** Whether a reason waits for a person. */
export function isFinalReason(text: string | undefined): boolean {
  return FINAL_REASONS.some((reason) => reason === text);
}

/** One look. What is `unknown` says nothing about the member's own state, and why. */
export type MemberLook =
  | {
      readonly kind: "unknown";
      readonly reason: MemberReason;
      readonly message: string;
      /** Whether it is the member that does not answer, as against us who may not or cannot ask. */
      readonly isSilent: boolean;
    }
  | {
      readonly kind: "seen";
      readonly cluster: SeenCluster | undefined;
      readonly trouble: MemberTrouble | undefined;
      /** As its Ingress or Service says; undefined where nobody asked. */
      readonly addresses: readonly string[] | undefined;
    };

/** What a look says about traffic: credentials that are wrong say nothing about the member's proxy. */
export function lookOf(look: MemberLook): Look {
  if (look.kind === "unknown") return look.isSilent ? "bad" : "unsure";
  if (look.cluster === undefined) return look.trouble === undefined ? "bad" : "unsure";
  return look.cluster.isAvailable ? "good" : "bad";
}
