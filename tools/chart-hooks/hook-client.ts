import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { loadCredentials } from "../../src/kube/credentials.ts";
import { Transport } from "../../src/kube/transport.ts";

/** The API server, as the hook's ServiceAccount or the kubeconfig sees it. Rejects with one line when there is none. */
export async function hookClient(): Promise<Transport> {
  const { env } = process;
  const credentials = await loadCredentials({
    file: undefined,
    context: undefined,
    kubeconfig: env["KUBECONFIG"],
    serviceHost: env["KUBERNETES_SERVICE_HOST"],
    servicePort: env["KUBERNETES_SERVICE_PORT"],
    parse,
    now: () => performance.now(),
  });
  return new Transport(credentials, "prism-operator-hook");
}

/** Tries until there is no complaint or the time is over; the last complaint, or undefined for a success. */
export async function untilGood(
  attempt: (signal: AbortSignal) => Promise<string | undefined>,
  withinMs: number,
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(withinMs);
  let last: string | undefined;
  for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, 5_000)) {
    const complaint = await attempt(deadline);
    if (complaint === undefined) return undefined;
    // What an attempt says that was cut off is no cause.
    if (deadline.aborted) return last ?? complaint;
    last = complaint;
    try {
      await sleep(pauseMs, undefined, { signal: deadline });
    } catch {
      return complaint;
    }
  }
}
