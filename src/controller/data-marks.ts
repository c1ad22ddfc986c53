/** What volumes hold, noted on their claims: they outlive the workload, the spec's entry and the PrismCluster. */

import type { DataMark } from "../domain/data-mark.ts";
import { valueAt } from "../domain/json-object.ts";
import { jsonPointer } from "../domain/json-patch.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { MarkedClaim } from "../domain/render-facts.ts";
import type { Amendment } from "./claims.ts";
import type { Cache, JsonPatchOperation } from "./ports.ts";
import { CLAIM } from "./resource.ts";
import type { StagedChild } from "./stage-pass.ts";

const TYPE = "prism.io/data-type";
const VERSION = "prism.io/data-version";
const MEMBERS = "prism.io/data-members";

interface Member {
  readonly claim: KubeObject;
  readonly ordinal: number;
}

/** The notes on the claims of a StatefulSet, by ordinal. A note that is not as we write it counts as none. */
export function marksOf(
  cache: Cache,
  workload: { readonly namespace: string; readonly name: string },
): MarkedClaim[] {
  return membersOf(cache, workload).flatMap(({ claim, ordinal }) => {
    const mark = readMark(claim);
    return mark === undefined ? [] : [{ claim: claim.metadata.name, ordinal, mark }];
  });
}

/** Notes to write: on the volumes of what is ready now, so that what never ran leaves none. */
export function markings(cache: Cache, children: readonly StagedChild[]): Amendment[] {
  return children.flatMap(({ intent: { child }, live, health, action }) => {
    const { data, object } = child;
    const isSettled = health.ready && action === "none" && imageOf(live) === imageOf(object);
    if (data === undefined || !isSettled) return [];
    const { namespace = "", name } = object.metadata;
    return membersOf(cache, { namespace, name })
      .filter(({ ordinal }) => ordinal < data.members)
      .flatMap(({ claim }) => {
        const operations = operationsFor(claim, data);
        return operations.length === 0 ? [] : [{ object: claim, operations }];
      });
  });
}

/** What was taken over may run another image than the one that is asked for. */
function imageOf(workload: KubeObject | undefined): unknown {
  return valueAt(workload, ["spec", "template", "spec", "containers", 0, "image"]);
}

function membersOf(
  cache: Cache,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Member[] {
  const prefix = `data-${name}-`;
  return cache
    .list(CLAIM, namespace)
    .flatMap((claim): Member[] => {
      const { name: full, deletionTimestamp } = claim.metadata;
      const ordinal = full.startsWith(prefix) ? full.slice(prefix.length) : "";
      const isMember = /^\d{1,4}$/.test(ordinal) && deletionTimestamp === undefined;
      return isMember ? [{ claim, ordinal: Number(ordinal) }] : [];
    })
    .toSorted((a, b) => a.ordinal - b.ordinal);
}

const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

function readMark({ metadata: { annotations = {} } }: KubeObject): DataMark | undefined {
  const { [TYPE]: type, [VERSION]: version, [MEMBERS]: members } = annotations;
  if (type === undefined || !PLAIN.test(type)) return undefined;
  if (members === undefined || !/^[1-9]\d?$/.test(members)) return undefined;
  const isTag = version !== undefined && PLAIN.test(version);
  return { type, version: isTag ? version : undefined, members: Number(members) };
}

function operationsFor(
  { metadata: { annotations } }: KubeObject,
  { type, version, members }: DataMark,
): JsonPatchOperation[] {
  const wanted = Object.entries({ [TYPE]: type, [VERSION]: version, [MEMBERS]: `${members}` });
  const changes = wanted.flatMap(([key, value]): JsonPatchOperation[] => {
    const path = jsonPointer(["metadata", "annotations", key]);
    const have = annotations?.[key];
    if (have === value) return [];
    return value === undefined ? [{ op: "remove", path }] : [{ op: "add", path, value }];
  });
  if (changes.length === 0 || annotations !== undefined) return changes;
  return [{ op: "add", path: "/metadata/annotations", value: {} }, ...changes];
}
