/** Sets of members of which one is the primary: keeps who it is, tells the pods, and leads clients to it (ADR-0039). */
import type { KubeObject } from "../domain/kube-object.ts";
import {
  type Decision,
  decideReplication,
  type MemberPod,
} from "../domain/replication/decision.ts";
import { recordName } from "../domain/replication/record.ts";
import { isAsFound } from "./adoption.ts";
import { namedMember } from "./annotations.ts";
import type { ApiFailure } from "./api-result.ts";
import { isMemberOf, memberOf, newestTold, tellAll } from "./member-pods.ts";
import type { Intent } from "./ownership.ts";
import type { Cache, Writer } from "./ports.ts";
import {
  firstRecord,
  keptIn,
  recordData,
  recordMap,
  replaceOperations,
} from "./replication-record.ts";
import { POD } from "./resource.ts";
import type { StagedChild } from "./stage-pass.ts";

/** What replication needs. */
export interface ReplicationContext {
  readonly cache: Cache;
  readonly writer: Writer;
  readonly wallClock: () => Date;
}

/** What was done about one set of members. */
export interface ReplicationStep {
  readonly workload: KubeObject;
  /** Whether there is a primary that is ready. */
  readonly isLed: boolean;
  /** For people: who the primary is, or what keeps the set without one. */
  readonly note?: string;
  /** What was decided now, as a sentence. */
  readonly news?: string;
  /** Milliseconds after which the clock alone may change the answer. */
  readonly waitMs?: number;
  readonly failure?: ApiFailure;
}

/** Makes the records that are missing; before the workloads, whose pods do not start without. */
export async function foundSets(
  intents: readonly Intent[],
  { cache, writer, wallClock }: ReplicationContext,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  for (const { child, object } of intents) {
    const key = keyOf(object);
    if (child.replication === undefined || recordMap(cache, key) !== undefined) continue;
    const record = firstRecord(cache, key, child.replication.members, wallClock());
    const answer = await writer.create(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: recordName(key.name),
          namespace: key.namespace,
          ...(object.metadata.labels === undefined ? {} : { labels: object.metadata.labels }),
        },
        data: recordData(record, wallClock(), ""),
      },
      signal,
    );
    // One that the cache does not show yet, or somebody else's of that name, which the step below tells.
    if (!answer.ok && answer.failure.kind !== "conflict") return answer.failure;
  }
  return undefined;
}

/** Looks at every set of members and does what is to be done now. */
export async function replicationPass(
  children: readonly StagedChild[],
  owner: KubeObject,
  context: ReplicationContext,
  signal: AbortSignal,
): Promise<readonly ReplicationStep[]> {
  const steps: ReplicationStep[] = [];
  for (const { intent, live } of children) {
    const { replication } = intent.child;
    if (replication === undefined || live === undefined || isAsFound(live)) continue;
    steps.push(await stepOf(live, replication.members, owner, context, signal));
  }
  return steps;
}

/** The children with what is to be said of their primaries. */
export function withPrimaries(
  children: readonly StagedChild[],
  steps: readonly ReplicationStep[],
): readonly StagedChild[] {
  return children.map((child) => {
    const step = steps.find(({ workload }) => workload === child.live);
    if (step === undefined) return child;
    const health = healthWith(step, child);
    return step.note === undefined ? { ...child, health } : { ...child, health, note: step.note };
  });
}

/** All pods may be well while clients have nobody to go to, or more of them are there than are asked for. */
function healthWith(
  { isLed, note }: ReplicationStep,
  { intent: { child }, health }: StagedChild,
): StagedChild["health"] {
  if (!health.ready) return health;
  const asked = child.replication?.members ?? health.desired;
  const leaving = health.desired - asked;
  if (isLed && leaving <= 0) return health;
  const message = isLed
    ? `${leaving} more members than asked for are to leave`
    : (note ?? "has no primary");
  return { ...health, ready: false, reason: "Progressing", message };
}

