/** What many PrismPatterns, or tenants, of one PrismCluster cost: to bring up, at rest and over a restart. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { listAt, textAt, valueAt } from "../../../tools/control-plane/json-value.ts";
import { FaultProxy } from "../../../tools/fault-proxy/fault-proxy.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { PrismStack, SMALL } from "../prism-stack.ts";
import { type RunningOperator, startOperator } from "../running-operator.ts";
import { changesBetween, Fleet, type Versions } from "./fleet.ts";
import { readProcess } from "./process-meter.ts";
import { type Scrape, scrape } from "./scrape.ts";

/** Kinds whose objects belong to a cluster. */
export type MemberKind = "PrismPattern" | "PrismNamespace";

/** What is asked for. */
export interface MembersOptions {
  readonly kind: MemberKind;
  readonly objects: number;
  readonly restMs: number;
  /** Two looks so far apart that see the same mean that it is quiet. */
  readonly quietMs: number;
  readonly told: (line: string) => void;
}

/** What was found. */
export interface MembersResult extends RestartResult {
  readonly kind: MemberKind;
  readonly objects: number;
  /** `kubectl apply` of all, in one file. */
  readonly applyMs: number;
  /** From its end until the last workload was there. */
  readonly existMs: number;
  /** From its end until all were Running. */
  readonly runningMs: number;
  /** Passes until it was quiet, by one object; those of the cluster count, too. */
  readonly passes: number;
  /** Processor time of the operator until it was quiet, by one object. */
  readonly cpuMs: number;
  readonly restWrites: readonly string[];
  /** Requests in that time that were neither a lease nor the opening of a watch. */
  readonly restRequests: number;
  readonly restRssMib: number;
}

/** What was found after a restart, and of some more that came then. */
interface RestartResult {
  readonly restartMs: number;
  readonly restartWrites: readonly string[];
  /** How many came, and by one of them: what the operator made of it, and the requests that it took; events apart. */
  readonly more: number;
  readonly children: number;
  readonly requests: number;
  /** Requests for their cluster and for what was there before, of all together. */
  readonly requestsBeside: number;
  readonly requestsByVerb: Readonly<Record<string, number>>;
}

const CLUSTER = "prism";
/** So many come after the restart, each request of which is looked at. */
const MORE = 50;
const WITHIN_MS = 10 * 60_000;
const LOOK_EVERY_MS = 1_000;
/** The lease is renewed by PUT, and nothing else is. */
const CALLS = ["GET", "POST", "PATCH", "DELETE"];

/** Runs operators of its own on the plane; that one must be free of Prism. */
export async function measureMembers(
  plane: TestControlPlane,
  options: MembersOptions,
): Promise<MembersResult> {
  const home = await plane.freshNamespace();
  const stack = new PrismStack(plane, await plane.freshNamespace());
  const fleet = new Fleet(plane, [stack.namespace]);
  const first = await startOperator(plane, home);
  let found: Omit<MembersResult, keyof RestartResult>;
  let before: Versions;
  try {
    await stack.create(HOST);
    await stack.untilPhase("Running", CLUSTER);
    await fleet.untilQuiet(options.quietMs);
    const up = await bringUp(plane, stack, first, options);
    options.told(`at rest for ${options.restMs / 1_000} s`);
    before = await fleet.versions();
    const calls = callsOf(await scrape(first));
    await sleep(options.restMs);
    const restRequests = callsOf(await scrape(first)) - calls;
    const restWrites = changesBetween(before, await fleet.versions());
    const { rssMib } = readProcess(first.process.pid ?? 0);
    found = { ...up, restRequests, restWrites, restRssMib: rssMib };
  } finally {
    await first.stop();
  }
  return { ...found, ...(await measureRestart(plane, home, { before, stack, ...options })) };
}

/** Redis asks for a login, so that tenants have users of their own. */
const HOST = {
  ...SMALL,
  backends: { redis: { ...SMALL.backends.redis, auth: {} } },
};

const PLURALS: Readonly<Record<MemberKind, string>> = {
  PrismPattern: "prismpatterns",
  PrismNamespace: "prismnamespaces",
};
/** What a runner is. */
const WORKLOADS: Readonly<Record<MemberKind, string>> = {
  PrismPattern: "deployments",
  PrismNamespace: "statefulsets",
};

function memberOf(kind: MemberKind, namespace: string, name: string): object {
  const metadata = { name, namespace };
  return kind === "PrismPattern"
    ? {
        apiVersion: "prism.io/v1beta1",
        kind,
        metadata,
        spec: { type: "keyvalue", backends: [{ name: "redis" }] },
      }
    : {
        apiVersion: "prism.io/v1alpha2",
        kind,
        metadata,
        spec: { cluster: CLUSTER, patterns: ["keyvalue"], isolation: "namespace" },
      };
}

type Startup = Pick<
  MembersResult,
  "kind" | "objects" | "applyMs" | "existMs" | "runningMs" | "passes" | "cpuMs"
>;

