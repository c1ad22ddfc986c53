/** Where a read command gets its world: from a cluster, or from a report that was taken of one. */

import { Transport } from "../../kube/transport.ts";
import { type ClusterValues, clusterOf } from "../frame/cluster.ts";
import { CommandFailed } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { gather } from "./gather.ts";
import { ClusterReader } from "./reader.ts";
import { prismctlVersion } from "./version.ts";
import type { World } from "./world.ts";

/** The values of `READ_OPTIONS`. */
export interface ReadValues extends ClusterValues {
  readonly allNamespaces: boolean;
  readonly operatorNamespace: string | undefined;
  readonly requestTimeout: number | undefined;
  readonly from: string | undefined;
}

const DEADLINE_MS = 10_000;

/** A live cluster that can be asked. */
export interface OpenCluster {
  readonly transport: Transport;
  readonly reader: ClusterReader;
  /** The one that was asked for, else the context's; also with `--all-namespaces`. */
  readonly namespace: string;
  /** For people: URL and context. */
  readonly source: string;
  readonly deadlineMs: number;
  /** Ends with Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Opens the cluster that the options mean, and makes sure that it answers: rejects with a CommandFailed otherwise. */
export async function openCluster(
  values: Pick<ReadValues, keyof ClusterValues | "requestTimeout">,
  session: Pick<Session<never>, "environment" | "interruption">,
): Promise<OpenCluster> {
  const { credentials, namespace } = await clusterOf(values, session);
  const deadlineMs = values.requestTimeout ?? DEADLINE_MS;
  const transport = new Transport(credentials, `prismctl/${prismctlVersion()}`);
  const reader = new ClusterReader(transport, deadlineMs);
  const signal = session.interruption();
  const answer = await reader.call({ method: "GET", path: "/version" }, signal);
  if (!answer.ok && answer.failure.kind === "unreachable") {
    const why = answer.failure.message === "" ? answer.failure.reason : answer.failure.message;
    throw new CommandFailed(`no answer from ${credentials.description}: ${why}`, {
      exit: "failed",
    });
  }
  if (!answer.ok && answer.failure.code === 401) {
    const message = `${credentials.description} does not know this user: ${answer.failure.message}`;
    throw new CommandFailed(message, { exit: "failed" });
  }
  return { transport, reader, namespace, source: credentials.description, deadlineMs, signal };
}

/** What a command answers from. */
export interface OpenWorld {
  readonly world: World;
  /** The namespace that the command is about; undefined for all. */
  readonly namespace: string | undefined;
  /** Undefined for a report. */
  readonly cluster: OpenCluster | undefined;
}

/** The world that the options mean. */
export async function openWorld(
  values: ReadValues,
  session: Pick<Session<never>, "environment" | "interruption" | "wait">,
): Promise<OpenWorld> {
  if (values.from !== undefined) {
    const { readReport } = await import("../report/bundle.ts");
    const world = await readReport(values.from);
    const [only] = world.namespaces;
    const single = values.allNamespaces || world.namespaces.length !== 1 ? undefined : only;
    return { world, namespace: values.namespace ?? single, cluster: undefined };
  }
  const cluster = await openCluster(values, session);
  const namespace = values.allNamespaces ? undefined : cluster.namespace;
  const done = await session.wait("looking at the cluster");
  const world = await takeWorld(cluster, { ...values, namespace }).finally(done);
  return { world, namespace, cluster };
}

/** Looks at a live cluster now. */
export function takeWorld(
  cluster: OpenCluster,
  scope: {
    readonly namespace: string | undefined;
    readonly operatorNamespace?: string | undefined;
  },
): Promise<World> {
  const taking = {
    takenAt: new Date().toISOString(),
    source: cluster.source,
    clientVersion: prismctlVersion(),
  };
  return gather(cluster.reader, scope, taking, cluster.signal);
}
