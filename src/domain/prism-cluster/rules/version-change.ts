import type { Findings } from "../../findings.ts";
import type { BackendType } from "../backend-type.ts";
import type { BackendView, ClusterView } from "./cluster-view.ts";

/** A version must be able to read what the one before it wrote (design, section 2). */
export function checkVersionChanges(
  cluster: ClusterView,
  old: ClusterView | undefined,
  findings: Findings,
): void {
  for (const backend of cluster.backends.values()) {
    const before = old?.backends.get(backend.name);
    if (before !== undefined && hasData(backend) && hasData(before)) {
      checkChange(backend, before, findings);
    }
  }
}

/** A disabled backend keeps its volumes, so what it had counts when it returns; one that runs elsewhere has none here. */
function hasData({ external, type }: BackendView): boolean {
  return !external && type !== undefined;
}

function checkChange(backend: BackendView, before: BackendView, findings: Findings): void {
  const { type, enabled, node } = backend;
  const version = node.at("version");
  const [now, was] = [version.text(), before.node.textAt("version")];
  if (!enabled || type === undefined || type !== before.type) return;
  if (now === undefined || was === undefined || now === was) return;
  const [numbers, oldNumbers] = [numbersOf(now), numbersOf(was)];
  if (numbers === undefined || oldNumbers === undefined) {
    findings.warn(version.path, `${was} and ${now} cannot be compared; a downgrade may lose data`);
    return;
  }
  const fault = changeFault(type, numbers, oldNumbers);
  if (fault !== undefined)
    findings.forbidden(version.path, `${was} to ${now}: ${fault}`, "version-change");
}

function changeFault(
  type: BackendType,
  now: readonly number[],
  was: readonly number[],
): string | undefined {
  const move = `add a backend of another name and ${MOVE[type]}`;
  if (type === "postgres" && now[0] !== was[0]) {
    return `PostgreSQL cannot read the data of another major version; ${move}`;
  }
  return compare(now, was) < 0 ? `an older version may not read newer data; ${move}` : undefined;
}

/** How data of a type gets to another server. */
const MOVE: Readonly<Record<BackendType, string>> = {
  redis: "copy the data with redis-cli --rdb or replication",
  nats: "copy the streams with nats stream backup",
  postgres: "copy the data with pg_dump and pg_restore",
  minio: "copy the buckets with mc mirror",
  kafka: "copy the topics with MirrorMaker",
};

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
