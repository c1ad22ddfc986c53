/** Three operators, of which the leader dies again and again while users change things. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { textAt } from "../../../tools/control-plane/json-value.ts";
import { FaultProxy } from "../../../tools/fault-proxy/fault-proxy.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { PrismStack, SMALL } from "../prism-stack.ts";
import { type RunningOperator, startOperator } from "../running-operator.ts";
import { type LeadershipProof, proveLeadership } from "./leadership-proof.ts";

/** What is asked for. */
export interface LeadersOptions {
  readonly operators: number;
  readonly clusters: number;
  /** How often the leader is struck, and how many times. */
  readonly everyMs: number;
  readonly strikes: number;
  /** Each so many strikes the leader is not killed but stopped for longer than its lease lasts, and wakes up again. */
  readonly freezeEach: number;
  readonly leaseSeconds: number;
  readonly told: (line: string) => void;
}

/** What was found. */
export interface LeadersResult extends LeadershipProof {
  readonly strikes: number;
  /** Until every cluster was as last asked, after the last strike. */
  readonly convergedMs: number;
  /** What is there twice, or not at all, in the end. */
  readonly faults: readonly string[];
  /** Lines of the logs that tell of an error. */
  readonly errors: readonly string[];
}

/** A frozen leader sleeps so much longer than its lease. */
const BEYOND_LEASE_MS = 3_000;
const CONVERGE_WITHIN_MS = 120_000;
const CHANGE_EVERY_MS = 1_000;
const MOST_PROXIES = 4;

export async function strikeLeaders(
  plane: TestControlPlane,
  options: LeadersOptions,
): Promise<LeadersResult> {
  const home = await plane.freshNamespace();
  await installOnce(plane, home);
  const candidates = await Promise.all(
    Array.from({ length: options.operators }, (_, index) =>
      Candidate.start(plane, home, index, options.leaseSeconds),
    ),
  );
  const stacks = await Promise.all(
    Array.from({ length: options.clusters }, async () => {
      return new PrismStack(plane, await plane.freshNamespace());
    }),
  );
  try {
    for (const stack of stacks) await stack.create(SMALL);
    const users = new Users(stacks);
    const changing = users.run();
    await strike(plane, home, candidates, options);
    const since = performance.now();
    users.stop();
    await changing;
    await Promise.all(stacks.map((stack) => users.untilServed(stack, CONVERGE_WITHIN_MS)));
    const convergedMs = performance.now() - since;
    const faults = (await Promise.all(stacks.map(faultsOf))).flat();
    const proof = proveLeadership(candidates.map((candidate) => candidate.traffic));
    const errors = candidates.flatMap((candidate) => candidate.errors);
    return { ...proof, strikes: options.strikes, convergedMs, faults, errors };
  } finally {
    await Promise.all(candidates.map((candidate) => candidate.end()));
  }
}

/** CRDs without webhooks: admission is not what is tried here, and would be gone with the process that answers it. */
async function installOnce(plane: TestControlPlane, home: string): Promise<void> {
  const operator = await startOperator(plane, home, ["--no-leader-elect"]);
  await operator.stop();
  await new PrismStack(plane, home).removeWebhooks();
}

/** One operator, started anew whenever it was killed, behind a proxy that sees all that it sends. */
class Candidate {
  readonly name: string;
  readonly #proxy: FaultProxy;
  readonly #folder: string;
  readonly #launch: () => Promise<RunningOperator>;
  readonly #logs: RunningOperator["log"][] = [];
  #operator: RunningOperator;

  private constructor(
    name: string,
    proxy: FaultProxy,
    folder: string,
    launch: () => Promise<RunningOperator>,
    first: RunningOperator,
  ) {
    this.name = name;
    this.#launch = launch;
    this.#proxy = proxy;
    this.#folder = folder;
    this.#operator = first;
    this.#logs.push(first.log);
  }

  static async start(
    plane: TestControlPlane,
    home: string,
    index: number,
    leaseSeconds: number,
  ): Promise<Candidate> {
    const proxy = await FaultProxy.start(plane);
    const folder = mkdtempSync(join(tmpdir(), "prism-leaders-"));
    proxy.writeKubeconfig(join(folder, "kubeconfig"));
    const launch = (): Promise<RunningOperator> => launchFrom(folder, home, leaseSeconds);
    return new Candidate(`operator-${index + 1}`, proxy, folder, launch, await launch());
  }

