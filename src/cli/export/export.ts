/** `prismctl kubernetes export`: reads a namespace and writes the PrismCluster that takes it over. */

import { isObject } from "../../../schemas/json.ts";
import { DEPLOYMENT, type Resource, STATEFUL_SET } from "../../controller/resource.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type OpenCluster, openCluster } from "../cluster/open-world.ts";
import { describeFailure } from "../cluster/reader.ts";
import { NAMESPACED, PRISM_RESOURCES } from "../cluster/resources.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { CrdSet } from "../manifest/crd-set.ts";
import { assemble } from "./assemble.ts";
import type { exportOptions } from "./command.ts";
import { manifestPage } from "./manifest-page.ts";
import type { Note } from "./note.ts";
import { repaired } from "./repair.ts";

/** The export and all that has to be said of it. */
export interface ExportReport {
  readonly takenAt: string;
  readonly source: string;
  readonly prismCluster: KubeObject;
  /** Workloads that it takes over with their pods. */
  readonly taken: readonly string[];
  readonly notes: readonly Note[];
}

type Options = typeof exportOptions;

const MORE: readonly Resource[] = [
  { group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet" },
  { group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob" },
  { group: "batch", version: "v1", plural: "jobs", kind: "Job" },
];
/** Without these there is nothing to say. */
const NEEDED = new Set([DEPLOYMENT.kind, STATEFUL_SET.kind, "Service"]);
const SKIPPED = new Set(["Event", "EndpointSlice", "ReplicaSet", "Pod", "Role", "RoleBinding"]);

async function run({ options }: Input<Options>, session: Session<ExportReport>): Promise<Exit> {
  const cluster = await openCluster(options, session);
  const done = await session.wait(`reading namespace ${cluster.namespace}`);
  const objects = await readNamespace(cluster, session).finally(done);
  const { namespace, source } = cluster;
  const report = await exportOf(objects, {
    namespace,
    name: options.name,
    source,
    takenAt: new Date().toISOString(),
  });
  if (report.taken.length === 0) {
    const message = `namespace ${namespace} has nothing that is Prism's by its names and images; is --namespace right?`;
    throw new CommandFailed(message, { exit: "failed" });
  }
  await session.show(report);
  if (session.form === "text") sayNotes(report, session);
  return "done";
}

/** What an export is made of besides the objects. */
export interface ExportOrder {
  readonly namespace: string;
  readonly name: string;
  readonly source: string;
  readonly takenAt: string;
}

/** The export of these objects; reads no cluster. */
export async function exportOf(
  objects: readonly KubeObject[],
  { namespace, name, source, takenAt }: ExportOrder,
  crds?: CrdSet,
): Promise<ExportReport> {
  const { cluster, notes, taken } = assemble(objects, namespace, name);
  // Numbers and texts of the API server: what JSON has.
  const plain: unknown = JSON.parse(JSON.stringify(cluster));
  if (!isJson(plain)) throw new TypeError("an export is no object");
  const object = repaired(plain, notes, crds ?? (await CrdSet.read([])));
  return { takenAt, source, prismCluster: asKubeObject(object), taken, notes: notes.all };
}

function isJson(value: unknown): value is Parameters<typeof repaired>[0] {
  return isObject(value as never);
}

/** `repaired` takes fields out of `spec` alone. */
function asKubeObject(object: object): KubeObject {
  return object as KubeObject;
}

async function readNamespace(
  { reader, namespace, signal }: OpenCluster,
  session: Session<ExportReport>,
): Promise<readonly KubeObject[]> {
  await refuseSecond({ reader, namespace, signal });
  const watched = NAMESPACED.filter(({ resource }) => !SKIPPED.has(resource.kind));
  const more = MORE.map((resource) => ({
    name: `${resource.kind}s`,
    resource,
    isMetadataOnly: undefined,
  }));
  const lists = await Promise.all(
    [...watched, ...more].map(async ({ name, resource, isMetadataOnly }) => {
      const listed = await reader.list(resource, { namespace, isMetadataOnly }, signal);
      if (listed.ok) return listed.value;
      if (listed.failure.kind === "not-found") return [];
      const message = `cannot read ${name} of ${namespace}: ${describeFailure(listed.failure)}`;
      if (NEEDED.has(resource.kind)) throw new CommandFailed(message, { exit: "failed" });
      session.say(`prismctl: ${message}; what they say is missing`);
      return [];
    }),
  );
  return lists.flat();
}

/** One PrismCluster a namespace: a second would be refused by the operator. */
async function refuseSecond({
  reader,
  namespace,
  signal,
}: Pick<OpenCluster, "reader" | "namespace" | "signal">): Promise<void> {
  const resource = PRISM_RESOURCES.find(({ kind }) => kind === "PrismCluster");
  if (resource === undefined) return;
  const listed = await reader.list(resource, { namespace }, signal);
  const [there] = listed.ok ? listed.value : [];
  if (there === undefined) return;
  const message = `namespace ${namespace} has PrismCluster "${there.metadata.name}" already; read it with kubectl get`;
  throw new CommandFailed(message, { exit: "failed" });
}

/** Who redirects the manifest into a file sees what matters all the same. */
function sayNotes({ notes, taken }: ExportReport, session: Session<ExportReport>): void {
  const count = (kind: Note["kind"]) => notes.filter((one) => one.kind === kind).length;
  session.say(`${taken.length} workloads are taken over as they run; notes stand in the manifest:`);
  session.say(
    `${count("before")} to do before apply, ${count("notExpressed")} not expressed, ${count("after")} after it, ${count("unmanaged")} objects beside it`,
  );
  for (const { subject, message } of notes.filter(({ kind }) => kind === "before")) {
    session.say(`before apply: ${subject}: ${message}`);
  }
}

/** The code of the command. */
export const body: CommandBody<Options, ExportReport> = { run, printers: { text: manifestPage } };
