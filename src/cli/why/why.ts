/** `prismctl why`: finds the object, gathers what explains it, and shows the chain. */
import { resourceOf } from "../../controller/resource.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { kindNamed } from "../../domain/registry.ts";
import { isKubeObject } from "../../kube/kube-object-shape.ts";
import { liveWorkload } from "../cluster/components.ts";
import { type OpenCluster, type OpenWorld, openWorld } from "../cluster/open-world.ts";
import { dryApply, dryTouch } from "../cluster/probe.ts";
import { withServings } from "../cluster/serving.ts";
import { objectsOf, prismObjects, type World } from "../cluster/world.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { readManifests } from "../manifest/manifest.ts";
import { refusalCause } from "./admission-causes.ts";
import type { Cause } from "./cause.ts";
import { causesOf, conditionOf } from "./causes-of.ts";
import type { whyOptions } from "./command.ts";
import { whyText } from "./text.ts";
import { podCausesOf, subjectOf, workloadCause } from "./workload-causes.ts";

/** The answer. */
export interface WhyReport {
  readonly takenAt: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** What it says of itself, in one line. */
  readonly state: string;
  readonly causes: readonly Cause[];
  /** What could not be looked at, and may hide a cause. */
  readonly notRead: readonly string[];
}

type Options = typeof whyOptions;

async function run(
  { arguments: [target], options }: Input<Options>,
  session: Session<WhyReport>,
): Promise<Exit> {
  if (options.file !== undefined) return whyFile(options.file, options, session);
  const open = await openWorld(options, session);
  const object = find(open, target);
  const { world, causes } = await explain(open, object);
  await session.show(reportOf(world, object, causes));
  return causes.length === 0 ? "done" : "refused";
}

async function explain(
  { world, cluster }: OpenWorld,
  object: KubeObject,
): Promise<{ readonly world: World; readonly causes: readonly Cause[] }> {
  const kind = kindNamed(object.kind);
  if (kind === undefined) return { world, causes: otherCauses(world, object) };
  if (cluster === undefined) {
    const refused = world.dryRuns.find(
      (one) => one.subject.endsWith(` ${object.kind}`) && isDown(one.code),
    );
    const cause = refused && refusalCause(world, refused, subjectOf(object));
    return { world, causes: [...causesOf(world, object), ...(cause ? [cause] : [])] };
  }
  const { reader, signal, deadlineMs } = cluster;
  const resource = { ...kind, version: kind.hub };
  const [run, served] = await Promise.all([
    dryTouch(reader, resource, object, signal),
    withServings(world, deadlineMs, signal),
  ]);
  const refusal = run.code === 403 ? undefined : refusalCause(served, run, subjectOf(object));
  return { world: served, causes: [...causesOf(served, object), ...(refusal ? [refusal] : [])] };
}

function isDown(code: number): boolean {
  return code === 0 || code >= 500;
}

/** Workloads, pods and claims, which are not ours. */
function otherCauses(world: World, object: KubeObject): readonly Cause[] {
  if (object.kind === "StatefulSet" || object.kind === "Deployment") {
    const cause = workloadCause(world, liveWorkload(world, object));
    return cause === undefined ? [] : [cause];
  }
  return podCausesOf(world, object);
}

/** `prismcluster/prism`, `prc/prism`, `sts/redis`; the only PrismCluster without a target. */
function find({ world, namespace }: OpenWorld, target: string | undefined): KubeObject {
  if (target === undefined) return onlyOne(world, namespace);
  const slash = target.indexOf("/");
  if (slash < 1) {
    throw new CommandFailed(`write KIND/NAME, such as prismcluster/${target}`, { exit: "usage" });
  }
  const [kind, name] = [kindOf(target.slice(0, slash)), target.slice(slash + 1)];
  const found = world.objects.filter(
    (one) =>
      one.kind === kind &&
      one.metadata.name === name &&
      (namespace === undefined || one.metadata.namespace === namespace),
  );
  const [object] = found;
  if (object !== undefined) return object;
  const there = objectsOf(world, kind, namespace).map(({ metadata }) => metadata.name);
  const names = there.length === 0 ? `there is no ${kind}` : `there are: ${there.join(", ")}`;
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const hint = kindNamed(kind) === undefined ? "" : "; if it was refused: prismctl why --file FILE";
  throw new CommandFailed(`no ${kind} "${name}"${where}; ${names}${hint}`, { exit: "failed" });
}

