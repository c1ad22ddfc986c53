import type { EventSink } from "../controller/ports.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { collectionPath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

const EVENT = { group: "events.k8s.io", version: "v1", plural: "events", kind: "Event" } as const;
/** REC-16: at most one in this time for a reason and an object. */
const QUIET_MS = 300_000;
const EVENT_TIMEOUT_MS = 10_000;
/** Kubernetes refuses longer notes. */
const LONGEST_NOTE = 1_024;
/** Above this many remembered events the old ones go; an operator in trouble must not grow. */
const MOST_REMEMBERED = 4_096;

/** What a recorder needs. */
export interface EventRecorderOptions {
  readonly transport: Pick<Transport, "call">;
  /** Of this process, for `reportingInstance`. */
  readonly identity: string;
  readonly now: () => number;
  readonly wallClock: () => Date;
  /** Milliseconds for which writes are safe from now on. */
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
}

/** Writes events; one that cannot be written is lost, as events may be. */
export function eventRecorder(options: EventRecorderOptions): EventSink {
  const said = new Map<string, number>();
  let sequence = 0;
  return (regarding, event) => {
    const now = options.now();
    const key = `${regarding.metadata.uid ?? ""} ${event.reason}`;
    const timeoutMs = Math.min(options.remainingMs(), EVENT_TIMEOUT_MS);
    if (timeoutMs <= 0 || now - (said.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    forgetOld(said, now);
    said.set(key, now);
    sequence += 1;
    const namespace = regarding.metadata.namespace ?? "default";
    const name = eventName(regarding, options.wallClock(), sequence);
    const body = JSON.stringify({
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { namespace, name },
      eventTime: options.wallClock().toISOString().replace("Z", "000Z"),
      reportingController: "prism.io/operator",
      reportingInstance: options.identity.slice(0, 128),
      regarding: referenceTo(regarding),
      action: event.action,
      reason: event.reason,
      type: event.type,
      note: event.note.slice(0, LONGEST_NOTE),
    });
    void options.transport.call(
      { method: "POST", path: collectionPath(EVENT, namespace), body, timeoutMs },
      options.signal,
    );
  };
}

function eventName(regarding: KubeObject, at: Date, sequence: number): string {
  return `${regarding.metadata.name.slice(0, 200)}.${at.getTime().toString(16)}${sequence.toString(16)}`;
}

function referenceTo(object: KubeObject): object {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace,
    name,
    uid,
    resourceVersion,
  };
}

function forgetOld(said: Map<string, number>, now: number): void {
  if (said.size < MOST_REMEMBERED) return;
  for (const [key, at] of said) if (now - at >= QUIET_MS) said.delete(key);
  if (said.size >= MOST_REMEMBERED) said.clear();
}
