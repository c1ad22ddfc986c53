import { BinariesMissing } from "./binaries.ts";
import { ControlPlaneFailed } from "./control-plane.ts";
import { GoError } from "./go-module.ts";

/** Whether a start failed for a reason that its message tells a person; anything else is a mistake of ours and keeps its stack. */
export function isStartFailure(error: unknown): error is Error {
  return [ControlPlaneFailed, BinariesMissing, GoError].some((kind) => error instanceof kind);
}
