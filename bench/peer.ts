/** The rival: the same webhooks in Go on controller-runtime, built from `bench/controller-runtime`. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("./controller-runtime", import.meta.url));

/** Builds the peer into the user's cache and answers its path; undefined where Go is missing. The first build takes minutes. */
export function buildPeer(progress: (line: string) => void): string | undefined {
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const folder = join(homedir(), ".cache", "prism-operator", "bench");
  mkdirSync(folder, { recursive: true });
  const binary = join(folder, "peer");
  progress("building the Go peer (minutes the first time, seconds later)");
  const built = spawnSync("go", ["build", "-o", binary, "."], { cwd: SOURCE, encoding: "utf8" });
  if (built.status === 0) return binary;
  progress(`the Go peer cannot be built, it is left out: ${built.stderr.trim().slice(-300)}`);
  return undefined;
}
