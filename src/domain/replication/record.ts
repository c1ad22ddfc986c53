/** Who the primary of replicated servers is: what is kept, and what the members are told (ADR-0039). */

/**
 * Terms rise by one with every change of the primary, and each belongs to one member. The first, the epoch, is the time of the founding in
 * seconds, so that a set of members that is founded anew has higher terms than any that left volumes behind.
 */
export interface ReplicationRecord {
  readonly term: number;
  /** Name of the pod. */
  readonly primary: string;
  /** Copies of earlier terms count for nothing. While it is the term, the primary founds: it may begin without votes and without data. */
  readonly epoch: number;
  /** How many members there are to vote and to acknowledge. */
  readonly members: number;
  /** `forced`: a person said that this member is to begin without enough votes. */
  readonly mode: "quorum" | "forced";
}

/** Annotation of pods that tells them the record. */
export const TOLD_ANNOTATION = "prism.io/replication";
/** Label of the pod that clients are led to. */
export const ROLE_LABEL = "prism.io/role";
/** Its value there. */
export const PRIMARY_ROLE = "primary";
/** Volume of a member's pod that shows it the record; the pod of a single server has none. */
export const TOLD_VOLUME = "primary";
/** Key of the record in its ConfigMap. */
export const RECORD_KEY = "record";

/** Name of the ConfigMap that keeps the record of a workload. */
export function recordName(workload: string): string {
  return `${workload}-primary`;
}

/** The record as one line, as the members read it. */
export function printRecord({ term, primary, epoch, members, mode }: ReplicationRecord): string {
  return `${term} ${primary} ${epoch} ${members} ${mode}`;
}

const LINE = /^([1-9]\d{0,14}) ([a-z0-9-]{1,63}) ([1-9]\d{0,14}) ([1-9]\d?) (quorum|forced)$/;

/** The record that a line says; undefined for what is none. */
export function parseRecord(line: string | undefined): ReplicationRecord | undefined {
  const [, term, primary, epoch, members, mode] = LINE.exec(line?.trim() ?? "") ?? [];
  if (primary === undefined) return undefined;
  return {
    term: Number(term),
    primary,
    epoch: Number(epoch),
    members: Number(members),
    mode: mode === "forced" ? "forced" : "quorum",
  };
}

/** Ordinal of a member of a StatefulSet by its name. */
export function ordinalOf(name: string): number {
  return Number(/-(\d{1,4})$/.exec(name)?.[1] ?? Number.NaN);
}
