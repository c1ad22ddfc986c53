/** Makes every target trust a bundle, and proves it by reading back (TLS-8). */
import { bundlesOf, type InjectionOperation, injectionPatch } from "./injection.ts";
import type { TrustReport } from "./standing.ts";

/** A webhook configuration or CustomResourceDefinition, through the API server. Other failures reject. */
export interface TrustTarget {
  /** Kind and name, for metrics and messages; a closed list. */
  readonly name: string;
  read(signal: AbortSignal): Promise<unknown>;
  /** `conflict`: a `test` failed or the object is gone; re-read. */
  patch(
    operations: readonly InjectionOperation[],
    signal: AbortSignal,
  ): Promise<"written" | "conflict">;
}

const MAX_ROUNDS = 20;

/** Injects into all targets at once; a target that is not there or cannot be written counts as missing. */
export async function inject(
  targets: readonly TrustTarget[],
  bundle: string,
  options: {
    readonly now: () => number;
    readonly signal: AbortSignal;
    readonly injected: (target: string, result: "injected" | "failed") => void;
  },
): Promise<TrustReport> {
  const outcomes = await Promise.all(
    targets.map(async (target) => ({
      name: target.name,
      outcome: await injectOne(target, bundle, options),
    })),
  );
  const count = (wanted: Injected): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  const missing = outcomes
    .filter(({ outcome }) => outcome !== "trusts" && outcome !== "silent")
    .map(({ name }) => name);
  return {
    missing: missing.sort(),
    present: count("trusts") + count("failed"),
    trusting: count("trusts"),
  };
}

/** `unseen`: it could not even be read, which says nothing about it. `silent`: it asks nobody, so that there is nothing to trust. */
type Injected = "trusts" | "absent" | "silent" | "failed" | "unseen";

async function injectOne(
  target: TrustTarget,
  bundle: string,
  options: Parameters<typeof inject>[2],
): Promise<Injected> {
  const { signal, injected } = options;
  let outcome: Injected = "unseen";
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const object = await target.read(signal);
      if (object === undefined) return "absent";
      if (bundlesOf(object).length === 0) return "silent";
      outcome = "failed";
      if (await trusts(target, object, bundle, options)) return "trusts";
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  injected(target.name, "failed");
  return outcome;
}

/** Whether nothing is missing in what was read; else it is written, for the next look to see. */
async function trusts(
  target: TrustTarget,
  object: unknown,
  bundle: string,
  { now, signal, injected }: Parameters<typeof inject>[2],
): Promise<boolean> {
  const operations = injectionPatch(object, bundle, now());
  if (operations.length === 0) return true;
  if ((await target.patch(operations, signal)) === "written") injected(target.name, "injected");
  return false;
}
