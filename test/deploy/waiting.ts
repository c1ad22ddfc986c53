import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 100;

/** Asks again and again until the answer is not undefined. Rejects after the time with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1_000} s`);
    await sleep(EVERY_MS);
  }
}
