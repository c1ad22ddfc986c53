/** What runs inside of the namespaces: control plane, node, and then the tests or a shell. Started by e2e.ts alone. */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "node:test";
import { findBinaries } from "../control-plane/binaries.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { hostEnvironment } from "../control-plane/environment.ts";
import { nodeToolNames } from "../control-plane/tool.ts";
import { reportRun } from "../test-run/report.ts";
import { closingLine, isSuccess, type RunResult, sumOf } from "../test-run/run-result.ts";
import { ImageStore } from "./image-store.ts";
import { prepareNamespaces } from "./network.ts";
import { type RunningNode, startNode } from "./node.ts";
import { serveNodeControl } from "./node-control.ts";
import { NODE, nodeLayoutOf } from "./node-layout.ts";
import { readOrder } from "./order.ts";
import { serveImages } from "./registry.ts";

const FILE_TIMEOUT_MS = 1_200_000;

async function main(signal: AbortSignal): Promise<number> {
  const order = readOrder(process.env["PRISM_E2E_ORDER"] ?? "");
  const onProgress = (line: string): void => void process.stdout.write(`${line}\n`);
  await prepareNamespaces();
  const layout = nodeLayoutOf(join(order.folder, "node"), order.cgroup);
  await serveImages(new ImageStore(order.images), NODE.address, NODE.registryPort);
  const environment = hostEnvironment();
  const binaries = await findBinaries({ names: nodeToolNames, environment, onProgress, signal });
  const controlPlane = await startControlPlane({
    dir: join(order.folder, "control-plane"),
    realNode: { volumesIn: layout.volumes, address: NODE.address },
    with: ["helm", ...nodeToolNames],
    onProgress,
    signal,
  });
  const node = await startNode({
    layout,
    controlPlane,
    binaries,
    runc: order.runc,
    onProgress,
    signal,
  });
  onProgress("The node is Ready");
  process.env["KUBECONFIG"] = controlPlane.kubeconfigPath;
  process.env["PATH"] = `${controlPlane.binDir}:${process.env["PATH"] ?? ""}`;
  return order.isShell ? openShell() : await runTests(order.files, node, signal);
}

/** For trying things by hand: kubectl and helm are in PATH. */
function openShell(): number {
  return spawnSync("/bin/bash", ["-i"], { stdio: "inherit" }).status ?? 1;
}

async function runTests(
  files: readonly string[],
  node: RunningNode,
  signal: AbortSignal,
): Promise<number> {
  const control = await serveNodeControl(node);
  process.env["PRISM_E2E_RESTART"] = control.url;
  const found = files.length > 0 ? files : globSync("test/e2e/**/*.e2e.ts");
  const results: RunResult[] = [];
  for (const group of groupsOf(found)) {
    const stream = run({
      files: [...group],
      concurrency: group.length,
      timeout: FILE_TIMEOUT_MS,
      signal,
    });
    results.push(await reportRun(stream, false, process.stdout));
  }
  const result = sumOf(results);
  for (const complaint of result.complaints) process.stdout.write(`${complaint}\n`);
  process.stdout.write(`${closingLine(result)}\n`);
  control.server.close();
  return isSuccess(result) ? 0 : 1;
}

/** Files whose names begin with the same letter disturb each other as little as users of one cluster do, and run side by side. */
function groupsOf(files: readonly string[]): readonly (readonly string[])[] {
  const groups = Map.groupBy(files.toSorted(), (file) => basename(file).charAt(0));
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => interrupted.abort(new Error(name)));
  // Everything that was started lives in our PID namespace and ends with it: nothing is to be stopped one by one.
  try {
    process.exit(await main(interrupted.signal));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
