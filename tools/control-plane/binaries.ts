import { join } from "node:path";
import type { Environment } from "./environment.ts";
import { cacheFolder } from "./environment.ts";
import { withFolderLock } from "./folder-lock.ts";
import { buildFromModule, whyNoGo } from "./go-build.ts";
import { kubernetesVersionFor } from "./go-module.ts";
import { executable, localBinary } from "./local-binary.ts";
import {
  envtestIndex,
  installOfficialRelease,
  isInOfficialRelease,
  releaseFolder,
} from "./official-release.ts";
import type { OnProgress } from "./progress.ts";
import type { Tool, ToolName } from "./tool.ts";
import { pinnedKubernetes, toolOf } from "./tool.ts";

/** Where each program is, absolute. */
export type Binaries = ReadonlyMap<ToolName, string>;

/** Which programs are wanted, and of which Kubernetes. */
export interface BinariesRequest {
  readonly names: readonly ToolName[];
  /** `1.36` or `1.36.1`; the pinned version when absent. */
  readonly kubernetesVersion?: string | undefined;
  readonly environment: Environment;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Programs that cannot be had on this machine; the message says what is needed. */
export class BinariesMissing extends Error {
  override readonly name = "BinariesMissing" as const;
}

/**
 * Finds or makes the programs, in this order: KUBEBUILDER_ASSETS and PATH, the cache, the official archive, a build from Go modules.
 * What was once made stays in the cache. Rejects with BinariesMissing or GoError.
 */
export async function findBinaries(request: BinariesRequest): Promise<Binaries> {
  const options = { environment: request.environment, signal: request.signal };
  const asked = request.kubernetesVersion;
  const version = asked ? await kubernetesVersionFor(asked, options) : pinnedKubernetes;
  const cache = cacheFolder(request.environment);
  const found = new Map<ToolName, string>();
  const missing: Tool[] = [];
  for (const tool of request.names.map((name) => toolOf(name, version))) {
    const path =
      (await localBinary(tool, asked !== undefined, options)) ?? cached(tool, cache, version);
    if (path) found.set(tool.name, path);
    else missing.push(tool);
  }
  if (missing.length === 0) return found;
  await withFolderLock(join(cache, "build.lock"), request.onProgress, request.signal, async () => {
    await installFromRelease(missing, version, cache, request);
    for (const tool of missing) {
      const path = cached(tool, cache, version) ?? (await build(tool, missing, cache, request));
      found.set(tool.name, path);
    }
  });
  return found;
}

function cached(tool: Tool, cache: string, version: string): string | undefined {
  const built = executable(join(cache, tool.folder, tool.name));
  return built ?? executable(join(releaseFolder(cache, version), tool.name));
}

async function installFromRelease(
  missing: readonly Tool[],
  version: string,
  cache: string,
  request: BinariesRequest,
): Promise<void> {
  const wanted = missing.filter(
    (tool) => isInOfficialRelease(tool) && !cached(tool, cache, version),
  );
  if (wanted.length === 0) return;
  const answer = await installOfficialRelease(wanted, version, cache, request.onProgress, {
    environment: request.environment,
    signal: request.signal,
    index: envtestIndex,
  });
  if (answer.kind === "unavailable")
    request.onProgress(
      `No official archive (${answer.reason}), so the programs are built from Go modules`,
    );
}

async function build(
  tool: Tool,
  missing: readonly Tool[],
  cache: string,
  request: BinariesRequest,
): Promise<string> {
  const reason = await whyNoGo(request);
  if (reason) throw new BinariesMissing(whatIsNeeded(missing, reason));
  return await buildFromModule(tool, cache, request.onProgress, request);
}

function whatIsNeeded(missing: readonly Tool[], reason: string): string {
  const names = missing.map((tool) => `${tool.name} ${tool.version}`).join(", ");
  return [
    `The control plane needs ${names}, and ${reason}.`,
    "Install Go 1.26 or newer (https://go.dev/doc/install); they are then built once, in about 15 minutes on two cores.",
    "Or put ready binaries into a folder and set KUBEBUILDER_ASSETS to it.",
  ].join("\n");
}
