/** Who is to be the primary, from what is seen of the pods; pure. That data is safe is the members' own work: a wrong choice costs time (ADR-0039). */
import { ordinalOf, type ReplicationRecord } from "./record.ts";

/** One pod of the members' StatefulSet. */
export interface MemberPod {
  readonly name: string;
  readonly uid: string;
  readonly isReady: boolean;
  /** Whether its containers run, ready or not. */
  readonly isRunning: boolean;
  /** Since when it is not ready; milliseconds since 1970. */
  readonly unreadySinceMs: number | undefined;
  readonly terminatingSinceMs: number | undefined;
  /** Of the newest revision. */
  readonly isUpdated: boolean;
  /** Runs a member's program; false for the pod of a single server. */
  readonly isMember: boolean;
}

/** What is kept of the primary beside the record. */
export interface Kept {
  readonly record: ReplicationRecord;
  /** When the record was last changed; milliseconds since 1970. */
  readonly sinceMs: number;
  /** Uid of the pod that was made the primary. */
  readonly pod: string;
}

/** What the members are to be. */
export interface Wishes {
  /** Number of members that the object asks for. */
  readonly members: number;
  /** A person's choice for when all is well. */
  readonly preferred: string | undefined;
  /** A person's choice for when there are not enough votes. */
  readonly forced: string | undefined;
}

/** What is to be done. `waitMs`: the clock alone changes the answer then. */
export type Decision =
  | { readonly kind: "keep"; readonly note?: string; readonly waitMs?: number }
  | { readonly kind: "change"; readonly record: ReplicationRecord; readonly why: string }
  /** Stop this pod in peace: it hands on what it has, and another one is made the primary. */
  | { readonly kind: "restart"; readonly pod: MemberPod; readonly why: string }
  /** One server is left, and nobody to be told. */
  | { readonly kind: "dissolve" };

/** A primary that is asked to stop sends what it has to the others first. */
export const STOPPING_MS = 5_000;
/** Not ready for so long is lost. Readiness itself takes about as long again to turn. */
export const LOST_MS = 10_000;
/** Who was just chosen has so long to gather votes. */
export const ELECTION_MS = 15_000;
/** Then members are tried that are not ready themselves: they may have what is needed all the same. */
export const DESPERATE_MS = 60_000;
/** A handover that nothing forces waits until the last change has settled. */
export const CALM_MS = 30_000;
/**
 * Who was just chosen looks ready as long as its probe has not failed, or its node has not been missed (40 s): until then nothing is built on
 * it, and above all no other member let go.
 */
export const SETTLED_MS = 60_000;

/** Decides about one set of members. */
export function decideReplication(
  kept: Kept,
  pods: readonly MemberPod[],
  wishes: Wishes,
  nowMs: number,
): Decision {
  const { record } = kept;
  const primary = pods.find(({ name }) => name === record.primary);
  if (record.term === record.epoch) return founding(kept, primary);
  const forced = forcedChange(kept, primary, pods, wishes);
  if (forced !== undefined) return forced;
  if (primary?.isReady && primary.terminatingSinceMs === undefined) {
    if (primary.uid !== kept.pod)
      return { kind: "change", record, why: `${primary.name} came back` };
    return whileWell(kept, primary, pods, wishes, nowMs);
  }
  return whileUnwell(kept, primary, pods, wishes, nowMs);
}

function founding({ record }: Kept, primary: MemberPod | undefined): Decision {
  if (primary === undefined || primary.terminatingSinceMs !== undefined) return { kind: "keep" };
  // A single server knows nothing of the others, and its StatefulSet would wait for them first.
  if (!primary.isMember)
    return { kind: "restart", pod: primary, why: "is one of several from now on" };
  const note = `waits for the first start of ${record.primary}`;
  if (!primary.isReady) return { kind: "keep", note };
  const why = `${record.primary} has its data`;
  return { kind: "change", record: { ...record, term: record.term + 1 }, why };
}

function forcedChange(
  { record }: Kept,
  primary: MemberPod | undefined,
  pods: readonly MemberPod[],
  { forced }: Wishes,
): Decision | undefined {
  const target = pods.find(({ name }) => name === forced);
  if (target === undefined || primary?.isReady) return undefined;
  if (record.mode === "forced" && record.primary === target.name) return undefined;
  const next = { ...record, term: record.term + 1, primary: target.name, mode: "forced" } as const;
  return { kind: "change", record: next, why: `prism.io/force-primary says ${target.name}` };
}

