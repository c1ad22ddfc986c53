/** What many PrismClusters cost: to bring up, at rest, over a restart, and one more of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultProxy } from "../../../tools/fault-proxy/fault-proxy.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { type RunningOperator, startOperator } from "../running-operator.ts";
import { changesBetween, Fleet, type Versions } from "./fleet.ts";
import { healingTimes, median } from "./healing.ts";
import { readProcess } from "./process-meter.ts";
import { type Scrape, scrape } from "./scrape.ts";

/** What is asked for. */
export interface ScaleOptions {
  readonly clusters: number;
  /** How long nothing may happen. */
  readonly restMs: number;
  /** Two looks so far apart that see the same mean that it is quiet. */
  readonly quietMs: number;
  /** Children deleted by hand. */
  readonly deletions: number;
  readonly told: (line: string) => void;
}

/** What was found. */
export interface ScaleResult extends RestartResult {
  readonly clusters: number;
  /** From the first create to the last Running. */
  readonly startMs: number;
  readonly peakRssMib: number;
  readonly restRssMib: number;
  /** Share of one core, 0 to 1. */
  readonly restCpu: number;
  /** Requests in that time that were neither a lease nor the opening of a watch. */
  readonly restRequests: number;
  /** Objects that changed while nothing should; empty is what is wanted. */
  readonly restWrites: readonly string[];
  readonly requestsAtStart: number;
  readonly healingMs: number;
}

/** What was found after a restart. */
interface RestartResult {
  readonly restartMs: number;
  readonly restartWrites: readonly string[];
  /** Objects that one more example is made of, and what it took to make them. */
  readonly children: number;
  readonly requests: number;
  readonly requestsByVerb: Readonly<Record<string, number>>;
}

const START_WITHIN_MS = 30 * 60_000;
const RESTART_WITHIN_MS = 5 * 60_000;
/** The lease is renewed by PUT, and nothing else is. */
const CALLS = ["GET", "POST", "PATCH", "DELETE"];

/** Runs an operator of its own on the plane; that one must be free of Prism. */
export async function measureScale(
  plane: TestControlPlane,
  options: ScaleOptions,
): Promise<ScaleResult> {
  const home = await plane.freshNamespace();
  const { told, clusters, quietMs } = options;
  told(`${clusters} namespaces`);
  const fleet = await Fleet.prepare(plane, clusters);
  const first = await startOperator(plane, home);
  let found: Omit<ScaleResult, keyof RestartResult>;
  let before: Versions;
  try {
    const start = await bringUp(fleet, first, told);
    const rest = await measureRest(fleet, first, await fleet.untilQuiet(quietMs), options);
    told(`${options.deletions} children deleted by hand`);
    const healingMs = median(await healingTimes(plane, fleet.namespaces, options.deletions));
    before = await fleet.untilQuiet(quietMs);
    found = { clusters, ...start, ...rest, healingMs };
  } finally {
    await first.stop();
  }
  const again = await measureRestart(plane, home, { fleet, before, ...options });
  return { ...found, ...again, peakRssMib: Math.max(found.peakRssMib, again.peakRssMib) };
}

/** The second operator runs behind a proxy, which knows each request's namespace. */
async function measureRestart(
  plane: TestControlPlane,
  home: string,
  { fleet, before, quietMs, told }: { fleet: Fleet; before: Versions } & ScaleOptions,
): Promise<RestartResult & Pick<ScaleResult, "peakRssMib">> {
  told("a restart");
  const proxy = await FaultProxy.start(plane);
  const folder = mkdtempSync(join(tmpdir(), "prism-scale-"));
  const kubeconfigPath = join(folder, "kubeconfig");
  proxy.writeKubeconfig(kubeconfigPath);
  const startedAt = performance.now();
  const operator = await startOperator({ kubeconfigPath }, home);
  try {
    await untilLookedAt(operator, fleet.namespaces.length);
    const restartMs = performance.now() - startedAt;
    await sleep(quietMs);
    const restartWrites = changesBetween(before, await fleet.versions());
    told("one more");
    const one = await measureOne(await Fleet.prepare(plane, 1), proxy, quietMs);
    const { peakRssMib } = readProcess(operator.process.pid ?? 0);
    told(`most memory of the restarted one: ${peakRssMib.toFixed(0)} MiB`);
    return { restartMs, restartWrites, ...one, peakRssMib };
  } finally {
    await operator.stop();
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bringUp(
  fleet: Fleet,
  operator: RunningOperator,
  told: ScaleOptions["told"],
): Promise<Pick<ScaleResult, "startMs" | "peakRssMib" | "requestsAtStart">> {
  const before = await scrape(operator);
  const startedAt = performance.now();
  let last = 0;
  const tell = (running: number): void => {
    if (running >= last + 10) {
      last = running;
      told(`${running} Running after ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
    }
  };
  await Promise.all([fleet.create(), fleet.untilRunning(START_WITHIN_MS, tell)]);
  const startMs = performance.now() - startedAt;
  const requestsAtStart = callsOf(await scrape(operator)) - callsOf(before);
  const { peakRssMib } = readProcess(operator.process.pid ?? 0);
  told(`most memory until then: ${peakRssMib.toFixed(0)} MiB`);
  return { startMs, peakRssMib, requestsAtStart };
}

async function measureRest(
  fleet: Fleet,
  operator: RunningOperator,
  quiet: Versions,
  { restMs, told }: ScaleOptions,
): Promise<Pick<ScaleResult, "restCpu" | "restRssMib" | "restRequests" | "restWrites">> {
  told(`at rest for ${restMs / 1_000} s`);
  const pid = operator.process.pid ?? 0;
  const calls = callsOf(await scrape(operator));
  const before = readProcess(pid);
  const since = performance.now();
  await sleep(restMs);
  const after = readProcess(pid);
  const seconds = (performance.now() - since) / 1_000;
  return {
    restCpu: (after.cpuSeconds - before.cpuSeconds) / seconds,
    restRssMib: after.rssMib,
    restRequests: callsOf(await scrape(operator)) - calls,
    restWrites: changesBetween(quiet, await fleet.versions()),
  };
}

/** Every request that has to do with one more. */
async function measureOne(
  single: Fleet,
  proxy: FaultProxy,
  quietMs: number,
): Promise<Pick<ScaleResult, "children" | "requests" | "requestsByVerb">> {
  const [namespace = ""] = single.namespaces;
  await single.create();
  await single.untilRunning(START_WITHIN_MS, () => undefined);
  await single.untilQuiet(quietMs);
  const own = proxy.requests.filter((request) => request.namespace === namespace);
  const byVerb = Map.groupBy(own, ({ verb, resource, subresource }) =>
    `${verb} ${resource} ${subresource}`.trim(),
  );
  return {
    children: (await single.children()).length,
    requests: own.length,
    requestsByVerb: Object.fromEntries([...byVerb].map(([verb, { length }]) => [verb, length])),
  };
}

function callsOf(seen: Scrape): number {
  return seen.sum("rest_client_requests_total", { method: CALLS });
}

async function untilLookedAt(operator: RunningOperator, clusters: number): Promise<void> {
  const deadline = performance.now() + RESTART_WITHIN_MS;
  for (;;) {
    const seen = await scrape(operator);
    const passes = seen.sum("controller_runtime_reconcile_total");
    if (passes >= clusters && seen.sum("workqueue_depth") === 0) return;
    if (performance.now() > deadline) throw new Error(`${passes} passes after the restart`);
    await sleep(100);
  }
}
