/** A server under test: a process of its own, pinned to one core where the system can do that. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The webhooks by their job; peers give them other paths. */
export type Job = "mutate" | "validate" | "convert";

export interface SubjectPlan {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether the command takes its port after `-port`; else it prints `{"port": n}`. */
  readonly takesPort: boolean;
  readonly paths: Readonly<Record<Job, string>>;
}

export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly paths: Readonly<Record<Job, string>>;
  /** From the start of the process to its first accepted connection. */
  readonly startMs: number;
  readonly restMb: number;
  /** The most memory that it ever had, MiB; undefined where the system does not say. */
  peakMb(): number;
  /** Processor time that it has used, milliseconds; NaN elsewhere than on Linux. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Servers run on the first core, the load on the second. */
export const SERVER_CORE = "0";
export const LOAD_CORE = "1";
const READY_WITHIN_MS = 30_000;
const PINNABLE = existsSync("/usr/bin/taskset");

/** A command that runs on one core, where `taskset` is there. */
export function pinned(core: string, command: readonly string[]): readonly string[] {
  return PINNABLE ? ["taskset", "-c", core, ...command] : command;
}

/** Starts a server and waits until it listens. */
export async function startSubject(plan: SubjectPlan): Promise<Subject> {
  const given = plan.takesPort ? await freePort() : undefined;
  const startedAt = performance.now();
  const words = given === undefined ? plan.command : [...plan.command, "-port", String(given)];
  const [program = "", ...args] = pinned(SERVER_CORE, words);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const port = given ?? (await printedPort(child));
  await untilListening(child, port);
  const startMs = performance.now() - startedAt;
  await sleep(1_000);
  return {
    name: plan.name,
    port,
    paths: plan.paths,
    startMs,
    restMb: memoryMb(child, "VmRSS"),
    cpuMs: () => cpuMs(child),
    peakMb: () => memoryMb(child, "VmHWM"),
    stop: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function printedPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error("no output to read the port from");
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error("the server ended before it listened");
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  while (!(await accepts(port))) {
    deadline.throwIfAborted();
    if (child.exitCode !== null) throw new Error("the server ended before it listened");
    await sleep(20);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A line of /proc/<pid>/status in MiB; NaN elsewhere than on Linux. */
function memoryMb(child: ChildProcess, line: "VmRSS" | "VmHWM"): number {
  const file = `/proc/${child.pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  const kib = new RegExp(`^${line}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1];
  return Number(kib) / 1024;
}

/** Fields 14 and 15 of /proc/<pid>/stat, in ticks of 10 ms (proc(5)); the name before them may hold spaces. */
function cpuMs(child: ChildProcess): number {
  const file = `/proc/${child.pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
