import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBinaries } from "./binaries.ts";
import { hostEnvironment } from "./environment.ts";
import { endInstance } from "./instance.ts";
import { layoutOf } from "./layout.ts";
import type { Connection, Plan, RealNode } from "./plan.ts";
import type { OnProgress } from "./progress.ts";
import type { OwnerMessage } from "./supervisor-message.ts";
import { isSupervisorMessage } from "./supervisor-message.ts";
import type { ToolName } from "./tool.ts";
import { coreToolNames } from "./tool.ts";

/** What kind of control plane is wanted. */
export interface ControlPlaneOptions {
  /** Where its files go; a new folder that is removed at the end when absent. */
  readonly dir?: string;
  /** Fake nodes; 3 when absent. */
  readonly nodes?: number;
  /** For a real node that somebody else runs; then there are no fake ones. */
  readonly realNode?: RealNode;
  /** `1.36` or `1.36.1`; the pinned version when absent. */
  readonly kubernetesVersion?: string;
  /** `api-server` is etcd and kube-apiserver alone; `full` when absent. */
  readonly scope?: Plan["scope"];
  /** An audit Policy in YAML; its log is at `auditLogPath`. */
  readonly auditPolicy?: string;
  /** More flags for kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
  /** Programs besides those of the control plane, such as Helm, to find in `binDir`. */
  readonly with?: readonly ToolName[];
  readonly onProgress?: OnProgress;
  /** Aborting it stops the start, or what has been started. */
  readonly signal?: AbortSignal;
}

/** A control plane that is ready for pods. */
export interface ControlPlane extends Connection {
  readonly dir: string;
  readonly kubeconfigPath: string;
  readonly kubectlPath: string;
  /** A folder with all its programs, for PATH. */
  readonly binDir: string;
  readonly auditLogPath: string;
  /** Resolves with the reason when it ends without having been asked to, such as a server that crashed. */
  readonly lost: Promise<string>;
  /** Resolves when everything has ended. May be called twice. */
  readonly stop: () => Promise<void>;
  /** Lets it live on after this process; `control-plane down --dir` ends it. */
  readonly release: () => void;
}

/** A control plane that did not get ready, or ended by itself; the message says what and shows the end of its log. */
export class ControlPlaneFailed extends Error {
  override readonly name = "ControlPlaneFailed" as const;
}

const toolsOf: Readonly<Record<Plan["scope"], readonly ToolName[]>> = {
  full: coreToolNames,
  "api-server": ["etcd", "kube-apiserver", "kubectl"],
};

/**
 * Starts a control plane on loopback that belongs to this process: it ends with it, however this process ends.
 * Rejects with ControlPlaneFailed, BinariesMissing or GoError; whatever had been started is stopped by then.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const signal = options.signal ?? new AbortController().signal;
  const onProgress = options.onProgress ?? (() => undefined);
  const binaries = await findBinaries({
    names: [...toolsOf[options.scope ?? "full"], ...(options.with ?? [])],
    kubernetesVersion: options.kubernetesVersion,
    environment: hostEnvironment(),
    onProgress,
    signal,
  });
  const dir = resolve(options.dir ?? mkdtempSync(join(tmpdir(), "prism-control-plane-")));
  const plan: Plan = {
    folder: dir,
    isTemporary: options.dir === undefined,
    binaries: Object.fromEntries(binaries),
    nodes: options.realNode === undefined ? (options.nodes ?? 3) : 0,
    realNode: options.realNode,
    scope: options.scope ?? "full",
    auditPolicy: options.auditPolicy,
    apiServerFlags: options.apiServerFlags ?? [],
  };
  const supervisor = new SupervisorHandle(plan, onProgress, signal);
  return describe(plan, await supervisor.ready, supervisor);
}

function describe(plan: Plan, connection: Connection, supervisor: SupervisorHandle): ControlPlane {
  const layout = layoutOf(plan.folder);
  return {
    ...connection,
    dir: plan.folder,
    kubeconfigPath: layout.kubeconfig,
    kubectlPath: join(layout.bin, "kubectl"),
    binDir: layout.bin,
    auditLogPath: layout.auditLog,
    lost: supervisor.lost,
    release: () => supervisor.release(),
    stop: () => supervisor.stop(),
  };
}

/** This process' end of the channel to a supervisor. */
class SupervisorHandle {
  /** Rejects with ControlPlaneFailed. */
  readonly ready: Promise<Connection>;
  readonly lost: Promise<string>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #isAskedToStop = false;

  constructor(plan: Plan, onProgress: OnProgress, signal: AbortSignal) {
    mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
    const logFile = join(plan.folder, "supervisor.log");
    const log = openSync(logFile, "w");
    // A group of its own, so that Ctrl-C in a terminal reaches this process alone, which then decides.
    this.#child = fork(fileURLToPath(new URL("./supervisor.ts", import.meta.url)), {
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      execArgv: [],
    });
    closeSync(log);
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    const ready = Promise.withResolvers<Connection>();
    this.ready = ready.promise;
    const lost = Promise.withResolvers<string>();
    this.lost = lost.promise;
    let toldReason = "";
    this.#child.on("message", (message) => {
      if (!isSupervisorMessage(message)) return;
      if (message.kind === "progress") onProgress(message.line);
      else if (message.kind === "ready") ready.resolve(message.connection);
      else toldReason = message.reason;
    });
    const onEnd = async (reason: string) => {
      // Finds something only when the supervisor itself was killed.
      await endInstance(plan.folder, this.#child.pid);
      if (plan.isTemporary) rmSync(plan.folder, { recursive: true, force: true });
      ready.reject(new ControlPlaneFailed(reason));
      if (!this.#isAskedToStop) lost.resolve(reason);
      ended.resolve();
    };
    this.#child.once("error", (error) => void onEnd(error.message));
    this.#child.once("exit", () => {
      const reason = toldReason || `the supervisor ended: ${textOf(logFile)}`;
      void onEnd(signal.aborted ? "interrupted" : reason);
    });
    this.#send({ kind: "start", plan });
    const stop = () => void this.stop();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  }

  async stop(): Promise<void> {
    this.#isAskedToStop = true;
    this.#send({ kind: "stop" });
    await this.#ended;
  }

  release(): void {
    this.#isAskedToStop = true;
    this.#send({ kind: "release" });
    this.#child.disconnect();
    this.#child.unref();
  }

  #send(message: OwnerMessage): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(-2000);
  } catch {
    return "";
  }
}
