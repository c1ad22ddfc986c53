/** Whether at any time two processes wrote, told by what each of them sent and when. */
import type { RecordedRequest } from "../../../tools/fault-proxy/fault-proxy.ts";

/** What one process sent, through a proxy of its own. */
export interface Traffic {
  readonly process: string;
  readonly requests: readonly RecordedRequest[];
}

/** What was found. */
export interface LeadershipProof {
  readonly writes: number;
  /** How often another process than before took the lease. */
  readonly changes: number;
  /** Writes beside the lease's holder, in words. */
  readonly violations: readonly string[];
}

const WRITES: ReadonlySet<string> = new Set([
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
]);

interface Hold {
  readonly process: string;
  readonly sinceMs: number;
}

/**
 * The API server takes a write of the Lease only on the version that the writer has seen, so those that worked are in a row: each
 * says who holds it from then on. A write is right when its process held the lease as it was sent and until it was answered.
 */
export function proveLeadership(traffic: readonly Traffic[]): LeadershipProof {
  const holds = traffic.flatMap(holdsOf).toSorted((a, b) => a.sinceMs - b.sinceMs);
  const writes = traffic.flatMap(({ process, requests }) =>
    requests
      .filter(({ verb, resource }) => WRITES.has(verb) && resource !== "leases")
      .map((request) => ({ process, request })),
  );
  const violations = writes.flatMap(({ process, request }) => {
    const { atMs, answeredAtMs = atMs, verb, resource, name } = request;
    const before = holds.findLast(({ sinceMs }) => sinceMs <= atMs);
    const others = holds.filter(
      (hold) => hold.process !== process && hold.sinceMs > atMs && hold.sinceMs <= answeredAtMs,
    );
    if (before?.process === process && others.length === 0) return [];
    const holder = before?.process === process ? others[0]?.process : before?.process;
    return [`${process}: ${verb} ${resource}/${name} while ${holder ?? "nobody"} held the lease`];
  });
  const changes = holds.filter(({ process }, index) => holds[index - 1]?.process !== process);
  return { writes: writes.length, changes: changes.length, violations };
}

/** A lease is held from the moment its request was sent: the holder may write as soon as the server took it. */
function holdsOf({ process, requests }: Traffic): Hold[] {
  return requests
    .filter(({ resource, verb }) => resource === "leases" && WRITES.has(verb))
    .filter(({ status = 0 }) => status >= 200 && status < 300)
    .map(({ atMs }) => ({ process, sinceMs: atMs }));
}
