/** A server under test: a process of its own, pinned to one core where the system can do that. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
  /** Processor time that all its threads have used, milliseconds; NaN elsewhere than on Linux. */
  cpuMs(): number;
  /** How late its event loop was since the last question, milliseconds; for the operator. */
  lagMs(): Promise<number>;
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
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
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
    lagMs: () => askLag(child),
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
  const text = await printed(child, /"port":(\d+)/);
  return Number(text);
}

async function askLag(child: ChildProcess): Promise<number> {
  const answer = printed(child, /"lagMs":([\d.]+)/);
  child.stdin?.write("lag\n");
  return Number(await answer);
}

/** Waits until the server has printed something; its part in brackets. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("no output to read from");
  let text = "";
  const found = Promise.withResolvers<string>();
  const read = (chunk: Buffer): void => {
    text += chunk;
    const part = pattern.exec(text)?.[1];
    if (part !== undefined) found.resolve(part);
  };
  const end = (): void => found.reject(new Error("the server ended before it answered"));
  stdout.on("data", read).on("end", end);
  return found.promise.finally(() => stdout.off("data", read).off("end", end));
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

/** What the scheduler has counted for each thread, nanoseconds (Documentation/scheduler/sched-stats.rst). */
function cpuMs(child: ChildProcess): number {
  const folder = `/proc/${child.pid}/task`;
  if (!existsSync(folder)) return Number.NaN;
  return readdirSync(folder).reduce((sum, task) => {
    const file = `${folder}/${task}/schedstat`;
    const [ns = "0"] = existsSync(file) ? readFileSync(file, "utf8").split(" ") : [];
    return sum + Number(ns) / 1e6;
  }, 0);
}
