/** `prismctl status`: one look, or one after the other until Ctrl-C. */
import { sleep } from "../../engine/clock.ts";
import { systemClock } from "../../kube/system-clock.ts";
import { type OpenCluster, openWorld, takeWorld } from "../cluster/open-world.ts";
import { dryRuns } from "../cluster/probe.ts";
import { withServings } from "../cluster/serving.ts";
import type { World } from "../cluster/world.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import type { statusOptions } from "./command.ts";
import { statusText } from "./text.ts";
import { isWell, type StatusReport, statusReport } from "./tree.ts";

type Options = typeof statusOptions;
const EVERY_MS = 2_000;
/** Clears the screen and its history above, and goes home (ECMA-48). */
const REDRAW = "\u001b[H\u001b[2J\u001b[3J";

async function run({ options }: Input<Options>, session: Session<StatusReport>): Promise<Exit> {
  if (options.watch && options.from !== undefined) {
    const message = "a report does not change: leave --watch or --from out";
    throw new CommandFailed(message, { exit: "usage" });
  }
  const { world, cluster } = await openWorld(options, session);
  if (cluster === undefined) return show(statusReport(world, options), session);
  const first = statusReport(await asked(world, cluster), options);
  if (options.watch) return watch(first, cluster, options, session);
  return show(first, session);
}

async function show(report: StatusReport, session: Session<StatusReport>): Promise<Exit> {
  await session.show(report);
  return isWell(report) ? "done" : "refused";
}

async function asked(world: World, cluster: OpenCluster): Promise<World> {
  const { reader, namespace, deadlineMs, signal } = cluster;
  const [runs, served] = await Promise.all([
    dryRuns(reader, namespace, signal),
    withServings(world, deadlineMs, signal),
  ]);
  return { ...served, dryRuns: runs };
}

/** A terminal is redrawn; a pipe gets each state that differs from the one before, so that a log stays short. */
async function watch(
  first: StatusReport,
  cluster: OpenCluster,
  options: Input<Options>["options"],
  session: Session<StatusReport>,
): Promise<Exit> {
  const redraws = session.isTerminal && session.form === "text";
  let before = "";
  let report = first;
  while (!cluster.signal.aborted) {
    const shape = shapeOf(report);
    if (redraws) await session.write(REDRAW);
    if (redraws || shape !== before) await session.show(report);
    before = shape;
    await sleep(systemClock, options.interval ?? EVERY_MS, cluster.signal);
    if (!cluster.signal.aborted) report = await again(cluster, options);
  }
  return "interrupted";
}

async function again(
  cluster: OpenCluster,
  options: Input<Options>["options"],
): Promise<StatusReport> {
  const namespace = options.allNamespaces ? undefined : cluster.namespace;
  const world = await takeWorld(cluster, { ...options, namespace });
  return statusReport(await asked(world, cluster), options);
}

/** Without what moves by itself: times. */
function shapeOf({ takenAt: _, operator, ...report }: StatusReport): string {
  return JSON.stringify([report, operator.state, operator.version]);
}

/** The code of the command. */
export const body: CommandBody<Options, StatusReport> = { run, printers: { text: statusText } };
