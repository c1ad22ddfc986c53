/** What a process costs, as Linux counts it (proc(5)). */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A look at one process. */
export interface ProcessReading {
  /** User and system time since its start. */
  readonly cpuSeconds: number;
  readonly rssMib: number;
  /** The most that it ever held. */
  readonly peakRssMib: number;
  readonly sockets: number;
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Places after the command name, which may hold spaces and ends with the last parenthesis. */
const UTIME = 11;
const STIME = 12;

/** Reads it now. Throws when there is no such process. */
export function readProcess(pid: number): ProcessReading {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[UTIME]) + Number(fields[STIME]);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    rssMib: kibibytes(status, "VmRSS") / 1024,
    peakRssMib: kibibytes(status, "VmHWM") / 1024,
    sockets: socketsOf(pid),
  };
}

function kibibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN);
}

function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith("socket:");
    } catch {
      // It was closed since the folder was read.
      return false;
    }
  }).length;
}
