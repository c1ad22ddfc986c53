/** Makes every target trust a bundle, and proves it by reading back (TLS-8). */
import { type InjectionOperation, injectionPatch } from "./injection.ts";

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

export interface InjectionReport {
  /** Names of targets that do not trust the bundle yet. */
  readonly missing: readonly string[];
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
): Promise<InjectionReport> {
  const missing: string[] = [];
  await Promise.all(
    targets.map(async (target) => {
      if (!(await injectOne(target, bundle, options))) missing.push(target.name);
    }),
  );
  return { missing: missing.sort() };
}

async function injectOne(
  target: TrustTarget,
  bundle: string,
  { now, signal, injected }: Parameters<typeof inject>[2],
): Promise<boolean> {
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const object = await target.read(signal);
      if (object === undefined) return false;
      const operations = injectionPatch(object, bundle, now());
      if (operations.length === 0) return true;
      if ((await target.patch(operations, signal)) === "written") injected(target.name, "injected");
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  injected(target.name, "failed");
  return false;
}
