import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Component } from "./component.ts";
import type { Layout } from "./layout.ts";
import { identityOf } from "./process-identity.ts";
import type { NamedProcess } from "./state-file.ts";

const probeEveryMs = 50;
const readyWithinMs = 90_000;
const endWithinMs = 3000;
const tailLines = 15;

/** A component that ended or did not get ready; the message carries the end of its log. */
export class ComponentFailed extends Error {
  override readonly name = "ComponentFailed" as const;
}

/** One program of the control plane, running. */
export interface ComponentProcess {
  readonly identity: NamedProcess;
  /** Settles when the program has ended. */
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  /** Its name, how it ended and the end of its log. */
  readonly describe: () => string;
  /** Ends it: asked first, forced after three seconds. */
  readonly stop: () => Promise<void>;
}

/** Starts a program with its output in a log file. Throws ComponentFailed when it cannot be run. */
export function startComponent(
  component: Component,
  binary: string,
  layout: Layout,
): ComponentProcess {
  const logFile = join(layout.logs, `${component.name}.log`);
  const log = openSync(logFile, "a");
  const child = spawn(binary, component.args, { stdio: ["ignore", log, log], cwd: layout.folder });
  closeSync(log);
  const ended = endOf(child);
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (identity === undefined)
    throw new ComponentFailed(`${component.name} could not be started\n${tailOf(logFile)}`);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    identity: { ...identity, name: component.name },
    ended,
    hasEnded,
    describe: () =>
      `${component.name} (${child.exitCode ?? child.signalCode ?? "running"}), the end of ${logFile}:\n${tailOf(logFile)}`,
    async stop() {
      if (hasEnded()) return;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Asks until the probe says yes. Rejects with ComponentFailed when the program ends or takes too long. */
export async function waitUntilReady(
  running: ComponentProcess,
  probe: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(readyWithinMs)]);
  for (;;) {
    if (await probe().catch(() => false)) return;
    signal.throwIfAborted();
    if (running.hasEnded()) throw new ComponentFailed(`ended at once: ${running.describe()}`);
    if (deadline.aborted)
      throw new ComponentFailed(
        `not ready within ${readyWithinMs / 1000} s: ${running.describe()}`,
      );
    await sleep(probeEveryMs);
  }
}

function endOf(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve()).once("error", () => resolve());
  return promise;
}

function tailOf(logFile: string): string {
  try {
    const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
    return lines.slice(-tailLines).join("\n");
  } catch {
    return "";
  }
}
