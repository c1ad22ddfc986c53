/** Which data a server can start on; the same for a change at admission and for volumes that were kept. */
import type { BackendType } from "./backend-type.ts";

/** The names that people know. */
export const PRODUCT: Readonly<Record<BackendType, string>> = {
  redis: "Redis",
  nats: "NATS",
  postgres: "PostgreSQL",
  minio: "MinIO",
  kafka: "Kafka",
};

/** How data of a type gets to another server. */
export const MIGRATION: Readonly<Record<BackendType, string>> = {
  redis: "copy the data with redis-cli --rdb or replication",
  nats: "copy the streams with nats stream backup",
  postgres: "copy the data with pg_dump and pg_restore",
  minio: "copy the buckets with mc mirror",
  kafka: "copy the topics with MirrorMaker",
};

/** Whether a version reads what another one wrote; `unknown` for tags that cannot be compared. */
export type Reading = "reads" | "other-major" | "older" | "unknown";

/** What the version `now` makes of data of `was`; both are tags of the official image. */
export function readingOf(type: BackendType, now: string, was: string): Reading {
  if (now === was) return "reads";
  const [numbers, oldNumbers] = [numbersOf(now), numbersOf(was)];
  if (numbers === undefined || oldNumbers === undefined) return "unknown";
  if (type === "postgres" && numbers[0] !== oldNumbers[0]) return "other-major";
  return compare(numbers, oldNumbers) < 0 ? "older" : "reads";
}

/**
 * Whether this many members can run on volumes of that many. A Kafka quorum and an erasure set of MinIO have a fixed
 * size; of a JetStream cluster a majority must remain, or the rest elects no leader.
 */
export function membersFit(type: BackendType, now: number, was: number): boolean {
  switch (type) {
    case "kafka":
    case "minio":
      return now === was;
    case "nats":
      return now * 2 > was;
    case "redis":
    case "postgres":
      return true;
  }
}

const RELEASE = /^v?(\d+(?:\.\d+)*)(?:[-_].*)?$/;
const MINIO_RELEASE = /^RELEASE\.(\d{4})-(\d{2})-(\d{2})T(\d{2})-(\d{2})-(\d{2})Z/;

/** The numbers of a tag such as 7.4-alpine or RELEASE.2025-09-07T16-13-09Z; undefined for latest and the like. */
function numbersOf(tag: string): readonly number[] | undefined {
  const minio = MINIO_RELEASE.exec(tag);
  if (minio !== null) return minio.slice(1).map(Number);
  const [, release] = RELEASE.exec(tag) ?? [];
  return release?.split(".").map(Number);
}

/** Compares as far as both say something: 7 and 7.4 are equal, since 7 may be any of its releases. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
