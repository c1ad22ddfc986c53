import type { LeadersResult } from "./leaders.ts";
import { atMost, none, type Reading, told } from "./reading.ts";

const CONVERGE_SECONDS = 30;

/** Every figure with its limit. */
export function leadersReadings(result: LeadersResult): readonly Reading[] {
  return [
    told("times the leader was killed or frozen", String(result.strikes)),
    told("times another process took the lease", String(result.changes)),
    told("writes that were looked at", String(result.writes)),
    none("writes beside the holder of the lease", result.violations),
    atMost(
      "all as last asked, after the last of them",
      result.convergedMs / 1_000,
      CONVERGE_SECONDS,
      "s",
    ),
    none("objects missing or there twice", result.faults),
    none("errors and unhandled rejections in the logs", result.errors),
  ];
}
