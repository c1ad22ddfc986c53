import type { Outcome } from "./outcome.ts";
import type { WorkQueue } from "./work-queue.ts";

/** What a pool of workers needs. */
export interface WorkerPoolOptions {
  readonly queue: WorkQueue;
  /** How many keys are worked on at once. */
  readonly concurrency: number;
  /** One pass over one key. The signal aborts only when there is no time left to finish it. */
  readonly work: (key: string, signal: AbortSignal) => Promise<Outcome>;
  /** No new pass starts after this aborts; passes that run are finished. */
  readonly stop: AbortSignal;
  /** Handed to the passes that run. */
  readonly kill: AbortSignal;
  /** Hears of each finished pass, and of a throw as the `failed` outcome it becomes. */
  readonly finished?: (key: string, outcome: Outcome, thrown: unknown) => void;
}

/** Works on keys until `stop` aborts; resolves when the last pass has ended. */
export async function runWorkers(options: WorkerPoolOptions): Promise<void> {
  const { queue, stop } = options;
  const close = (): void => queue.close();
  if (stop.aborted) close();
  stop.addEventListener("abort", close, { once: true });
  await Promise.all(Array.from({ length: options.concurrency }, () => worker(options)));
  stop.removeEventListener("abort", close);
}

async function worker(options: WorkerPoolOptions): Promise<void> {
  const { queue } = options;
  for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
    const { outcome, thrown } = await pass(options, key);
    schedule(queue, key, outcome);
    queue.done(key);
    options.finished?.(key, outcome, thrown);
  }
}

async function pass(
  options: WorkerPoolOptions,
  key: string,
): Promise<{ outcome: Outcome; thrown: unknown }> {
  try {
    return { outcome: await options.work(key, options.kill), thrown: undefined };
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.message : "unknown";
    return { outcome: { kind: "failed", cause }, thrown };
  }
}

function schedule(queue: WorkQueue, key: string, outcome: Outcome): void {
  switch (outcome.kind) {
    case "settled":
      queue.forget(key);
      return;
    case "again":
      queue.forget(key);
      queue.addAfter(key, outcome.afterMs, "resync");
      return;
    case "failed":
      queue.retry(key, outcome.afterMs, outcome.atMostMs);
  }
}
