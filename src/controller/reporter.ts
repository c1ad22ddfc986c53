/** Tells the world what a pass found: the status, when it changed, and an event for each transition. */
import { findCondition } from "../domain/condition.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { Observation } from "../domain/observation.ts";
import type { Status } from "../domain/rendered-kind.ts";
import type { ApiFailure } from "./api-result.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { EventReason, EventSink, Writer } from "./ports.ts";
import type { ReconciledKind } from "./reconciled-kind.ts";

/** What reporting needs. */
export interface ReporterContext<T, S extends Status> {
  readonly kind: ReconciledKind<T, S>;
  readonly writer: Writer;
  readonly events: EventSink;
  readonly nowIso: string;
}

/** The status as it is now, and what became of it. */
export interface Reported<S> {
  readonly status: S;
  readonly written: boolean;
  readonly failure: ApiFailure | undefined;
  /** It is not stored yet: look again after this time. */
  readonly waitMs: number | undefined;
}

/**
 * Numbers that move during a rollout are stored this often at most; what matters is stored at once. A first start is over before, so that
 * it costs two writes.
 */
const DETAIL_EVERY_MS = 20_000;

/** Stores the status when it differs from what the object carries. */
export async function report<T, S extends Status>(
  object: KubeObject,
  observation: Observation,
  context: ReporterContext<T, S>,
  pace: { readonly reportedAt: number | undefined; readonly now: number },
  signal: AbortSignal,
): Promise<Reported<S>> {
  const status = context.kind.statusOf(object, observation, context.nowIso);
  const before = statusIn(object);
  const same = { status, written: false, failure: undefined, waitMs: undefined };
  if (canonicalJson(status) === canonicalJson(object["status"] ?? {})) return same;
  const waitMs = (pace.reportedAt ?? Number.NEGATIVE_INFINITY) + DETAIL_EVERY_MS - pace.now;
  if (waitMs > 0 && !isTransition(before, status)) return { ...same, waitMs };
  const answer = await context.writer.report(object, status, signal);
  if (!answer.ok) return { ...same, failure: answer.failure };
  for (const event of transitions(before, status)) context.events(object, event);
  return { ...same, written: true };
}

/** Conditions that say how the whole is, as against those of its parts, which move often while it starts. */
const WHOLE: ReadonlySet<string> = new Set([
  "Ready",
  "Available",
  "Stalled",
  "ConfigValid",
  "Paused",
]);

/**
 * A change that somebody may wait for: of the phase, of the whole's conditions, of the generation that was seen. On the way to the first
 * Running the proxies serve a moment before the rest does: that is a number like the others.
 */
export function isTransition(before: Status, after: Status): boolean {
  const isStarting = before.phase === "Pending" && after.phase === "Pending";
  const shape = ({ phase, observedGeneration, conditions = [] }: Status): string => {
    const whole = conditions.filter(({ type }) => {
      return WHOLE.has(type) && !(isStarting && type === "Available");
    });
    return canonicalJson([
      phase,
      observedGeneration,
      whole.map(({ type, status, observedGeneration: seen }) => [type, status, seen]),
    ]);
  };
  return shape(before) !== shape(after);
}

/** Conditions whose change to this status is worth an event. */
const NOTED: readonly {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: EventReason;
  readonly event: "Normal" | "Warning";
}[] = [
  { type: "ConfigValid", status: "False", reason: "ConfigInvalid", event: "Warning" },
  { type: "Stalled", status: "True", reason: "Stalled", event: "Warning" },
  { type: "Paused", status: "True", reason: "Paused", event: "Normal" },
];
const PHASES: Readonly<Record<string, { reason: EventReason; event: "Normal" | "Warning" }>> = {
  Running: { reason: "Running", event: "Normal" },
  Degraded: { reason: "Degraded", event: "Warning" },
  Failed: { reason: "Failed", event: "Warning" },
};

/** The events between two statuses; pure. */
export function transitions(before: Status, after: Status): Parameters<EventSink>[1][] {
  const noted = NOTED.flatMap(({ type, status, reason, event }) => {
    const now = findCondition(after.conditions, type);
    if (now?.status !== status) return [];
    if (findCondition(before.conditions, type)?.status === status) return [];
    return [{ type: event, reason, action: "Reconcile", note: `${now.reason}: ${now.message}` }];
  });
  const lost = lostVolumes(before, after);
  const phase = PHASES[after.phase ?? ""];
  if (phase === undefined || before.phase === after.phase) return [...noted, ...lost];
  const why = findCondition(after.conditions, "Ready")?.message ?? "";
  return [
    ...noted,
    ...lost,
    {
      type: phase.event,
      reason: phase.reason,
      action: "Reconcile",
      note: `${after.phase}: ${why}`,
    },
  ];
}

/** All is ready, and yet somebody should act before a pod stops. */
function lostVolumes(before: Status, after: Status): Parameters<EventSink>[1][] {
  const reason = "VolumeGoing";
  return (after.conditions ?? [])
    .filter((now) => now.reason === reason)
    .filter(({ type }) => findCondition(before.conditions, type)?.reason !== reason)
    .map(({ message: note }) => ({ type: "Warning", reason, action: "Reconcile", note }));
}

function statusIn(object: KubeObject): Status {
  const status = object["status"];
  return typeof status === "object" && status !== null ? status : {};
}
