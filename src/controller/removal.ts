/** What goes: children that are no longer wanted, and everything in order when the PrismCluster goes. */
import type { Stage } from "../domain/child.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { ApiFailure } from "./api-result.ts";
import { belongsTo, CLUSTER_LABEL, type Intent, isOwnedBy, STAGE_ANNOTATION } from "./ownership.ts";
import type { Cache, Propagation, Writer } from "./ports.ts";
import { isRecord } from "./replication-record.ts";
import { CLAIM, CONFIG_MAP, ownResource, SECRET } from "./resource.ts";

/** What the label on volumes and credentials names. */
const CLUSTER = ownResource({ kind: "PrismCluster" });

/** Against the traffic (design, section 5): whoever sends goes before whoever receives. */
const DELETION_ORDER: readonly (readonly Stage[])[] = [
  ["ingress", "observability"],
  ["proxy"],
  ["runners"],
  ["admin"],
  ["backends"],
  ["config"],
];

/** The children that this cluster controls, of every kind. */
export function ownedChildren(cache: Cache, owner: KubeObject): KubeObject[] {
  const { kind, metadata } = owner;
  const { namespace = "", name } = metadata;
  return cache.controlledBy({ kind, namespace, name }).filter((object) => isOwnedBy(object, owner));
}

/** What is ours and no longer wanted (REC-9). Volumes and credentials are never among it: they have no owner. */
export function unwanted(owned: readonly KubeObject[], intents: readonly Intent[]): KubeObject[] {
  const wanted = new Set(intents.map(({ object }) => `${object.kind}/${object.metadata.name}`));
  return owned.filter(
    ({ kind, metadata }) =>
      !wanted.has(`${kind}/${metadata.name}`) && metadata.deletionTimestamp === undefined,
  );
}

/** Pods of a workload drain before it is gone; everything else just goes. */
function propagationOf(object: KubeObject): Propagation {
  return object.kind === "StatefulSet" || object.kind === "Deployment"
    ? "Foreground"
    : "Background";
}

/** The next objects to delete, and how many are still on their way; both empty when all are gone. */
export function nextToDelete(owned: readonly KubeObject[]): {
  readonly stages: readonly Stage[];
  readonly objects: readonly KubeObject[];
} {
  for (const stages of DELETION_ORDER) {
    const objects = owned.filter((object) => stages.includes(stageOf(object)));
    if (objects.length > 0) return { stages, objects };
  }
  return { stages: [], objects: [] };
}

function stageOf(object: KubeObject): Stage {
  const text = object.metadata.annotations?.[STAGE_ANNOTATION];
  return DELETION_ORDER.flat().find((stage) => stage === text) ?? "config";
}

/** What may outlive the workloads of a namespace: volumes, Secrets, and the records of who the primary is. */
export function outlivingObjects(cache: Cache, namespace: string): readonly KubeObject[] {
  const records = cache.list(CONFIG_MAP, namespace).filter(isRecord);
  return [...cache.list(CLAIM, namespace), ...cache.list(SECRET, namespace), ...records];
}

/**
 * Volumes and credentials of this cluster, for `deletionPolicy: Delete`. What a cluster of another name left
 * behind in this namespace is not ours to delete while that cluster may come back.
 */
export function retainedObjects(cache: Cache, owner: KubeObject): KubeObject[] {
  const { namespace = "" } = owner.metadata;
  return outlivingObjects(cache, namespace).filter(
    (object) => belongsTo(object, owner) && object.metadata.deletionTimestamp === undefined,
  );
}

/** Deletes objects side by side; answers the first failure that is one. */
export async function removeAll(
  objects: readonly KubeObject[],
  writer: Writer,
  removed: (object: KubeObject) => void,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const answers = await Promise.all(
    objects.map(async (object) => {
      const answer = await writer.remove(object, propagationOf(object), signal);
      if (answer.ok) removed(object);
      return answer;
    }),
  );
  const failed = answers.find((answer) => !answer.ok && answer.failure.kind !== "not-found");
  return failed === undefined || failed.ok ? undefined : failed.failure;
}

/** True when the cluster that an object was made for is gone, so that another one may take the object over. */
export function isAbandoned(cache: Cache, object: KubeObject): boolean {
  const { namespace = "", labels } = object.metadata;
  const name = labels?.[CLUSTER_LABEL];
  return name === undefined || cache.read(CLUSTER, { namespace, name }) === undefined;
}
