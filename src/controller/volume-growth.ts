/** Volumes that go, or are on their way to a larger size (REC-6): the pods that must start anew for it, and why it does not happen. */
import { listAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { type ClaimTrouble, goingClaims, growingClaims, resizePendingSince } from "./claims.ts";
import type { Cache } from "./ports.ts";
import type { StagedChild } from "./stage-pass.ts";

/** Conditions of a claim by which a resizer says that it failed (core/v1 PersistentVolumeClaimConditionType). */
const FAILED: ReadonlySet<string> = new Set(["ControllerResizeError", "NodeResizeError"]);
const INFEASIBLE = /^(Controller|Node)ResizeInfeasible$/;

/** The children with what is to be said of their volumes: that they go, that they grow, or why they do not. */
export function withVolumes(
  children: readonly StagedChild[],
  cache: Cache,
  refused: readonly ClaimTrouble[],
): readonly StagedChild[] {
  return children.map((child) => {
    const [going] = goingClaims(cache, child.intent.object);
    if (going !== undefined) return { ...child, note: goingNote(going), warning: "VolumeGoing" };
    const claims = growingClaims(cache, child.intent.object);
    if (claims.length === 0) return child;
    const [why] = claims.flatMap((claim) => reasonsOf(claim, refused));
    if (why === undefined) return { ...child, note: "its volumes are growing" };
    return { ...child, note: `its volumes cannot grow: ${why}`, warning: "VolumeNotGrown" };
  });
}

/** A deletion cannot be taken back; what is left is the time until the pod ends. */
function goingNote({ metadata }: KubeObject): string {
  return `PersistentVolumeClaim ${metadata.name} is deleted: its data goes as soon as its pod stops; save it first`;
}

function reasonsOf(claim: KubeObject, refused: readonly ClaimTrouble[]): string[] {
  const { name } = claim.metadata;
  const answers = refused.filter((one) => one.claim === name).map(({ failure }) => failure.message);
  const failed = listAt(claim, "status", "conditions")
    .filter((one) => FAILED.has(textAt(one, "type") ?? "") && textAt(one, "status") === "True")
    .map((one) => textAt(one, "message") ?? "the storage system failed");
  const state = textAt(claim, "status", "allocatedResourceStatuses", "storage") ?? "";
  const infeasible = INFEASIBLE.test(state) ? ["the storage system cannot give this size"] : [];
  return [...answers, ...failed, ...infeasible].map(
    (why) => `PersistentVolumeClaim ${name}: ${why}`,
  );
}

/**
 * Pods whose file system grows only as they start (FileSystemResizePending): one of a workload at a time, while all of its pods are
 * there, and only once the one before has its size. A pod that started since its claim began to wait is not asked again.
 */
export function podsToRestart(
  children: readonly StagedChild[],
  pods: readonly KubeObject[],
  cache: Cache,
): readonly KubeObject[] {
  return children.flatMap(({ intent, health }) => {
    if (!health.ready) return [];
    const waiting = growingClaims(cache, intent.object).flatMap((claim) => {
      const since = resizePendingSince(claim);
      if (since === undefined) return [];
      return [{ since, pod: pods.find((pod) => uses(pod, claim.metadata.name)) }];
    });
    // The workload's status is a moment behind: a pod that is not there yet has just been asked to start anew.
    const restartable = waiting.flatMap(({ pod, since }) =>
      pod === undefined || isGoing(pod) || !startedBefore(pod, since) ? [] : [pod],
    );
    const isUnderWay = restartable.length < waiting.length;
    return isUnderWay ? [] : restartable.toSorted(laterFirst).slice(0, 1);
  });
}

function isGoing({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** The order in which a StatefulSet rolls. */
function laterFirst(a: KubeObject, b: KubeObject): number {
  const ordinal = ({ metadata: { name } }: KubeObject): number =>
    Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
  return ordinal(b) - ordinal(a);
}

function uses(pod: KubeObject, claim: string): boolean {
  return listAt(pod, "spec", "volumes").some(
    (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === claim,
  );
}

function startedBefore({ metadata }: KubeObject, time: string): boolean {
  return Date.parse(metadata.creationTimestamp ?? "") < Date.parse(time);
}
