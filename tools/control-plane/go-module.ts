import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./command.ts";
import { parseJson, textAt } from "./json-value.ts";
import type { Tool } from "./tool.ts";
import { pinnedKubernetes } from "./tool.ts";

const buildFolder: string = fileURLToPath(new URL("./build", import.meta.url));
const stagingReplace = /^\s*(?:replace\s+)?(k8s\.io\/[a-z0-9-]+) => \.\/staging\//gm;

/** A Go command that did not do what was asked; the message ends with Go's own words. */
export class GoError extends Error {
  override readonly name = "GoError" as const;
}

/**
 * The folder with the go.mod that builds a tool. The pinned versions are in the repository with their go.sum; for another
 * Kubernetes a module is made in the cache from that version's own go.mod, checked by Go's checksum database.
 * Rejects with GoError.
 */
export async function goModuleFor(
  tool: Tool,
  cache: string,
  options: CommandOptions,
): Promise<string> {
  const isPinned =
    tool.folder !== `kubernetes-${tool.version}` || tool.version === pinnedKubernetes;
  if (isPinned) return join(buildFolder, tool.module);
  const folder = join(cache, tool.folder, "module");
  try {
    readFileSync(join(folder, "go.sum"));
  } catch {
    await makeKubernetesModule(tool.version, folder, options);
  }
  return folder;
}

/** The full version for what a person writes: `1.36` is the newest patch of it, `1.36.1` is itself. Rejects with GoError. */
export async function kubernetesVersionFor(
  asked: string,
  options: CommandOptions,
): Promise<string> {
  const wanted = `v${asked.replace(/^v/, "")}`;
  if (/^v\d+\.\d+\.\d+$/.test(wanted)) return wanted;
  if (!/^v\d+\.\d+$/.test(wanted))
    throw new GoError(`"${asked}" is no Kubernetes version; write for example 1.36 or 1.36.1`);
  if (pinnedKubernetes.startsWith(`${wanted}.`)) return pinnedKubernetes;
  const list = await go(["list", "-m", "-json", "-versions", "k8s.io/kubernetes"], options);
  const versions = JSON.stringify(parseJson(list)).match(/v\d+\.\d+\.\d+(?=")/g) ?? [];
  const newest = versions.filter((version) => version.startsWith(`${wanted}.`)).at(-1);
  if (newest === undefined) throw new GoError(`there is no release of Kubernetes ${wanted}`);
  return newest;
}

async function makeKubernetesModule(
  version: string,
  folder: string,
  options: CommandOptions,
): Promise<void> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const inPartial = { ...options, folder: partial };
  const path = `k8s.io/kubernetes@${version}`;
  const download = await go(["mod", "download", "-json", path], inPartial);
  const original = readFileSync(textAt(parseJson(download), "GoMod"), "utf8");
  writeFileSync(join(partial, "go.mod"), moduleText(version, original));
  const packages = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"];
  // Without the version go get would take the newest.
  const paths = packages.map((name) => `k8s.io/kubernetes/cmd/${name}@${version}`);
  await go(["get", "-tool", ...paths], inPartial);
  await go(["mod", "tidy"], inPartial);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** Kubernetes replaces its staging modules by folders of its own; outside its repository they are modules of version 0.minor.patch. */
function moduleText(version: string, original: string): string {
  const staging = version.replace(/^v1\./, "v0.");
  const goLine = /^go .*$/m.exec(original)?.[0] ?? "go 1.24";
  const replaces = [...original.matchAll(stagingReplace)].map(
    ([, path]) => `replace ${path} => ${path} ${staging}`,
  );
  const head = ["module prism.io/control-plane/kubernetes", "", goLine, ""];
  return [...head, `require k8s.io/kubernetes ${version}`, "", ...replaces, ""].join("\n");
}

async function go(args: readonly string[], options: CommandOptions): Promise<string> {
  const { code, output, errorTail } = await runCommand("go", args, options);
  if (code === 0) return output;
  throw new GoError(`go ${args[0]} ${args[1]} failed: ${errorTail || `code ${code}`}`);
}