async function stepOf(
  workload: KubeObject,
  members: number,
  owner: KubeObject,
  context: ReplicationContext,
  signal: AbortSignal,
): Promise<ReplicationStep> {
  const { cache, wallClock } = context;
  const key = keyOf(workload);
  const map = recordMap(cache, key);
  const kept = map && keptIn(map);
  if (map === undefined || kept === undefined) {
    const note = `ConfigMap ${recordName(key.name)} does not say who the primary is; where it is not the operator's, give it another name`;
    return { workload, isLed: false, note };
  }
  const live = cache.list(POD, key.namespace).filter((pod) => isMemberOf(pod, key.name));
  const pods = live.map((pod) => memberOf(pod, workload));
  const wishes = {
    members,
    preferred: namedMember(owner, "primary", key.name),
    forced: namedMember(owner, "force-primary", key.name),
  };
  const newer = newestTold(live, kept.record);
  const decision: Decision =
    newer === undefined
      ? decideReplication(kept, pods, wishes, wallClock().getTime())
      : { kind: "change", record: newer, why: "its pods know of it, and the record was older" };
  const done = await carryOut(decision, { workload, map, live, pods }, context, signal);
  const record = decision.kind === "change" ? decision.record : kept.record;
  const isLed = pods.some(({ name, isReady }) => isReady && name === record.primary);
  if (done.failure !== undefined) return { workload, isLed, ...done };
  const failure =
    decision.kind === "dissolve" ? undefined : await tellAll(live, record, context.writer, signal);
  return { workload, isLed, ...done, ...(failure === undefined ? {} : { failure }) };
}

interface Seen {
  readonly workload: KubeObject;
  readonly map: KubeObject;
  readonly live: readonly KubeObject[];
  readonly pods: readonly MemberPod[];
}

type Done = Omit<ReplicationStep, "workload" | "isLed">;

async function carryOut(
  decision: Decision,
  seen: Seen,
  context: ReplicationContext,
  signal: AbortSignal,
): Promise<Done> {
  switch (decision.kind) {
    case "keep": {
      const { kind: _, ...kept } = decision;
      return kept;
    }
    case "change":
      return change(decision, seen, context, signal);
    case "restart": {
      const { pod, why } = decision;
      const object = seen.live.find(({ metadata }) => metadata.uid === pod.uid);
      const news = `${pod.name} stops: it ${why}`;
      return object === undefined ? {} : remove(object, news, context, signal);
    }
    case "dissolve":
      return remove(seen.map, "one server is left", context, signal);
  }
}

/** After what was done, it is looked at soon: what follows is not always an event. */
const SOON_MS = 1_000;

async function change(
  { record, why }: Decision & { kind: "change" },
  { map, pods }: Seen,
  { writer, wallClock }: ReplicationContext,
  signal: AbortSignal,
): Promise<Done> {
  const { primary, term } = record;
  const uid = pods.find(({ name }) => name === primary)?.uid ?? "";
  const operations = replaceOperations(map, recordData(record, wallClock(), uid));
  const answer = await writer.patch(map, operations, signal);
  // What was read is not the newest: the next pass decides from what is.
  if (!answer.ok) return { failure: asRace(answer.failure) };
  const news = `${primary} is the primary of term ${term}: ${why}`;
  return { note: `${primary} is the primary`, news, waitMs: SOON_MS };
}

async function remove(
  object: KubeObject,
  news: string,
  { writer }: ReplicationContext,
  signal: AbortSignal,
): Promise<Done> {
  const answer = await writer.remove(object, "Background", signal);
  if (!answer.ok) return { failure: answer.failure };
  return { news, waitMs: SOON_MS };
}

function asRace(failure: ApiFailure): ApiFailure {
  return failure.kind === "invalid" ? { ...failure, kind: "conflict" } : failure;
}

function keyOf({ metadata: { namespace = "", name } }: KubeObject) {
  return { namespace, name };
}
