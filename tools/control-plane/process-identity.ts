import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One process on this machine. A pid alone is used again by the kernel; with its start it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: on Linux the boot id and the start in clock ticks (proc(5), field 22), else what ps says. */
  readonly started: string;
}

/** The identity of a running process; undefined when there is none or it has ended (zombies count as ended). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startOnLinux(pid) : startByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether exactly this process still runs: a later process with the same pid is another one. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.started === identity.started;
}

/** Sends a signal to exactly this process; false when it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  const ps = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [state, ...started] = (ps.stdout ?? "").trim().split(/\s+/);
  if (ps.status !== 0 || !state || state.startsWith("Z")) return undefined;
  return started.join(" ");
}
