/** `prismctl report`: takes a world, asks what a person would ask next, redacts it and writes it down. */
import { writeFile } from "node:fs/promises";
import { numberAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { troubleOf } from "../../domain/trouble.ts";
import { podsOf } from "../cluster/components.ts";
import { isOperatorDeployment } from "../cluster/gather.ts";
import { type OpenCluster, openCluster, takeWorld } from "../cluster/open-world.ts";
import { dryRuns, rights } from "../cluster/probe.ts";
import { describeFailure } from "../cluster/reader.ts";
import { withServings } from "../cluster/serving.ts";
import { type Gap, type LogTail, objectsOf, type World } from "../cluster/world.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { type CollectorRun, zipReport } from "./bundle.ts";
import type { reportOptions } from "./command.ts";
import { redacted } from "./redaction.ts";

/** What was written. */
export interface ReportReport {
  readonly file: string;
  readonly bytes: number;
  readonly takenAt: string;
  readonly objects: number;
  readonly collectors: readonly CollectorRun[];
  readonly notRead: readonly Gap[];
}

type Options = typeof reportOptions;

const LOG_LINES = 2_000;
const LOG_BYTES = 2 * 1024 * 1024;

async function run({ options }: Input<Options>, session: Session<ReportReport>): Promise<Exit> {
  const cluster = await openCluster(options, session);
  const done = await session.wait("gathering");
  const { world, collectors } = await collect(cluster, options).finally(done);
  if (cluster.signal.aborted) return "interrupted";
  const bytes = await zipReport(redacted(world), collectors);
  const file = options.file ?? `prism-report-${world.takenAt.replaceAll(/[:.]/g, "-")}.zip`;
  await writeFile(file, bytes, { mode: 0o600 }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`cannot write ${file}: ${why}`, { exit: "failed", cause: error });
  });
  await session.show({
    file,
    bytes: bytes.length,
    takenAt: world.takenAt,
    objects: world.objects.length,
    collectors,
    notRead: world.gaps,
  });
  return "done";
}

/** Runs collectors side by side; each may fail by itself. */
async function collect(
  cluster: OpenCluster,
  options: Input<Options>["options"],
): Promise<{ readonly world: World; readonly collectors: readonly CollectorRun[] }> {
  const { reader, signal, deadlineMs } = cluster;
  const namespace = options.allNamespaces ? undefined : cluster.namespace;
  const runs: CollectorRun[] = [];
  const timed = async <T>(name: string, work: Promise<T>, none: T): Promise<T> => {
    const start = performance.now();
    try {
      const value = await work;
      const ms = Math.round(performance.now() - start);
      runs.push({ name, outcome: "done", message: "", ms });
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const ms = Math.round(performance.now() - start);
      runs.push({ name, outcome: "failed", message, ms });
      return none;
    }
  };
  const world = await takeWorld(cluster, { ...options, namespace });
  const wanted = [{ verb: "patch", group: "prism.io", resource: "prismclusters" }];
  const [tried, allowed, served, logs] = await Promise.all([
    timed("dry runs", dryRuns(reader, cluster.namespace, signal), []),
    timed("rights", rights(reader, cluster.namespace, wanted, signal), { rights: [] }),
    timed("served certificates", withServings(world, deadlineMs, signal), world),
    timed("logs", logsOf(world, cluster, options.podLogs), { logs: [], gaps: [] }),
  ]);
  const whole = {
    ...world,
    dryRuns: tried,
    rights: allowed.rights,
    servings: served.servings,
    logs: logs.logs,
    gaps: [...world.gaps, ...logs.gaps],
  };
  return { world: whole, collectors: runs };
}

/** The operator's pods, and those that are ill when asked for; a log that is missing is a gap of its own. */
async function logsOf(
  world: World,
  { reader, signal }: OpenCluster,
  withPods: boolean,
): Promise<{ readonly logs: readonly LogTail[]; readonly gaps: readonly Gap[] }> {
  const operators = world.objects.filter(isOperatorDeployment).flatMap((one) => podsOf(world, one));
  const ill = withPods ? objectsOf(world, "Pod").filter(isIll) : [];
  const wanted = [...new Set([...operators, ...ill])].flatMap(logPaths);
  const answers = await Promise.all(
    wanted.map(async ({ pod, container, isPrevious }) => {
      const { namespace = "", name } = pod.metadata;
      const query = `container=${encodeURIComponent(container)}&tailLines=${LOG_LINES}&previous=${isPrevious}`;
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log?${query}`;
      const answer = await reader.text(path, LOG_BYTES, signal);
      const file = isPrevious ? `${container}.previous` : container;
      return answer.ok
        ? { log: { namespace, pod: name, container: file, text: answer.value } }
        : {
            gap: {
              collector: `log of ${namespace}/${name} ${file}`,
              message: describeFailure(answer.failure),
            },
          };
    }),
  );
  return {
    logs: answers.flatMap(({ log }) => (log === undefined ? [] : [log])),
    gaps: answers.flatMap(({ gap }) => (gap === undefined ? [] : [gap])),
  };
}

function isIll(pod: KubeObject): boolean {
  return troubleOf(pod.metadata.name, [pod], []) !== undefined;
}

interface WantedLog {
  readonly pod: KubeObject;
  readonly container: string;
  readonly isPrevious: boolean;
}

function logPaths(pod: KubeObject): readonly WantedLog[] {
  const status = pod["status"];
  const statuses =
    typeof status === "object" && status !== null && "containerStatuses" in status
      ? status.containerStatuses
      : [];
  if (!Array.isArray(statuses)) return [];
  return statuses.flatMap((one: unknown) => {
    const container =
      typeof one === "object" && one !== null && "name" in one ? String(one.name) : "";
    const hasEnded = numberAt(one, "restartCount") > 0;
    return [false, ...(hasEnded ? [true] : [])].map((isPrevious) => ({
      pod,
      container,
      isPrevious,
    }));
  });
}

function text({ file, bytes, objects, notRead, collectors }: ReportReport): string {
  const failed = collectors.filter(({ outcome }) => outcome === "failed");
  return [
    `${file}: ${objects} objects, ${Math.ceil(bytes / 1024)} KiB`,
    ...notRead.map(({ collector, message }) => `not read: ${collector}: ${message}`),
    ...failed.map(({ name, message }) => `not read: ${name}: ${message}`),
    "",
  ].join("\n");
}

/** The code of the command. */
export const body: CommandBody<Options, ReportReport> = { run, printers: { text } };
