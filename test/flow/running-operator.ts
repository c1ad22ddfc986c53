/** The operator as users start it, against a test's control plane, with its webhooks installed by url. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { NODE_ARGUMENTS } from "../../src/heap.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** One line of its log. */
export type LogLine = { readonly [field: string]: unknown };

export interface RunningOperator {
  readonly log: readonly LogLine[];
  readonly process: ChildProcess;
  /** Base URL of the probes. */
  readonly health: string;
  /** Ends it in order; with SIGKILL it dies at once. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const READY_WITHIN_MS = 60_000;

/** Starts one and waits until it is ready; `installs` brings the CRDs and webhook configurations along. */
export async function startOperator(
  plane: Pick<TestControlPlane, "kubeconfigPath">,
  namespace: string,
  args: readonly string[] = [],
  {
    installs = true,
    readyWithinMs = READY_WITHIN_MS,
  }: { readonly installs?: boolean; readonly readyWithinMs?: number } = {},
): Promise<RunningOperator> {
  const child = spawn(
    process.execPath,
    [
      ...NODE_ARGUMENTS,
      MAIN,
      `--kubeconfig=${plane.kubeconfigPath}`,
      ...(installs ? ["--install"] : []),
      "--webhook-mode=url",
      `--namespace=${namespace}`,
      "--bind-address=127.0.0.1",
      "--webhook-port=0",
      "--metrics-port=0",
      "--health-port=0",
      ...args,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  // However this process ends, no operator of it stays.
  const endWithUs = (): boolean => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  const log: LogLine[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => log.push(JSON.parse(line)));
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  const health = await untilReady(child, log, readyWithinMs).catch(async (error: unknown) => {
    await stop("SIGKILL");
    throw error;
  });
  return { log, process: child, health, stop };
}

async function untilReady(
  child: ChildProcess,
  log: readonly LogLine[],
  withinMs: number,
): Promise<string> {
  const deadline = AbortSignal.timeout(withinMs);
  for (;;) {
    deadline.throwIfAborted();
    if (child.exitCode !== null) throw new Error(`the operator ended: ${JSON.stringify(log)}`);
    const health = `http://127.0.0.1:${log.find((line) => "health" in line)?.["health"]}`;
    const isReady = await fetch(`${health}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return health;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
