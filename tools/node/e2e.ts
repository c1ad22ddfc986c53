/** `npm run e2e`: the operator on a real node, with real servers in its pods. Leaves nothing behind, however it ends. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { findBinaries } from "../control-plane/binaries.ts";
import { cacheFolder, hostEnvironment } from "../control-plane/environment.ts";
import { progressDisplay } from "../control-plane/progress.ts";
import {
  coreToolNames,
  imageToolNames,
  nodeToolNames,
  pinnedKubernetes,
  type ToolName,
  toolOf,
} from "../control-plane/tool.ts";
import { cgroupNameFor, forgottenCgroups, makeCgroup, removeCgroup } from "./cgroup.ts";
import { hostCommand } from "./host-command.ts";
import {
  installMissing,
  missingPackages,
  missingRights,
  rememberSettings,
  wrongUser,
} from "./host-needs.ts";
import { haveFetchedImages, makeImages } from "./images.ts";
import type { Order } from "./order.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const INSIDE = fileURLToPath(new URL("./inside.ts", import.meta.url));
const NEEDED: readonly ToolName[] = [...coreToolNames, "helm", ...nodeToolNames, ...imageToolNames];
const FOLDER_PREFIX = "prism-e2e-";
const CANNOT_RUN = 2;
/** The first process of a PID namespace has to take the dead children of others; a shell that waits does. */
const INIT =
  'trap "kill -TERM \\$child" TERM INT; "$@" & child=$!; while kill -0 $child 2>/dev/null; do wait $child; code=$?; done; exit $code';

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const command = commandOf(args);
  const display = progressDisplay(process.stderr, () => performance.now());
  const { ifCached, shell: isShell } = command.opts<{ ifCached: boolean; shell: boolean }>();
  const hindrance =
    wrongUser() ??
    (ifCached ? missingInCache() : await installMissing(display.show)) ??
    (await missingRights());
  if (hindrance !== undefined) {
    display.end();
    process.stderr.write(
      `${ifCached ? "The suite on a real node was not run. " : ""}${hindrance}\n`,
    );
    return ifCached ? 0 : CANNOT_RUN;
  }
  for (const name of forgottenCgroups()) await removeCgroup(name);
  removeForgottenFolders();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  chmodSync(folder, 0o711);
  const cgroup = cgroupNameFor(process.pid);
  const restore = rememberSettings();
  try {
    const order = await prepare(folder, cgroup, display.show, signal);
    display.end();
    makeCgroup(cgroup);
    return await enter({ ...order, isShell, files: command.args }, signal);
  } finally {
    display.end();
    await removeCgroup(cgroup);
    rmSync(folder, { recursive: true, force: true });
    restore();
  }
}

function commandOf(args: readonly string[]): Command {
  return new Command("npm run e2e --")
    .description(
      "Runs the operator on a real node: kubelet, containerd and real servers. Needs root.",
    )
    .argument("[files...]", "test files; everything under test/e2e when absent")
    .option(
      "--if-cached",
      "do nothing, and say so, where programs would have to be built or installed first",
      false,
    )
    .option(
      "--shell",
      "no tests: a shell with kubectl and helm that ends the node when it ends",
      false,
    )
    .parse(args, { from: "user" });
}

/** Folders of runs that were killed; each says whose it is. */
function removeForgottenFolders(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(FOLDER_PREFIX))) {
    const [, pid = ""] = /^prism-e2e-(\d+)-/.exec(name) ?? [];
    const isForgotten = pid !== "" && !existsSync(`/proc/${pid}`);
    if (isForgotten) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** What would have to be built, installed or fetched first, for a person. */
function missingInCache(): string | undefined {
  const packages = missingPackages();
  if (packages.length > 0) return `Debian packages are missing: ${packages.join(", ")}`;
  const cache = cacheFolder(hostEnvironment());
  const paths = new Map(
    NEEDED.map((name) => [name, join(cache, toolOf(name, pinnedKubernetes).folder, name)]),
  );
  const missing = [...paths].filter(([, path]) => !existsSync(path)).map(([name]) => name);
  if (missing.length > 0) return `Not in the cache: ${missing.join(", ")}; npm run e2e builds them`;
  const binaries = { minio: paths.get("minio") ?? "", mc: paths.get("mc") ?? "" };
  const folder = join(cache, "images");
  return haveFetchedImages({ folder, work: tmpdir(), binaries, operatorInputs: "" })
    ? undefined
    : "Not in the cache: images of servers; npm run e2e makes them";
}

/** Builds or takes from the cache what the node needs; from here on nothing is fetched. */
async function prepare(
  folder: string,
  cgroup: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<Order> {
  const environment = hostEnvironment();
  const binaries = await findBinaries({ names: NEEDED, environment, onProgress, signal });
  const images = join(cacheFolder(environment), "images");
  onProgress("Making images");
  await makeImages({
    folder: images,
    work: join(folder, "images"),
    binaries: { minio: binaries.get("minio") ?? "", mc: binaries.get("mc") ?? "" },
    operatorInputs: digestOfSources(),
    onProgress,
  });
  const runc = (await hostCommand("sh", ["-c", "command -v runc"])).trim();
  return { folder, images, cgroup, runc, isShell: false, files: [] };
}

/** Runs the inner process in namespaces that end with it; answers its exit code. */
async function enter(order: Order, signal: AbortSignal): Promise<number> {
  const child = spawn(
    "setpriv",
    [
      "--pdeathsig=KILL",
      "unshare",
      ...["--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child=SIGKILL", "--mount-proc"],
      ...["sh", "-c", INIT, "init", process.execPath, INSIDE],
    ],
    {
      cwd: CHECKOUT,
      stdio: "inherit",
      detached: !order.isShell,
      env: { ...process.env, PRISM_E2E_ORDER: JSON.stringify(order) },
    },
  );
  const ended = Promise.withResolvers<number>();
  child.once("error", ended.reject).once("exit", (code) => ended.resolve(code ?? 1));
  const kill = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  return await ended.promise;
}

/** Of everything that the operator's image holds. */
function digestOfSources(): string {
  const hash = createHash("sha256");
  for (const folder of ["crds", "schemas", "certs", "webhooks", "src", "tools/chart-hooks"]) {
    const files = readdirSync(join(CHECKOUT, folder), { recursive: true, withFileTypes: true });
    for (const file of files
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .toSorted())
      hash.update(file.slice(CHECKOUT.length)).update(readFileSync(file));
  }
  for (const file of ["package-lock.json", "deploy/Dockerfile"])
    hash.update(readFileSync(join(CHECKOUT, file)));
  return hash.digest("hex");
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => interrupted.abort(new Error(name)));
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
}
