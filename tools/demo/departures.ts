import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { NAMESPACE } from "./cluster-view.ts";

/** Objects that went, in the order in which the API server said so. */
export interface Departures {
  readonly names: readonly string[];
  stop(): void;
}

const SETTLE_MS = 500;

/** Watches kinds with `kubectl get --watch`, one process each, until stopped. Resolves when all watch. */
export async function watchDepartures(
  kubectlPath: string,
  kubeconfig: string,
  kinds: readonly string[],
): Promise<Departures> {
  const names: string[] = [];
  const children = kinds.map((kind) => {
    const child = spawn(
      kubectlPath,
      ["get", kind, "-n", NAMESPACE, "--watch", "--output-watch-events", "--no-headers"],
      { env: { ...process.env, KUBECONFIG: kubeconfig }, stdio: ["ignore", "pipe", "ignore"] },
    );
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [event, name] = line.split(/\s+/);
      if (event === "DELETED" && name !== undefined) names.push(`${kind}/${name}`);
    });
    child.on("error", () => undefined);
    return child;
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return {
    names,
    stop: () => {
      for (const child of children) child.kill("SIGTERM");
    },
  };
}
