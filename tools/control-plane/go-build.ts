import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandOptions } from "./command.ts";
import { runCommand } from "./command.ts";
import { GoError, goModuleFor } from "./go-module.ts";
import type { OnProgress } from "./progress.ts";
import type { Tool } from "./tool.ts";

/** The Go that Kubernetes v1.37 asks for in its own go.mod. */
const neededGo: readonly [number, number] = [1, 26];

/** Why no build can be made here, in words for a person; undefined when Go is there and new enough. */
export async function whyNoGo(options: CommandOptions): Promise<string | undefined> {
  const { code, output } = await runCommand("go", ["version"], options);
  if (code !== 0) return "there is no go in PATH";
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(output) ?? [];
  const [wantedMajor, wantedMinor] = neededGo;
  const isNewEnough =
    Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
  return isNewEnough ? undefined : `the go in PATH is ${major}.${minor}`;
}

/**
 * Builds one tool from its Go module and puts it into the cache in one step, so that a build that was interrupted leaves nothing
 * that looks finished. Answers the path of the binary. Rejects with GoError.
 */
export async function buildFromModule(
  tool: Tool,
  cache: string,
  onProgress: OnProgress,
  options: CommandOptions,
): Promise<string> {
  const folder = join(cache, tool.folder);
  mkdirSync(folder, { recursive: true });
  const step = `Building ${tool.name} ${tool.version} (once; about ${tool.coldBuild} on two cores)`;
  onProgress(step);
  const build: CommandOptions = {
    ...options,
    environment: { ...options.environment, CGO_ENABLED: "0", GOWORK: "off" },
    folder: await goModuleFor(tool, cache, options),
  };
  const partial = join(folder, `.${tool.name}.${process.pid}.partial`);
  const total = await packageCount(tool, build);
  let compiled = 0;
  const onErrorLine = (line: string) => {
    if (line.startsWith("go: downloading")) onProgress(`${step}: ${line.slice(4)}`);
    else onProgress(`${step}: ${++compiled} packages of ${total}`);
  };
  const flags = ["-s", "-w", ...tool.linkerFlags].join(" ");
  const args = ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags];
  const result = await runCommand("go", [...args, "-o", partial, tool.goPackage], {
    ...build,
    onErrorLine,
  });
  if (result.code !== 0) {
    rmSync(partial, { force: true });
    throw new GoError(`go build ${tool.goPackage} failed: ${result.errorTail}`);
  }
  const path = join(folder, tool.name);
  renameSync(partial, path);
  return path;
}

/** How many packages the program has; those that Go has in its own cache are not compiled again. */
async function packageCount(tool: Tool, options: CommandOptions): Promise<number> {
  const { output } = await runCommand("go", ["list", "-deps", tool.goPackage], options);
  return output.split("\n").length - 1;
}
