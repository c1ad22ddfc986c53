/** A pause that a person asked for by annotations: who, why and until when. */
import type { KubeObject } from "./kube-object.ts";

/** `"true"` pauses (REC-13); everything else does not. */
export const PAUSED_ANNOTATION = "prism.io/paused";
/** RFC 3339: the operator goes on by itself from then on. A pause without it ends when the annotation goes. */
export const PAUSED_UNTIL_ANNOTATION = "prism.io/paused-until";
/** A sentence for the others. */
export const PAUSED_REASON_ANNOTATION = "prism.io/paused-reason";
/** Name of the user who asked. */
export const PAUSED_BY_ANNOTATION = "prism.io/paused-by";

/** What was asked for. */
export interface Pause {
  readonly by: string | undefined;
  readonly reason: string | undefined;
  /** As written; a text that is no time counts as no end, so that a slip of the pen does not resume at once. */
  readonly until: string | undefined;
  /** Milliseconds since 1970. */
  readonly untilMs: number | undefined;
}

/** Annotations hold up to 256 KiB and anything; a condition holds a sentence. */
const LONGEST = 200;
/** RFC 3339 with a time zone: `Date` would read much more, and differently on each machine. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The pause that the annotations ask for, ended or not; undefined when they ask for none. */
export function pauseOf({ metadata }: KubeObject): Pause | undefined {
  const annotations = metadata.annotations ?? {};
  if (annotations[PAUSED_ANNOTATION] !== "true") return undefined;
  const until = sentence(annotations[PAUSED_UNTIL_ANNOTATION]);
  const untilMs = until !== undefined && TIME.test(until) ? Date.parse(until) : Number.NaN;
  return {
    by: sentence(annotations[PAUSED_BY_ANNOTATION]),
    reason: sentence(annotations[PAUSED_REASON_ANNOTATION]),
    until,
    untilMs: Number.isNaN(untilMs) ? undefined : untilMs,
  };
}

/** Whether a pause holds at a time, in milliseconds since 1970. */
export function isPausedAt(object: KubeObject, nowMs: number): boolean {
  const pause = pauseOf(object);
  return pause !== undefined && (pause.untilMs === undefined || nowMs < pause.untilMs);
}

/** The pause in one line; that of the bare annotation is the same in every version. */
export function describePause({ by, reason, until, untilMs }: Pause): string {
  if (by === undefined && reason === undefined && until === undefined) {
    return "the annotation prism.io/paused is true";
  }
  const who = by === undefined ? "paused" : `paused by ${by}`;
  const unread = until !== undefined && untilMs === undefined;
  const end = unread ? `${until}, which is no RFC 3339 time: without an end` : until;
  const when = end === undefined ? "" : ` until ${end}`;
  return `${who}${when}${reason === undefined ? "" : `: ${reason}`}`;
}

function sentence(text: string | undefined): string | undefined {
  const line = text?.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  if (line === undefined || line === "") return undefined;
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