async function bringUp(
  plane: TestControlPlane,
  stack: PrismStack,
  operator: RunningOperator,
  { kind, objects, quietMs, told }: MembersOptions,
): Promise<Startup> {
  const before = await scrape(operator);
  const cpu = readProcess(operator.process.pid ?? 0).cpuSeconds;
  const stop = new AbortController();
  const there = lastWorkload(plane, stack, WORKLOADS[kind], { objects, signal: stop.signal });
  told(`kubectl apply of ${objects} ${kind}s`);
  const since = performance.now();
  await apply(plane, stack, kind, namesOf("m", objects));
  const appliedAt = performance.now();
  const existAt = await there;
  stop.abort();
  const late = seconds(existAt - appliedAt);
  told(`applied in ${seconds(appliedAt - since)}, all workloads ${late} later`);
  await untilAllRunning(plane, stack, PLURALS[kind]);
  const runningMs = performance.now() - appliedAt;
  told(`all Running after ${seconds(runningMs)}`);
  await new Fleet(plane, [stack.namespace]).untilQuiet(quietMs);
  const passes = passesOf(await scrape(operator)) - passesOf(before);
  const cpuSeconds = readProcess(operator.process.pid ?? 0).cpuSeconds - cpu;
  return {
    kind,
    objects,
    applyMs: appliedAt - since,
    existMs: Math.max(0, existAt - appliedAt),
    runningMs,
    passes: passes / objects,
    cpuMs: (cpuSeconds * 1_000) / objects,
  };
}

function namesOf(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** In one file, as people do. */
async function apply(
  plane: TestControlPlane,
  { namespace }: PrismStack,
  kind: MemberKind,
  names: readonly string[],
): Promise<void> {
  const texts = names.map((name) => stringify(memberOf(kind, namespace, name)));
  const answer = await plane.kubectl(["apply", "-f", "-"], texts.join("---\n"), WITHIN_MS);
  if (answer.code !== 0) throw new Error(answer.stderr.slice(0, 2_000));
}

/** When so many workloads of the members have been created, as one watch tells. */
async function lastWorkload(
  plane: TestControlPlane,
  stack: PrismStack,
  plural: string,
  { objects, signal }: { readonly objects: number; readonly signal: AbortSignal },
): Promise<number> {
  const path = stack.path(plural);
  const { body } = await plane.client.request("GET", path);
  const seen = new Set<string>();
  let from = textAt(body, "metadata", "resourceVersion");
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  while (!deadline.aborted) {
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${from}`;
    for await (const event of plane.client.watch(`${path}?${query}`, deadline)) {
      const object = valueAt(event, "object");
      from = textAt(object, "metadata", "resourceVersion");
      const name = textAt(object, "metadata", "name");
      if (textAt(event, "type") === "ADDED" && name.startsWith("m")) seen.add(name);
      if (seen.size === objects) return performance.now();
    }
  }
  throw new Error(`${seen.size} of ${objects} workloads are there`);
}

async function untilAllRunning(
  plane: TestControlPlane,
  stack: PrismStack,
  plural: string,
): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const { body } = await plane.client.request("GET", stack.path(plural));
    const late = listAt(body, "items").filter(
      (item) => textAt(item, "status", "phase") !== "Running",
    );
    if (late.length === 0) return;
    if (performance.now() > deadline) throw new Error(`${late.length} are not Running`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** The second operator runs behind a proxy, which knows each request's namespace. */
async function measureRestart(
  plane: TestControlPlane,
  home: string,
  options: MembersOptions & { readonly before: Versions; readonly stack: PrismStack },
): Promise<RestartResult> {
  const { before, stack, objects, quietMs, told } = options;
  told("a restart");
  const proxy = await FaultProxy.start(plane);
  const folder = mkdtempSync(join(tmpdir(), "prism-scale-"));
  const kubeconfigPath = join(folder, "kubeconfig");
  proxy.writeKubeconfig(kubeconfigPath);
  const fleet = new Fleet(plane, [stack.namespace]);
  const since = performance.now();
  const operator = await startOperator({ kubeconfigPath }, home);
  try {
    await untilLookedAt(operator, objects);
    const restartMs = performance.now() - since;
    await sleep(quietMs);
    const restartWrites = changesBetween(before, await fleet.versions());
    return { restartMs, restartWrites, ...(await measureMore(plane, stack, proxy, options)) };
  } finally {
    await operator.stop();
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every request that has to do with some more of them. */
async function measureMore(
  plane: TestControlPlane,
  stack: PrismStack,
  proxy: FaultProxy,
  { kind, objects, quietMs, told }: MembersOptions,
): Promise<Omit<RestartResult, "restartMs" | "restartWrites">> {
  const count = Math.min(objects, MORE);
  told(`${count} more`);
  const fleet = new Fleet(plane, [stack.namespace]);
  const before = (await fleet.children()).length;
  const first = proxy.requests.length;
  await apply(plane, stack, kind, namesOf("n", count));
  await untilAllRunning(plane, stack, PLURALS[kind]);
  await fleet.untilQuiet(quietMs);
  const own = proxy.requests
    .slice(first)
    .filter(({ namespace, resource }) => namespace === stack.namespace && resource !== "events");
  const byVerb = Map.groupBy(own, ({ verb, resource, subresource }) =>
    `${verb} ${resource} ${subresource}`.trim(),
  );
  const beside = own.filter((one) => one.verb !== "create" && !/(^|-)n\d+(-|$)/.test(one.name));
  return {
    more: count,
    children: ((await fleet.children()).length - before) / count,
    requests: (own.length - beside.length) / count,
    requestsBeside: beside.length,
    requestsByVerb: Object.fromEntries([...byVerb].map(([verb, { length }]) => [verb, length])),
  };
}

async function untilLookedAt(operator: RunningOperator, objects: number): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const seen = await scrape(operator);
    const passes = passesOf(seen);
    if (passes > objects && seen.sum("workqueue_depth") === 0) return;
    if (performance.now() > deadline) throw new Error(`${passes} passes after the restart`);
    await sleep(LOOK_EVERY_MS);
  }
}

function callsOf(seen: Scrape): number {
  return seen.sum("rest_client_requests_total", { method: CALLS });
}

function passesOf(seen: Scrape): number {
  return seen.sum("controller_runtime_reconcile_total");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
