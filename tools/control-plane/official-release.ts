import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./command.ts";
import { textAt } from "./json-value.ts";
import { executable } from "./local-binary.ts";
import type { OnProgress } from "./progress.ts";
import type { Tool } from "./tool.ts";

/** The index of the archives that controller-runtime's setup-envtest takes too; it holds a SHA-512 for each. */
export const envtestIndex =
  "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

/** A machine that does not reach the release site must not wait for it. */
const answerWithinMs = 3000;
const downloadWithinMs = 300_000;
const largestArchiveBytes = 512 * 1024 * 1024;
const inArchive: readonly string[] = ["etcd", "kube-apiserver", "kubectl"];

/** What came of looking: a reason is in words for a person. */
export type ReleaseAnswer =
  | { readonly kind: "installed" }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Whether the archive has the tool at all. */
export function isInOfficialRelease(tool: Tool): boolean {
  return inArchive.includes(tool.name);
}

/** Where the programs of an archive are kept; its etcd has a version of its own. */
export function releaseFolder(cache: string, kubernetesVersion: string): string {
  return join(cache, `envtest-${kubernetesVersion}`);
}

/** Brings etcd, kube-apiserver and kubectl of a Kubernetes version into the cache, if the archive is there and its checksum is right. */
export async function installOfficialRelease(
  tools: readonly Tool[],
  kubernetesVersion: string,
  cache: string,
  onProgress: OnProgress,
  options: CommandOptions & { readonly index: string },
): Promise<ReleaseAnswer> {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const folder = releaseFolder(cache, kubernetesVersion);
  const name = `envtest-${kubernetesVersion}-${platform}.tar.gz`;
  try {
    const index: unknown = parse(
      (await download(options.index, answerWithinMs, options.signal)).toString(),
    );
    const link = textAt(index, "releases", kubernetesVersion, name, "selfLink");
    const hash = textAt(index, "releases", kubernetesVersion, name, "hash");
    if (link === "") return unavailable(`there is no ${name}`);
    onProgress(`Downloading ${name}`);
    const archive = await download(link, downloadWithinMs, options.signal);
    if (createHash("sha512").update(archive).digest("hex") !== hash)
      return unavailable(`the checksum of ${name} is wrong`);
    return await unpack(archive, tools, folder, options);
  } catch (error) {
    return unavailable(reasonOf(error));
  }
}

async function download(url: string, withinMs: number, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
  });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  if (Number(response.headers.get("content-length")) > largestArchiveBytes)
    throw new Error(`${url} is larger than ${largestArchiveBytes} bytes`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(
  archive: Buffer,
  tools: readonly Tool[],
  folder: string,
  options: CommandOptions,
): Promise<ReleaseAnswer> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const file = join(partial, "archive.tar.gz");
  writeFileSync(file, archive);
  const args = ["-xzf", file, "-C", partial, "--strip-components=2"];
  const tar = await runCommand("tar", args, options);
  if (tar.code !== 0) return unavailable(`tar: ${tar.errorTail}`);
  const missing = tools.find((tool) => !executable(join(partial, tool.name)));
  if (missing) return unavailable(`the archive has no ${missing.name}`);
  rmSync(file);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return { kind: "installed" };
}

function unavailable(reason: string): ReleaseAnswer {
  return { kind: "unavailable", reason };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
