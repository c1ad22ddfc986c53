/** `prismctl check`: looks, asks, and says of each thing how it is; again and again with --wait. */

import { sleep } from "../../engine/clock.ts";
import { systemClock } from "../../kube/system-clock.ts";
import { type OpenCluster, openWorld, takeWorld } from "../cluster/open-world.ts";
import { dryRuns, rights, type WantedRight } from "../cluster/probe.ts";
import { withServings } from "../cluster/serving.ts";
import type { Gap, World } from "../cluster/world.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { clusterFindings, rightFindings } from "./cluster-findings.ts";
import type { checkOptions } from "./command.ts";
import { crdFindings } from "./crd-findings.ts";
import type { Finding } from "./finding.ts";
import { objectFindings, operatorFindings, skewFindings } from "./operator-findings.ts";
import { checkText } from "./text.ts";
import { trustFindings } from "./trust-findings.ts";
import { webhookFindings } from "./webhook-findings.ts";

/** The whole answer. */
export interface CheckReport {
  readonly takenAt: string;
  readonly source: string;
  readonly isWell: boolean;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

type Options = typeof checkOptions;

/** What an application team's commands need; what an install needs. */
const USE: readonly WantedRight[] = ["get", "list", "watch", "create", "patch", "delete"].map(
  (verb) => ({ verb, group: "prism.io", resource: "prismclusters" }),
);
const INSTALL: readonly WantedRight[] = [
  { verb: "create", group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { verb: "patch", group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterrolebindings" },
  {
    verb: "create",
    group: "admissionregistration.k8s.io",
    resource: "validatingwebhookconfigurations",
  },
  {
    verb: "create",
    group: "admissionregistration.k8s.io",
    resource: "mutatingwebhookconfigurations",
  },
  { verb: "create", group: "apps", resource: "deployments" },
];

/** Between two looks of --wait. */
const EVERY_MS = 1_000;
const WAIT_MS = 120_000;

/** All findings of a world, those of one part, or what matters before an install. */
export function findingsOf(
  world: World,
  part: Part,
  operatorNamespace?: string,
): readonly Finding[] {
  const way = [...crdFindings(world), ...webhookFindings(world), ...trustFindings(world)];
  if (part === "webhook") return way;
  const base = [...clusterFindings(world), ...rightFindings(world)];
  if (part === "pre") return base;
  return [
    ...base,
    ...way,
    ...operatorFindings(world, operatorNamespace),
    ...skewFindings(world, operatorNamespace),
    ...objectFindings(world),
  ];
}

function reportOf(world: World, findings: readonly Finding[]): CheckReport {
  const { takenAt, source, gaps } = world;
  const isWell = !findings.some(({ outcome }) => outcome === "fail");
  return { takenAt, source, isWell, findings, gaps };
}

type Part = "all" | "webhook" | "pre";

async function run(
  { arguments: [part], options }: Input<Options>,
  session: Session<CheckReport>,
): Promise<Exit> {
  if (part !== undefined && part !== "webhook") {
    throw new CommandFailed(`no part "${part}" to check; there is: webhook`, { exit: "usage" });
  }
  if (options.wait && options.from !== undefined) {
    const message = "a report does not change: leave --wait or --from out";
    throw new CommandFailed(message, { exit: "usage" });
  }
  const scope = part ?? (options.pre ? "pre" : "all");
  const { world, cluster } = await openWorld(options, session);
  const first = await look(world, cluster, scope, options);
  const report =
    options.wait && cluster !== undefined
      ? await untilWell(first, { cluster, scope, options, session })
      : first;
  if (cluster?.signal.aborted) return "interrupted";
  await session.show(report);
  return report.isWell ? "done" : "refused";
}

async function look(
  world: World,
  cluster: OpenCluster | undefined,
  scope: Part,
  options: Input<Options>["options"],
): Promise<CheckReport> {
  const asked = cluster === undefined ? world : await asking(world, cluster, scope);
  return reportOf(asked, findingsOf(asked, scope, options.operatorNamespace));
}

interface Waiting {
  readonly cluster: OpenCluster;
  readonly scope: Part;
  readonly options: Input<Options>["options"];
  readonly session: Session<CheckReport>;
}

/** Looks again until nothing is to be mended, the time is over or Ctrl-C. */
async function untilWell(
  first: CheckReport,
  { cluster, scope, options, session }: Waiting,
): Promise<CheckReport> {
  const deadline = performance.now() + (options.timeout ?? WAIT_MS);
  const namespace = options.allNamespaces ? undefined : cluster.namespace;
  let report = first;
  while (!report.isWell && performance.now() < deadline && !cluster.signal.aborted) {
    const done = await session.wait(waitingFor(report));
    await sleep(systemClock, EVERY_MS, cluster.signal);
    done();
    report = await look(
      await takeWorld(cluster, { ...options, namespace }),
      cluster,
      scope,
      options,
    );
  }
  return report;
}

function waitingFor({ findings }: CheckReport): string {
  const first = findings.find(({ outcome }) => outcome === "fail");
  return first === undefined
    ? "looking again"
    : `waiting: ${first.subject} ${first.message}`.slice(0, 120);
}

async function asking(
  world: World,
  { reader, namespace, deadlineMs, signal }: OpenCluster,
  scope: Part,
): Promise<World> {
  const wanted = scope === "pre" ? INSTALL : scope === "all" ? USE : [];
  const [runs, granted, served] = await Promise.all([
    scope === "pre" ? [] : dryRuns(reader, namespace, signal),
    rights(reader, scope === "pre" ? "" : namespace, wanted, signal),
    scope === "pre" ? world : withServings(world, deadlineMs, signal),
  ]);
  const gap =
    granted.failure === undefined ? [] : [{ collector: "rights", message: granted.failure }];
  return { ...served, dryRuns: runs, rights: granted.rights, gaps: [...world.gaps, ...gap] };
}

export const body: CommandBody<Options, CheckReport> = { run, printers: { text: checkText } };