function whileWell(
  { record, sinceMs }: Kept,
  primary: MemberPod,
  pods: readonly MemberPod[],
  wishes: Wishes,
  nowMs: number,
): Decision {
  const note = `${record.primary} is the primary`;
  const isCalm = nowMs - sinceMs >= CALM_MS;
  const handOver = handOverReason(primary, pods, wishes);
  if (handOver !== undefined) {
    if (!isCalm) return { kind: "keep", note, waitMs: CALM_MS - (nowMs - sinceMs) };
    return { kind: "restart", pod: primary, why: handOver };
  }
  if (wishes.members === record.members) return { kind: "keep", note };
  const isInPlace = ordinalOf(primary.name) < wishes.members && areReady(pods, wishes.members);
  if (!isInPlace) return { kind: "keep", note };
  const settlesInMs = SETTLED_MS - (nowMs - sinceMs);
  if (settlesInMs > 0) return { kind: "keep", note, waitMs: settlesInMs };
  if (wishes.members === 1) return { kind: "dissolve" };
  const why = `${wishes.members} members instead of ${record.members}`;
  return { kind: "change", record: { ...record, members: wishes.members }, why };
}

/** Why another member should be the primary although this one is well; undefined while nobody could take over. */
function handOverReason(
  primary: MemberPod,
  pods: readonly MemberPod[],
  { members, preferred }: Wishes,
): string | undefined {
  const target = pods.find(({ name }) => name === preferred);
  const isLeaving = ordinalOf(primary.name) >= members;
  if (isLeaving && areReady(pods, members)) return `is not among the ${members} that stay`;
  if (target === undefined || target.name === primary.name || isLeaving) return undefined;
  const areWell = pods.every(
    ({ isReady, terminatingSinceMs }) => isReady && terminatingSinceMs === undefined,
  );
  return areWell ? `prism.io/primary says ${target.name}` : undefined;
}

function areReady(pods: readonly MemberPod[], members: number): boolean {
  const ready = pods.filter(
    ({ name, isReady, terminatingSinceMs }) =>
      isReady && terminatingSinceMs === undefined && ordinalOf(name) < members,
  );
  return ready.length >= members;
}

function whileUnwell(
  kept: Kept,
  primary: MemberPod | undefined,
  pods: readonly MemberPod[],
  wishes: Wishes,
  nowMs: number,
): Decision {
  const { record, sinceMs } = kept;
  const lost = lossOf(kept, primary, nowMs);
  const unwellMs = nowMs - Math.max(sinceMs, primary?.unreadySinceMs ?? sinceMs);
  const candidates = candidatesFor(kept, pods, wishes);
  const next =
    candidates.find(({ isReady }) => isReady) ??
    (unwellMs >= DESPERATE_MS ? candidates[0] : undefined);
  if (next === undefined) {
    const note = `primary ${record.primary} ${lost.why}, and no other member is ready`;
    return { kind: "keep", note, waitMs: Math.max(DESPERATE_MS - unwellMs, LOST_MS) };
  }
  if (lost.waitMs > 0) {
    return { kind: "keep", note: `primary ${record.primary} ${lost.why}`, waitMs: lost.waitMs };
  }
  const changed = { ...record, term: record.term + 1, primary: next.name, mode: "quorum" } as const;
  return { kind: "change", record: changed, why: `${record.primary} ${lost.why}` };
}

/** Why a primary counts as lost, and how long it has still to come back. */
function lossOf(
  { sinceMs, pod }: Kept,
  primary: MemberPod | undefined,
  nowMs: number,
): { readonly why: string; readonly waitMs: number } {
  if (primary === undefined) return { why: "is gone", waitMs: 0 };
  if (primary.uid !== pod) return { why: "was made anew", waitMs: 0 };
  const { terminatingSinceMs, unreadySinceMs = nowMs } = primary;
  if (terminatingSinceMs !== undefined) {
    return { why: "is stopping", waitMs: terminatingSinceMs + STOPPING_MS - nowMs };
  }
  const until = Math.max(unreadySinceMs + LOST_MS, sinceMs + ELECTION_MS);
  return { why: "is not ready", waitMs: until - nowMs };
}

/** Who may be tried, the best first. Each gets its turn: who has less than another one stands back by itself. */
function candidatesFor(
  { record }: Kept,
  pods: readonly MemberPod[],
  wishes: Wishes,
): readonly MemberPod[] {
  const turn = (name: string): number =>
    (ordinalOf(name) - ordinalOf(record.primary) + record.members) % record.members;
  const rank = (pod: MemberPod): readonly number[] => [
    Number(ordinalOf(pod.name) >= wishes.members),
    Number(!pod.isReady),
    Number(pod.name !== wishes.preferred),
    Number(!pod.isUpdated),
    turn(pod.name),
  ];
  return pods
    .filter(({ name, isRunning, terminatingSinceMs }) => {
      const isOther = name !== record.primary && ordinalOf(name) < record.members;
      return isOther && isRunning && terminatingSinceMs === undefined;
    })
    .toSorted((a, b) => compare(rank(a), rank(b)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
