import type { KubeObject } from "../domain/kube-object.ts";
import { troubleOf } from "../domain/trouble.ts";
import type { StagedChild } from "./stage-pass.ts";

/**
 * Pods that keep the repair of their StatefulSet from coming: of an old revision and in a trouble that does not
 * pass by itself. The StatefulSet controller waits for them for ever (kubernetes/kubernetes#67250, "forced
 * rollback"). At most one of a StatefulSet; a pod that is ready, or only slow, is never among them.
 */
export function stuckPods(
  children: readonly StagedChild[],
  pods: readonly KubeObject[],
): readonly KubeObject[] {
  return children.flatMap(({ live, health }) => {
    if (live?.kind !== "StatefulSet" || health.ready) return [];
    const wanted = updateRevisionOf(live);
    if (wanted === undefined) return [];
    const stuck = pods.find((pod) => isOf(pod, live) && isOld(pod, wanted) && isBroken(pod, live));
    return stuck === undefined ? [] : [stuck];
  });
}

/** The revision that pods should have; undefined until the controller has seen the newest spec. */
function updateRevisionOf(set: KubeObject): string | undefined {
  const status = set["status"];
  if (typeof status !== "object" || status === null) return undefined;
  const { updateRevision, observedGeneration } = {
    updateRevision: "",
    observedGeneration: 0,
    ...status,
  };
  const isSeen = Number(observedGeneration) >= (set.metadata.generation ?? 0);
  return isSeen && typeof updateRevision === "string" && updateRevision !== ""
    ? updateRevision
    : undefined;
}

function isOf(pod: KubeObject, set: KubeObject): boolean {
  return pod.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid) ?? false;
}

function isOld({ metadata }: KubeObject, revision: string): boolean {
  const own = metadata.labels?.["controller-revision-hash"];
  return metadata.deletionTimestamp === undefined && own !== undefined && own !== revision;
}

/** A probe that fails may yet pass; an image that is not there, a crash and a missing Secret do not. */
function isBroken(pod: KubeObject, set: KubeObject): boolean {
  const trouble = troubleOf(set.metadata.name, [pod], []);
  return trouble !== undefined && trouble.reason !== "ProbeFailing";
}
