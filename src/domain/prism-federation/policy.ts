/** What a federation's fields mean where they are absent; computed when it is asked for and never stored. */
import type { FederationRouting } from "../../api/prism-federation-v1alpha3.ts";
import type { RotationPolicy } from "./rotation.ts";

/** When and how long a member is looked at. */
export interface LookPolicy {
  readonly periodMs: number;
  readonly timeoutMs: number;
}

const SECOND_MS = 1_000;
const PERIOD_SECONDS = 10;
const TIMEOUT_SECONDS = 5;
/** A member that is out is looked at up to so many times less often. */
const LONGEST_WAIT = 6;

/** How often a member is looked at. */
export function lookPolicyOf(routing: FederationRouting | undefined): LookPolicy {
  const { periodSeconds = PERIOD_SECONDS, timeoutSeconds = TIMEOUT_SECONDS } =
    routing?.failoverPolicy ?? {};
  return {
    periodMs: periodSeconds * SECOND_MS,
    timeoutMs: Math.min(timeoutSeconds, periodSeconds) * SECOND_MS,
  };
}

/** When members go out of rotation and come back. */
export function rotationPolicyOf(routing: FederationRouting | undefined): RotationPolicy {
  const {
    failureThreshold = 3,
    successThreshold = 2,
    recoverySeconds = 30,
  } = routing?.failoverPolicy ?? {};
  return {
    isAutomatic: routing?.failover !== "disabled",
    failureThreshold,
    successThreshold,
    recoveryMs: recoverySeconds * SECOND_MS,
  };
}

/**
 * When to look at a member next: every period while it answers and until it has failed often enough to be taken out,
 * then less often, since what does not answer is not helped by questions.
 */
export function nextLookMs(policy: LookPolicy, failures: number, failureThreshold: number): number {
  const beyond = Math.max(failures - failureThreshold, 0);
  return policy.periodMs * Math.min(1 + beyond, LONGEST_WAIT);
}
