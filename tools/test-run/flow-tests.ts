import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { performance } from "node:perf_hooks";
import { run } from "node:test";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { progressDisplay } from "../control-plane/progress.ts";
import { reportRun } from "./report.ts";
import type { RunResult } from "./run-result.ts";
import type { TestOptions } from "./test-options.ts";
import { fileTimeoutMs } from "./test-options.ts";

/** Each takes half a gigabyte. */
const mostControlPlanes = 3;

/**
 * Runs the tests under test/flow on control planes that live as long as the run. Lines are not counted here: it would slow every
 * program that they start.
 */
export async function runFlowTests(
  files: readonly string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<RunResult> {
  const controlPlanes = await openControlPlanes(files, options, signal);
  // Most files start an operator or prismctl several times, and each would strip the types of the same modules again.
  const compiled = mkdtempSync(join(tmpdir(), "prism-test-compiled-"));
  process.env["NODE_COMPILE_CACHE"] = compiled;
  try {
    const stream = run({
      files: [...files],
      concurrency: options.concurrency,
      timeout: fileTimeoutMs,
      testNamePatterns: options.testNamePattern ?? [],
      signal,
    });
    return await reportRun(stream, options.testNamePattern !== undefined, process.stdout);
  } finally {
    await Promise.all(controlPlanes.map((one) => one.stop()));
    rmSync(compiled, { recursive: true, force: true });
  }
}

/** As many as files may need at a time, since most of them want one for themselves. The test processes inherit where they are. */
async function openControlPlanes(
  files: readonly string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<readonly ControlPlane[]> {
  const count = Math.min(files.length, options.concurrency, mostControlPlanes);
  const opened: ControlPlane[] = [];
  try {
    while (opened.length < count) opened.push(await openControlPlane(options.kubernetes, signal));
  } catch (error) {
    await Promise.all(opened.map((one) => one.stop()));
    throw error;
  }
  const [first] = opened;
  if (first === undefined) return opened;
  process.env["PRISM_TEST_KUBECONFIG"] = opened
    .map(({ kubeconfigPath }) => kubeconfigPath)
    .join(delimiter);
  process.env["PRISM_TEST_BIN"] = first.binDir;
  return opened;
}

async function openControlPlane(
  kubernetesVersion: string | undefined,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const display = progressDisplay(process.stderr, () => performance.now());
  try {
    const controlPlane = await startControlPlane({
      nodes: 3,
      ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
      onProgress: display.show,
      signal,
    });
    void controlPlane.lost.then((reason) => process.stdout.write(`The control plane ${reason}\n`));
    return controlPlane;
  } finally {
    display.end();
  }
}
