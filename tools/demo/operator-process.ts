import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NODE_ARGUMENTS } from "../../src/heap.ts";
import { StepFailure } from "./narrator.ts";

/** The operator, running as one process beside the demo. */
export interface OperatorProcess {
  readonly logFile: string;
  /** Settles when it has ended; true when nobody asked it to. */
  readonly ended: Promise<boolean>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 20_000;
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const LOG_TAIL = 4000;

/** Starts `npm start`'s program in url mode with everything on loopback, and waits until /readyz says yes. */
export async function startOperator(
  kubeconfig: string,
  logFile: string,
  healthPort: number,
  signal: AbortSignal,
): Promise<OperatorProcess> {
  const log = openSync(logFile, "a");
  const child = spawn(
    process.execPath,
    [
      ...NODE_ARGUMENTS,
      MAIN,
      `--kubeconfig=${kubeconfig}`,
      "--install",
      "--webhook-mode=url",
      "--namespace=prism-system",
      "--bind-address=127.0.0.1",
      "--webhook-port=0",
      "--metrics-port=0",
      `--health-port=${healthPort}`,
    ],
    // A group of its own: Ctrl-C reaches the demo alone, which ends the operator in order.
    { stdio: ["ignore", log, log], detached: true },
  );
  closeSync(log);
  let isAsked = false;
  const ended = new Promise<boolean>((resolve) => {
    child.once("exit", () => resolve(!isAsked)).once("error", () => resolve(true));
  });
  const stop = async (): Promise<void> => {
    isAsked = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
    await ended;
    clearTimeout(force);
  };
  try {
    await untilReady(healthPort, ended, signal);
  } catch (error) {
    await stop();
    throw new StepFailure(
      `the operator did not get ready; the end of its log:\n${readFileSync(logFile, "utf8").slice(-LOG_TAIL)}`,
      { cause: error },
    );
  }
  return { logFile, ended, stop };
}

async function untilReady(
  port: number,
  ended: Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]);
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  for (;;) {
    deadline.throwIfAborted();
    if (hasEnded) throw new StepFailure("it ended by itself");
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
