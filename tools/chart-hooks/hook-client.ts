import { setTimeout as sleep } from "node:timers/promises";
import { loadCredentials } from "../../src/kube/credentials.ts";
import { Transport } from "../../src/kube/transport.ts";

/** The API server, as the hook's ServiceAccount or the kubeconfig sees it. */
export function hookClient(): Transport {
  const credentials = loadCredentials(undefined, undefined, () => performance.now());
  return new Transport(credentials, "prism-operator-hook");
}

/** Tries until there is no complaint or the time is over; the last complaint, or undefined for a success. */
export async function untilGood(
  attempt: (signal: AbortSignal) => Promise<string | undefined>,
  withinMs: number,
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(withinMs);
  for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, 5_000)) {
    const complaint = await attempt(deadline);
    if (complaint === undefined || deadline.aborted) return complaint;
    try {
      await sleep(pauseMs, undefined, { signal: deadline });
    } catch {
      return complaint;
    }
  }
}
