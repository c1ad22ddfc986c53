/** How long programs take from their start to what their user waits for. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { admittedKinds, loadCrds } from "../src/kinds.ts";
import { median } from "./statistics.ts";

const ROUNDS = 5;

/** Median wall time, in milliseconds, of `prismctl validate` on the source's example. */
export function prismctlMs(): number {
  const prismctl = fileURLToPath(new URL("../src/cli/prismctl.ts", import.meta.url));
  const sample = fileURLToPath(
    new URL("../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url),
  );
  return medianOf(() => {
    const { status, stderr } = spawnSync(process.execPath, [prismctl, "validate", sample]);
    if (status !== 0) throw new Error(`prismctl validate: ${stderr}`);
  });
}

/** Median time, in milliseconds, to read `crds/` and compile every version. */
export function compileMs(): number {
  return medianOf(() => admittedKinds(loadCrds()));
}

function medianOf(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return median(times);
}
