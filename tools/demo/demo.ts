/** `npm run demo`: a control plane, the operator and a guided tour with the real kubectl. */
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { BinariesMissing } from "../control-plane/binaries.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { ControlPlaneFailed, startControlPlane } from "../control-plane/control-plane.ts";
import { freePorts } from "../control-plane/free-port.ts";
import { GoError } from "../control-plane/go-module.ts";
import { progressDisplay } from "../control-plane/progress.ts";
import { watchDepartures } from "./departures.ts";
import type { Kubectl } from "./kubectl.ts";
import { createKubectl } from "./kubectl.ts";
import type { Narrator } from "./narrator.ts";
import { createNarrator, StepFailure } from "./narrator.ts";
import type { OperatorProcess } from "./operator-process.ts";
import { startOperator } from "./operator-process.ts";
import type { WatchDepartures } from "./steps/deletion.ts";
import { showDeletion } from "./steps/deletion.ts";
import { EXAMPLE_FILE, showExample, showRunning } from "./steps/example.ts";
import { showRefusal } from "./steps/refusal.ts";
import { showRuntimeChanges } from "./steps/runtime-changes.ts";

const USAGE_ERROR = 2;
const INTERRUPTED = 130;

interface DemoOptions {
  readonly once: boolean;
  readonly nodes: string;
}

/** Runs the tour. Answers the exit code: 0 only when every step showed what it should. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const command = new Command("demo")
    .description("From nothing to a running PrismCluster on a real API server.")
    .option("--once", "end after the tour, with 0 only if every step held", false)
    .option("--nodes <count>", "fake nodes", "3")
    .exitOverride();
  try {
    command.parse(args, { from: "user" });
    return await run(command.opts<DemoOptions>(), interrupted);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    if (interrupted.aborted) return INTERRUPTED;
    const isForPeople = [StepFailure, ControlPlaneFailed, BinariesMissing, GoError].some(
      (kind) => error instanceof kind,
    );
    if (!isForPeople) throw error;
    process.stderr.write(`\n✗ ${(error as Error).message}\n`);
    return 1;
  }
}

async function run(options: DemoOptions, interrupted: AbortSignal): Promise<number> {
  const controlPlane = await withProgress((onProgress) =>
    startControlPlane({ nodes: Number(options.nodes), onProgress, signal: interrupted }),
  );
  let operator: OperatorProcess | undefined;
  try {
    operator = await withProgress(async (onProgress) => {
      onProgress("Starting the operator");
      const [healthPort = 0] = await freePorts(1);
      const logFile = join(controlPlane.dir, "operator.log");
      return startOperator(controlPlane.kubeconfigPath, logFile, healthPort, interrupted);
    });
    const kubectl = createKubectl(
      controlPlane.kubectlPath,
      controlPlane.kubeconfigPath,
      interrupted,
    );
    await tour(createNarrator(kubectl, process.stdout), kubectl, (kinds) =>
      watchDepartures(controlPlane.kubectlPath, controlPlane.kubeconfigPath, kinds),
    );
    if (!options.once) await stay(controlPlane, operator, interrupted);
    return 0;
  } finally {
    await operator?.stop();
    await controlPlane.stop();
  }
}

async function tour(narrator: Narrator, kubectl: Kubectl, watch: WatchDepartures): Promise<void> {
  await narrator.show(["create", "namespace", "prism"]);
  await showRefusal(narrator, kubectl);
  const appliedAtMs = await showExample(narrator, kubectl);
  await showRunning(narrator, kubectl, appliedAtMs);
  await showRuntimeChanges(narrator, kubectl);
  await showDeletion(narrator, kubectl, watch);
  narrator.title("Every step showed what it should");
}

async function stay(
  controlPlane: ControlPlane,
  operator: OperatorProcess,
  interrupted: AbortSignal,
): Promise<void> {
  process.stdout.write(
    `The control plane and the operator stay up. In another terminal:\n\n` +
      `  export KUBECONFIG=${controlPlane.kubeconfigPath}\n` +
      `  export PATH=${controlPlane.binDir}:"$PATH"\n` +
      `  kubectl apply -f ${EXAMPLE_FILE}\n` +
      `  kubectl get prismclusters -n prism -w\n\n` +
      `The operator's log: ${operator.logFile}\nCtrl-C takes everything down.\n`,
  );
  const stopped = new Promise<boolean>((resolve) => {
    if (interrupted.aborted) resolve(false);
    interrupted.addEventListener("abort", () => resolve(false), { once: true });
  });
  const hasEndedByItself = await Promise.race([operator.ended, stopped]);
  if (hasEndedByItself)
    throw new StepFailure(`the operator ended by itself, see ${operator.logFile}`);
}

async function withProgress<T>(
  work: (onProgress: (line: string) => void) => Promise<T>,
): Promise<T> {
  const display = progressDisplay(process.stderr, () => performance.now());
  try {
    return await work(display.show);
  } finally {
    display.end();
  }
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => interrupted.abort(new Error(name)));
  }
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
}
