import { setTimeout as sleep } from "node:timers/promises";

/** Looks ten times a second until something is true. Rejects when the time is over. */
export async function until(
  isTrue: () => Promise<boolean> | boolean,
  withinMs: number,
): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await sleep(100);
  }
}
