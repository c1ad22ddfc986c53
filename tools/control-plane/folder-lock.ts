import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJson, textAt, valueAt } from "./json-value.ts";
import { identityOf, isRunning } from "./process-identity.ts";
import type { OnProgress } from "./progress.ts";

const lookAgainMs = 500;

/**
 * Runs work while no other process on this machine does so under the same lock file. A lock whose owner has ended is taken over.
 * Rejects when the signal aborts while waiting.
 */
export async function withFolderLock<T>(
  lock: string,
  onProgress: OnProgress,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 });
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined) rmSync(lock, { force: true });
    else {
      onProgress(`Waiting for process ${owner}, which holds ${lock}`);
      await sleep(lookAgainMs, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A link is made in one step and with its content, so nobody reads a half-written lock. */
function take(lock: string): boolean {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identityOf(process.pid)));
  try {
    linkSync(mine, lock);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The pid that holds the lock; undefined when it has ended or the lock is gone. */
function ownerOf(lock: string): number | undefined {
  try {
    const content = parseJson(readFileSync(lock, "utf8"));
    const pid = Number(valueAt(content, "pid"));
    return isRunning({ pid, started: textAt(content, "started") }) ? pid : undefined;
  } catch {
    return undefined;
  }
}
