import { listAt, numberAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { troubleOf } from "../domain/trouble.ts";
import type { StagedChild } from "./stage-pass.ts";

/**
 * Pods of an old revision that their StatefulSet never replaces by itself: those in a trouble that does not pass
 * (kubernetes/kubernetes#67250, "forced rollback"), and those without a volume that the set has since it was made
 * anew, whose update the API server refuses. One of a StatefulSet at a time.
 */
export function stuckPods(
  children: readonly StagedChild[],
  pods: readonly KubeObject[],
): readonly KubeObject[] {
  return children.flatMap(({ live, health }) => {
    if (live?.kind !== "StatefulSet" || health.ready) return [];
    const wanted = updateRevisionOf(live);
    if (wanted === undefined) return [];
    const own = pods.filter((pod) => isOf(pod, live));
    if (own.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) return [];
    const old = own.filter((pod) => isOld(pod, wanted));
    const stuck =
      old.find((pod) => isBroken(pod, live)) ?? old.find((pod) => lacksVolume(pod, live));
    return stuck === undefined ? [] : [stuck];
  });
}

/** True when a StatefulSet that is not ready has pods which are not among these. */
export function hidesPods(children: readonly StagedChild[], pods: readonly KubeObject[]): boolean {
  return children.some(({ live, health }) => {
    if (live?.kind !== "StatefulSet" || health.ready) return false;
    return numberAt(live, "status", "replicas") > pods.filter((pod) => isOf(pod, live)).length;
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
  return own !== undefined && own !== revision;
}

/** A probe that fails may yet pass; an image that is not there, a crash and a missing Secret do not. */
function isBroken(pod: KubeObject, set: KubeObject): boolean {
  const trouble = troubleOf(set.metadata.name, [pod], []);
  return trouble !== undefined && trouble.reason !== "ProbeFailing";
}

function lacksVolume(pod: KubeObject, set: KubeObject): boolean {
  const claims = listAt(pod, "spec", "volumes").flatMap((volume) => {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    return name === undefined ? [] : [name];
  });
  return listAt(set, "spec", "volumeClaimTemplates").some((template) => {
    return !claims.includes(`${textAt(template, "metadata", "name")}-${pod.metadata.name}`);
  });
}
