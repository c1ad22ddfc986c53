/** prismctl as people start it, against a test's control plane. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** What it wrote and how it ended. */
export interface PrismctlAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PRISMCTL = fileURLToPath(new URL("../../src/cli/prismctl.ts", import.meta.url));
const WITHIN_MS = 120_000;

/** Runs one command to its end. */
export function prismctl(
  plane: Pick<TestControlPlane, "kubeconfigPath">,
  args: readonly string[],
): Promise<PrismctlAnswer> {
  const env = { ...hostEnvironment(), KUBECONFIG: plane.kubeconfigPath };
  const { promise, resolve } = Promise.withResolvers<PrismctlAnswer>();
  execFile(
    process.execPath,
    [PRISMCTL, ...args],
    { env, timeout: WITHIN_MS, maxBuffer: 64 * 1024 * 1024 },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    },
  );
  return promise;
}
