/** The ConfigMap that keeps who the primary is: it outlives its workload like the volumes, and changes only from what was read. */
import { textAt } from "../domain/json-read.ts";
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Kept } from "../domain/replication/decision.ts";
import {
  parseRecord,
  printRecord,
  RECORD_KEY,
  type ReplicationRecord,
  recordName,
} from "../domain/replication/record.ts";
import { marksOf } from "./data-marks.ts";
import type { Cache, JsonPatchOperation } from "./ports.ts";
import { CONFIG_MAP } from "./resource.ts";

/** True for a ConfigMap of this kind: without an owner, and with a record. */
export function isRecord(object: KubeObject): boolean {
  return (
    object.metadata.ownerReferences === undefined &&
    parseRecord(textAt(object, "data", RECORD_KEY)) !== undefined
  );
}

/** The ConfigMap of a workload as the cache has it. */
export function recordMap(cache: Cache, { namespace, name }: ObjectKey): KubeObject | undefined {
  return cache.read(CONFIG_MAP, { namespace, name: recordName(name) });
}

/** The record of a workload. */
export function recordOf(cache: Cache, workload: ObjectKey): ReplicationRecord | undefined {
  return parseRecord(textAt(recordMap(cache, workload), "data", RECORD_KEY));
}

/** Everything that is kept; undefined for what is not as we write it. */
export function keptIn(map: KubeObject): Kept | undefined {
  const record = parseRecord(textAt(map, "data", RECORD_KEY));
  if (record === undefined) return undefined;
  const since = Date.parse(textAt(map, "data", "since") ?? "");
  const sinceMs = Number.isFinite(since) ? since : 0;
  return { record, sinceMs, pod: textAt(map, "data", "pod") ?? "" };
}

/**
 * The first record of a workload that has none. Volumes which several members have written, and whose record is gone, are not founded on:
 * the members must agree who has the newest data.
 */
export function firstRecord(
  cache: Cache,
  workload: ObjectKey,
  members: number,
  now: Date,
): ReplicationRecord {
  const marks = marksOf(cache, workload);
  const ofFirst = marks.find(({ ordinal }) => ordinal === 0)?.mark.members;
  const isLost = ofFirst !== 1 && marks.some(({ mark }) => mark.members > 1);
  const term = Math.floor(now.getTime() / 1_000);
  const primary = `${workload.name}-0`;
  return { term, primary, epoch: isLost ? 1 : term, members, mode: "quorum" };
}

/** The ConfigMap's data. */
export function recordData(
  record: ReplicationRecord,
  now: Date,
  pod: string,
): Record<string, string> {
  return { [RECORD_KEY]: printRecord(record), since: now.toISOString(), pod };
}

/** Replaces the data of exactly the ConfigMap that was read: of two decisions from one state, one is refused. */
export function replaceOperations(
  map: KubeObject,
  data: Record<string, string>,
): JsonPatchOperation[] {
  return [
    { op: "test", path: "/metadata/resourceVersion", value: map.metadata.resourceVersion },
    { op: "replace", path: "/data", value: data },
  ];
}
