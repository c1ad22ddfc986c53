/** `prismctl pause` and `resume`: annotations of one object, written as one merge patch. */
import type { Resource } from "../../controller/resource.ts";
import {
  PAUSED_ANNOTATION,
  PAUSED_BY_ANNOTATION,
  PAUSED_REASON_ANNOTATION,
  PAUSED_UNTIL_ANNOTATION,
} from "../../domain/pause.ts";
import { KINDS } from "../../domain/registry.ts";
import { objectPath } from "../../kube/resource-path.ts";
import { type OpenCluster, openCluster } from "../cluster/open-world.ts";
import { ownName } from "../cluster/probe.ts";
import { describeFailure } from "../cluster/reader.ts";
import { PRISM_RESOURCES } from "../cluster/resources.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import type { pauseOptions, resumeOptions } from "./command.ts";

/** What was done. */
export interface PauseReport {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly isPaused: boolean;
  readonly isDryRun: boolean;
  readonly by?: string;
  readonly reason?: string;
  /** RFC 3339. */
  readonly until?: string;
  /** Why it was not done. */
  readonly refusal?: string;
}

interface Target {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
}

async function pause(
  { arguments: [name], options }: Input<typeof pauseOptions>,
  session: Session<PauseReport>,
): Promise<Exit> {
  const cluster = await openCluster(options, session);
  const target = await targetOf(name, cluster);
  const by = await ownName(cluster.reader, cluster.signal);
  // Whole seconds, as conditions and kubectl have them.
  const end = options.for === undefined ? undefined : new Date(Date.now() + options.for);
  const until = end?.toISOString().replace(/\.\d+Z$/, "Z");
  const annotations = {
    [PAUSED_ANNOTATION]: "true",
    [PAUSED_BY_ANNOTATION]: by ?? null,
    [PAUSED_REASON_ANNOTATION]: options.reason ?? null,
    [PAUSED_UNTIL_ANNOTATION]: until ?? null,
  };
  const said = {
    ...(by === undefined ? {} : { by }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(until === undefined ? {} : { until }),
  };
  const more = { ...said, isPaused: true, isDryRun: options.dryRun };
  return annotate(target, annotations, more, { cluster, session });
}

async function resume(
  { arguments: [name], options }: Input<typeof resumeOptions>,
  session: Session<PauseReport>,
): Promise<Exit> {
  const cluster = await openCluster(options, session);
  const target = await targetOf(name, cluster);
  const annotations = {
    [PAUSED_ANNOTATION]: null,
    [PAUSED_BY_ANNOTATION]: null,
    [PAUSED_REASON_ANNOTATION]: null,
    [PAUSED_UNTIL_ANNOTATION]: null,
  };
  const more = { isPaused: false, isDryRun: options.dryRun };
  return annotate(target, annotations, more, { cluster, session });
}

async function annotate(
  { resource, name, namespace }: Target,
  annotations: Readonly<Record<string, string | null>>,
  more: Omit<PauseReport, "kind" | "name" | "namespace">,
  { cluster, session }: { readonly cluster: OpenCluster; readonly session: Session<PauseReport> },
): Promise<Exit> {
  const query = more.isDryRun ? "?dryRun=All&fieldManager=prismctl" : "?fieldManager=prismctl";
  const answer = await cluster.reader.call(
    {
      method: "PATCH",
      path: `${objectPath(resource, { namespace, name })}${query}`,
      contentType: "application/merge-patch+json",
      body: JSON.stringify({ metadata: { annotations } }),
    },
    cluster.signal,
  );
  const report = { kind: resource.kind, name, namespace, ...more };
  if (answer.ok) {
    await session.show(report);
    return "done";
  }
  const { kind, code } = answer.failure;
  if (kind === "unreachable" || kind === "not-found") {
    const message = `${resource.kind} ${namespace}/${name}: ${describeFailure(answer.failure)}`;
    throw new CommandFailed(message, { exit: "failed" });
  }
  const refusal = describeFailure(answer.failure);
  await session.show({ ...report, isPaused: !more.isPaused, refusal });
  return code >= 500 ? "failed" : "refused";
}

/** `prism`, `prismcluster/prism`, or the only PrismCluster of the namespace. */
async function targetOf(text: string | undefined, cluster: OpenCluster): Promise<Target> {
  const { namespace } = cluster;
  if (text === undefined) return onlyCluster(cluster);
  const slash = text.indexOf("/");
  if (slash === -1) return { resource: clusterResource(), name: text, namespace };
  const word = text.slice(0, slash).toLowerCase();
  const resource = PRISM_RESOURCES.find(
    ({ kind, plural }) => kind.toLowerCase() === word || plural === word,
  );
  if (resource === undefined) {
    const kinds = KINDS.map(({ kind }) => kind.toLowerCase()).join(", ");
    throw new CommandFailed(`no kind "${word}" to pause; there are: ${kinds}`, { exit: "usage" });
  }
  return { resource, name: text.slice(slash + 1), namespace };
}

async function onlyCluster({ reader, namespace, signal }: OpenCluster): Promise<Target> {
  const resource = clusterResource();
  const listed = await reader.list(resource, { namespace }, signal);
  if (!listed.ok) throw new CommandFailed(describeFailure(listed.failure), { exit: "failed" });
  const [only, ...others] = listed.value;
  if (only !== undefined && others.length === 0) {
    return { resource, name: only.metadata.name, namespace };
  }
  const message = `namespace ${namespace} has ${listed.value.length} PrismClusters; name one`;
  throw new CommandFailed(message, { exit: only === undefined ? "failed" : "usage" });
}

function clusterResource(): Resource {
  const found = PRISM_RESOURCES.find(({ kind }) => kind === "PrismCluster");
  if (found === undefined) throw new TypeError("the registry has no PrismCluster");
  return found;
}

function text({
  kind,
  name,
  namespace,
  isPaused,
  isDryRun,
  until,
  refusal,
  reason,
}: PauseReport): string {
  const subject = `${kind} ${namespace}/${name}`;
  if (refusal !== undefined) return `${subject}: refused: ${refusal}\n`;
  const dry = isDryRun ? " (dry run)" : "";
  if (!isPaused) return `${subject} resumed${dry}\n`;
  const end = until === undefined ? ", until prismctl resume" : ` until ${until}`;
  return `${subject} paused${end}${reason === undefined ? "" : `: ${reason}`}${dry}\n`;
}

/** The code of `pause`. */
export const pauseBody: CommandBody<typeof pauseOptions, PauseReport> = {
  run: pause,
  printers: { text },
};
/** The code of `resume`. */
export const resumeBody: CommandBody<typeof resumeOptions, PauseReport> = {
  run: resume,
  printers: { text },
};
