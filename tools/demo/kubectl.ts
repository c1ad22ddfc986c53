import { spawn } from "node:child_process";

/** What one kubectl call printed and how it ended. */
export interface KubectlAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of one call: text for standard input and extra environment (an editor). */
export interface KubectlOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the real kubectl; never through a shell. Rejects only when the program cannot be started. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<KubectlAnswer>;

/** A kubectl bound to one kubeconfig; a call is ended when `signal` aborts. */
export function createKubectl(path: string, kubeconfig: string, signal: AbortSignal): Kubectl {
  return (args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(path, args, {
        env: { ...process.env, ...options.environment, KUBECONFIG: kubeconfig },
        stdio: ["pipe", "pipe", "pipe"],
        signal,
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({
          code: code ?? 1,
          stdout: Buffer.concat(stdout).toString("utf8"),
          stderr: Buffer.concat(stderr).toString("utf8"),
        }),
      );
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
    });
}
