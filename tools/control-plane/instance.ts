import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layoutOf } from "./layout.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { isRunning, signalProcess } from "./process-identity.ts";
import type { State } from "./state-file.ts";
import { readState, removeState } from "./state-file.ts";

const lookEveryMs = 50;
/** The supervisor gives each of its programs three seconds. */
const supervisorEndsWithinMs = 15_000;
const programEndsWithinMs = 3000;

/** The control plane that runs and is ready in a folder; undefined when there is none. */
export function readyInstance(dir: string): State | undefined {
  const state = readState(layoutOf(dir).stateFile);
  const [supervisor] = state?.processes ?? [];
  return state?.isReady && supervisor && isRunning(supervisor) ? state : undefined;
}

/**
 * Ends what the folder's state file names, and nothing else: each process is compared by its start before it gets a signal.
 * Answers how many processes were running. With a supervisor's pid, only an instance of that supervisor is ended.
 */
export async function endInstance(dir: string, supervisorPid?: number): Promise<number> {
  const layout = layoutOf(dir);
  const state = readState(layout.stateFile);
  if (state === undefined) return 0;
  const [supervisor, ...programs] = state.processes;
  if (supervisorPid !== undefined && supervisor?.pid !== supervisorPid) return 0;
  const running = state.processes.filter(isRunning).length;
  if (supervisor) await end(supervisor, supervisorEndsWithinMs);
  // Only where the supervisor was killed is anything left; the last started goes first.
  for (const program of programs.toReversed()) await end(program, programEndsWithinMs);
  removeState(layout.stateFile);
  rmSync(layout.kubeconfig, { force: true });
  rmSync(layout.etcdData, { recursive: true, force: true });
  rmSync(join(layout.folder, "secrets"), { recursive: true, force: true });
  return running;
}

async function end(identity: ProcessIdentity, withinMs: number): Promise<void> {
  if (!signalProcess(identity, "SIGTERM")) return;
  for (let waited = 0; isRunning(identity); waited += lookEveryMs) {
    if (waited >= withinMs) signalProcess(identity, "SIGKILL");
    await sleep(lookEveryMs);
  }
}
