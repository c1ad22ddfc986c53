/** The pods of a set of members: what is seen of them, and what they are told. */
import { jsonPointer } from "../domain/json-patch.ts";
import { conditionAt, listAt, numberAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { MemberPod } from "../domain/replication/decision.ts";
import {
  ordinalOf,
  PRIMARY_ROLE,
  parseRecord,
  printRecord,
  type ReplicationRecord,
  ROLE_LABEL,
  TOLD_ANNOTATION,
  TOLD_VOLUME,
} from "../domain/replication/record.ts";
import type { ApiFailure } from "./api-result.ts";
import type { JsonPatchOperation, Writer } from "./ports.ts";

/** True for a pod of a StatefulSet of this name. */
export function isMemberOf({ metadata: { name, labels } }: KubeObject, workload: string): boolean {
  return labels?.["app"] === workload && !Number.isNaN(ordinalOf(name));
}

/** A pod as the decision sees it. */
export function memberOf(pod: KubeObject, workload: KubeObject): MemberPod {
  const { name, uid = "", deletionTimestamp, labels } = pod.metadata;
  const ready = conditionAt(pod, "Ready");
  const isReady = textAt(ready, "status") === "True";
  const since = Date.parse(
    textAt(ready, "lastTransitionTime") ?? pod.metadata.creationTimestamp ?? "",
  );
  const grace = numberAt(pod, "metadata", "deletionGracePeriodSeconds");
  return {
    name,
    uid,
    isReady,
    isRunning: textAt(pod, "status", "phase") === "Running",
    unreadySinceMs: isReady ? undefined : since,
    terminatingSinceMs:
      deletionTimestamp === undefined ? undefined : Date.parse(deletionTimestamp) - grace * 1_000,
    isUpdated:
      labels?.["controller-revision-hash"] === textAt(workload, "status", "updateRevision"),
    isMember: listAt(pod, "spec", "volumes").some(
      (volume) => textAt(volume, "name") === TOLD_VOLUME,
    ),
  };
}

/** A record that pods were told and that is newer than this one, which then comes from a backup; undefined where there is none. */
export function newestTold(
  pods: readonly KubeObject[],
  record: ReplicationRecord,
): ReplicationRecord | undefined {
  return pods
    .flatMap(({ metadata }) => parseRecord(metadata.annotations?.[TOLD_ANNOTATION]) ?? [])
    .filter(({ term }) => term > record.term)
    .toSorted((a, b) => b.term - a.term)[0];
}

/** Clients are led away from a former primary before they are led to the next; a founding one has no clients yet. */
export async function tellAll(
  pods: readonly KubeObject[],
  record: ReplicationRecord,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const isLed = record.term !== record.epoch;
  const isPrimary = ({ metadata }: KubeObject): boolean =>
    isLed && metadata.name === record.primary && metadata.deletionTimestamp === undefined;
  const ordered = pods.toSorted((a, b) => Number(isPrimary(a)) - Number(isPrimary(b)));
  for (const pod of ordered) {
    const operations = operationsFor(pod, printRecord(record), isPrimary(pod));
    if (operations.length === 0) continue;
    const answer = await writer.patch(pod, operations, signal);
    if (!answer.ok && answer.failure.kind !== "not-found") return answer.failure;
  }
  return undefined;
}

function operationsFor(
  { metadata: { labels, annotations, uid } }: KubeObject,
  line: string,
  isPrimary: boolean,
): JsonPatchOperation[] {
  const told: JsonPatchOperation = {
    op: "add",
    path: jsonPointer(["metadata", "annotations", TOLD_ANNOTATION]),
    value: line,
  };
  const role = { path: jsonPointer(["metadata", "labels", ROLE_LABEL]) };
  const changes: JsonPatchOperation[] = annotations?.[TOLD_ANNOTATION] === line ? [] : [told];
  const has = labels?.[ROLE_LABEL];
  if (isPrimary && has !== PRIMARY_ROLE) changes.push({ ...role, op: "add", value: PRIMARY_ROLE });
  if (!isPrimary && has !== undefined) changes.push({ ...role, op: "remove" });
  // Another pod of that name is told what it needs to know, not what this one needed.
  return changes.length === 0
    ? []
    : [{ op: "test", path: "/metadata/uid", value: uid }, ...changes];
}