function onlyOne(world: World, namespace: string | undefined): KubeObject {
  const all = prismObjects(world).filter(
    ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
  );
  const [first, ...others] = all.filter(({ kind }) => kind === "PrismCluster");
  if (first !== undefined && others.length === 0) return first;
  const message =
    first === undefined
      ? `no PrismCluster in ${namespace ?? "any namespace"}; name another: prismctl why KIND/NAME`
      : "several PrismClusters: name one, prismctl why prismcluster/NAME --namespace NS";
  throw new CommandFailed(message, { exit: first === undefined ? "failed" : "usage" });
}

const SHORT: Readonly<Record<string, string>> = {
  prc: "PrismCluster",
  sts: "StatefulSet",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  deploy: "Deployment",
  deployment: "Deployment",
  deployments: "Deployment",
  po: "Pod",
  pod: "Pod",
  pods: "Pod",
  pvc: "PersistentVolumeClaim",
  persistentvolumeclaim: "PersistentVolumeClaim",
  persistentvolumeclaims: "PersistentVolumeClaim",
};

function kindOf(word: string): string {
  const lower = word.toLowerCase();
  const known = SHORT[lower];
  if (known !== undefined) return known;
  const kinds = ["PrismCluster", "PrismPattern", "PrismNamespace", "PrismFederation"];
  const own = kinds.find(
    (kind) => lower === kind.toLowerCase() || lower === `${kind.toLowerCase()}s`,
  );
  if (own !== undefined && kindNamed(own) !== undefined) return own;
  const message = `no kind "${word}" that this can explain; there are: prismcluster, statefulset, deployment, pod, pvc`;
  throw new CommandFailed(message, { exit: "usage" });
}

/** Replays an apply of each object of ours in a file, and stores nothing. */
async function whyFile(
  file: string,
  options: Input<Options>["options"],
  session: Session<WhyReport>,
): Promise<Exit> {
  const open = await openWorld(options, session);
  const { cluster } = open;
  if (cluster === undefined) {
    const message = "a file is judged by a cluster: leave --from out, or use prismctl validate";
    throw new CommandFailed(message, { exit: "usage" });
  }
  const world = await withServings(open.world, cluster.deadlineMs, cluster.signal);
  let isRefused = false;
  for (const object of await objectsIn(file, session, cluster.namespace)) {
    const causes = await replay(object, world, cluster);
    isRefused ||= causes.length > 0;
    const state = causes.length === 0 ? "would be admitted" : "is not admitted";
    await session.show({ ...reportOf(world, object, causes), state });
  }
  return isRefused ? "refused" : "done";
}

async function objectsIn(
  file: string,
  session: Session<WhyReport>,
  namespace: string,
): Promise<readonly KubeObject[]> {
  const manifests = await readManifests([file], session.stdin);
  const objects = manifests.flatMap((manifest): KubeObject[] => {
    if (manifest.kind === "malformed") {
      const { line, column } = manifest.place;
      const place = `${manifest.file}:${line}:${column}`;
      throw new CommandFailed(`${place}: ${manifest.message}`, { exit: "failed" });
    }
    const { value } = manifest;
    return isKubeObject(value) && kindNamed(value.kind) !== undefined ? [value] : [];
  });
  if (objects.length === 0) {
    throw new CommandFailed(`${file} has no prism.io object with a name`, { exit: "failed" });
  }
  return objects.map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));
}

async function replay(
  object: KubeObject,
  world: World,
  { reader, signal }: OpenCluster,
): Promise<readonly Cause[]> {
  const kind = kindNamed(object.kind);
  const [, version = ""] = object.apiVersion.split("/");
  if (kind === undefined) return [];
  const resource = resourceOf(object) ?? { ...kind, version };
  const { dryRun } = await dryApply(reader, resource, object, signal);
  const cause = refusalCause(world, dryRun, subjectOf(object));
  return cause === undefined ? [] : [cause];
}

function reportOf(world: World, object: KubeObject, causes: readonly Cause[]): WhyReport {
  const { kind, metadata } = object;
  return {
    takenAt: world.takenAt,
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    state: stateOf(object, causes),
    causes,
    notRead: world.gaps.map(({ collector, message }) => `${collector}: ${message}`),
  };
}

function stateOf(object: KubeObject, causes: readonly Cause[]): string {
  if (object.metadata.deletionTimestamp !== undefined) return "is being deleted";
  const ready = conditionOf(object, "Ready");
  if (ready === undefined) return causes.length === 0 ? "is well" : "is not well";
  if (ready.status === "True") return causes.length === 0 ? "is ready" : "is ready, but";
  return ready.status === "Unknown" ? "is not known to be ready" : "is not ready";
}

/** The code of the command. */
export const body: CommandBody<Options, WhyReport> = { run, printers: { text: whyText } };
