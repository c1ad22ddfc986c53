import type { ApiFailure } from "../controller/api-result.ts";

/** Says whether this process may write now. */
export interface Leadership {
  /** Milliseconds for which writes are safe from now on; 0 or less: not the leader. */
  remainingMs(): number;
}

/** Leadership without election: one process by the user's own word. */
export const ALWAYS_LEADER: Leadership = { remainingMs: () => Number.POSITIVE_INFINITY };

/** The answer to a write that this process may not send. */
export const FENCED: ApiFailure = {
  kind: "fenced",
  code: 0,
  reason: "NotLeader",
  message: "this process does not hold the lease",
};
