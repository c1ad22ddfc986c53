import { accessSync, constants, realpathSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./command.ts";
import type { Tool, ToolName } from "./tool.ts";

const versionArguments: Readonly<Record<ToolName, readonly string[]>> = {
  etcd: ["--version"],
  "kube-apiserver": ["--version"],
  "kube-controller-manager": ["--version"],
  "kube-scheduler": ["--version"],
  kubectl: ["version", "--client"],
  kwok: ["--version"],
  helm: ["version", "--short"],
  helm3: ["version", "--short"],
  promtool: ["--version"],
  glua: ["-v"],
  kubelet: ["--version"],
  "kube-proxy": ["--version"],
  containerd: ["--version"],
  "containerd-shim-runc-v2": ["-v"],
  coredns: ["-version"],
  "metrics-server": ["--version"],
  // Their versions are dates, which no version of a Go module equals: a program in PATH is never taken.
  minio: ["--version"],
  mc: ["--version"],
};

/**
 * A binary that somebody has put on this machine: one in KUBEBUILDER_ASSETS is taken as it is unless a Kubernetes version was
 * asked for, one in PATH only when its minor version is the wanted one.
 */
export async function localBinary(
  tool: Tool,
  isVersionAsked: boolean,
  options: CommandOptions,
): Promise<string | undefined> {
  const assets = options.environment["KUBEBUILDER_ASSETS"];
  const given = assets ? executable(join(assets, tool.name)) : undefined;
  if (given && (!isVersionAsked || (await hasMinorOf(tool, given, options)))) return given;
  for (const path of inPath(tool, options.environment["PATH"] ?? ""))
    if (await hasMinorOf(tool, path, options)) return path;
  return undefined;
}

/** A relative folder in PATH would depend on where the command is given. */
function inPath(tool: Tool, path: string): readonly string[] {
  const folders = path.split(delimiter).filter((folder) => folder.startsWith("/"));
  return folders.flatMap((folder) => executable(join(folder, tool.name)) ?? []);
}

/**
 * The file itself when it is there and may be run. Behind links: the folder of an instance that runs has links to programs,
 * may be in PATH, and is made anew by the next start.
 */
export function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    const real = realpathSync(path);
    // A program that is many by its name, such as k3s, must keep the name that it is called by.
    return basename(real) === basename(path) ? real : path;
  } catch {
    return undefined;
  }
}

async function hasMinorOf(tool: Tool, path: string, options: CommandOptions): Promise<boolean> {
  const { code, output } = await runCommand(path, versionArguments[tool.name], options);
  const [, found] = /v?(\d+\.\d+)\.\d+/.exec(output) ?? [];
  return code === 0 && found !== undefined && tool.version.startsWith(`v${found}.`);
}