  get traffic(): { process: string; requests: FaultProxy["requests"] } {
    return { process: this.name, requests: this.#proxy.requests };
  }

  get errors(): readonly string[] {
    return this.#logs.flat().flatMap((line) => {
      const isError = line["level"] === "error" || line["err"] !== undefined;
      return isError ? [`${this.name}: ${JSON.stringify(line).slice(0, 300)}`] : [];
    });
  }

  /** False while it is down. */
  holds(holder: string): boolean {
    const { exitCode, signalCode } = this.#operator.process;
    if (exitCode !== null || signalCode !== null) return false;
    return this.#operator.log.some((line) => line["identity"] === holder);
  }

  async killAndRestart(): Promise<void> {
    await this.#operator.stop("SIGKILL");
    this.#operator = await this.#launch();
    this.#logs.push(this.#operator.log);
  }

  async freeze(forMs: number): Promise<void> {
    const { process } = this.#operator;
    process.kill("SIGSTOP");
    await sleep(forMs);
    process.kill("SIGCONT");
  }

  async end(): Promise<void> {
    await this.#operator.stop();
    await this.#proxy.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function launchFrom(folder: string, home: string, leaseSeconds: number): Promise<RunningOperator> {
  const args = ["--no-webhooks", `--leader-election-lease-seconds=${leaseSeconds}`];
  const kubeconfigPath = join(folder, "kubeconfig");
  return startOperator({ kubeconfigPath }, home, args, { installs: false });
}

/** Strikes whoever leads at that moment; where nobody does, the one who led last is dead already. */
async function strike(
  plane: TestControlPlane,
  home: string,
  candidates: readonly Candidate[],
  { strikes, everyMs, freezeEach, leaseSeconds, told }: LeadersOptions,
): Promise<void> {
  const underWay: Promise<void>[] = [];
  for (let index = 1; index <= strikes; index++) {
    await sleep(everyMs);
    const leader = await leaderOf(plane, home, candidates);
    const isFreeze = freezeEach > 0 && index % freezeEach === 0;
    told(`strike ${index}: ${leader?.name ?? "nobody"} ${isFreeze ? "is stopped" : "is killed"}`);
    const frozenMs = leaseSeconds * 1_000 + BEYOND_LEASE_MS;
    if (leader !== undefined)
      underWay.push(isFreeze ? leader.freeze(frozenMs) : leader.killAndRestart());
  }
  await Promise.all(underWay);
}

async function leaderOf(
  plane: TestControlPlane,
  home: string,
  candidates: readonly Candidate[],
): Promise<Candidate | undefined> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${home}/leases/prism-operator`;
  const { body } = await plane.client.request("GET", path);
  const holder = textAt(body, "spec", "holderIdentity");
  return candidates.find((candidate) => candidate.holds(holder));
}

/** People who change and delete things all the time. */
class Users {
  readonly #stacks: readonly PrismStack[];
  readonly #replicas = new Map<PrismStack, number>();
  readonly #stop = new AbortController();

  constructor(stacks: readonly PrismStack[]) {
    this.#stacks = stacks;
  }

  async run(): Promise<void> {
    for (let turn = 0; !this.#stop.signal.aborted; turn++) {
      const stack = this.#stacks[turn % this.#stacks.length];
      if (stack === undefined) return;
      const replicas = 1 + (turn % MOST_PROXIES);
      await stack.merge("prismclusters", "prism", { spec: { proxy: { replicas } } });
      this.#replicas.set(stack, replicas);
      if (turn % 3 === 0) await stack.remove("services", "redis").catch(() => undefined);
      await sleep(CHANGE_EVERY_MS);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Waits until a cluster is as it was last asked to be. */
  async untilServed(stack: PrismStack, withinMs: number): Promise<void> {
    await stack.untilPhase("Running", "prism", withinMs);
    const replicas = this.#replicas.get(stack) ?? SMALL.proxy.replicas;
    await stack.until(
      `${replicas} proxies`,
      async () => {
        const proxy = await stack.get("deployments", "prism-proxy");
        return proxy?.["spec"].replicas === replicas;
      },
      withinMs,
    );
  }
}

/** Everything that there should be, once. */
async function faultsOf(stack: PrismStack): Promise<readonly string[]> {
  const wanted = {
    statefulsets: ["keyvalue-runner", "prism-admin", "redis"],
    deployments: ["prism-proxy"],
    persistentvolumeclaims: ["data-prism-admin-0", "data-redis-0"],
  };
  const found: string[] = [];
  for (const [plural, names] of Object.entries(wanted)) {
    const there = (await stack.list(plural)).map(({ metadata }) => metadata.name).toSorted();
    if (there.join() !== names.join()) found.push(`${plural}: ${there.join(" ")}`);
  }
  if ((await stack.get("services", "redis")) === undefined) found.push("services: no redis");
  return found;
}
