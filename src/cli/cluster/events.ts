/** Events as the API server keeps them for an hour, both in the old form and in the new one. */
import { numberAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { objectsOf, type World } from "./world.ts";

/** What happened to an object, how often and when last. */
export interface EventLine {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** RFC 3339. */
  readonly at: string;
}

/** Events of one object, the newest first. */
export function eventsOf(world: World, object: KubeObject): readonly EventLine[] {
  return objectsOf(world, "Event", object.metadata.namespace)
    .filter((event) => regards(event, object))
    .map(eventLine)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** By uid, since a name may have belonged to another object before. */
function regards(event: KubeObject, { kind, metadata }: KubeObject): boolean {
  for (const field of ["regarding", "involvedObject"]) {
    const uid = textAt(event, field, "uid");
    if (uid !== undefined && uid !== "") {
      if (uid === metadata.uid) return true;
      continue;
    }
    const isSame = textAt(event, field, "name") === metadata.name;
    if (isSame && textAt(event, field, "kind") === kind) return true;
  }
  return false;
}

function eventLine(event: KubeObject): EventLine {
  return {
    type: textAt(event, "type") ?? "Normal",
    reason: textAt(event, "reason") ?? "",
    message: (textAt(event, "note") ?? textAt(event, "message") ?? "").trim(),
    count: Math.max(numberAt(event, "series", "count"), numberAt(event, "deprecatedCount"), 1),
    at: timeOf(event),
  };
}

function timeOf(event: KubeObject): string {
  return (
    textAt(event, "series", "lastObservedTime") ??
    textAt(event, "deprecatedLastTimestamp") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "eventTime") ??
    event.metadata.creationTimestamp ??
    ""
  );
}
