import { deepEqual, equal, match } from "node:assert/strict";
import { describe, it } from "node:test";
import {
  CALM_MS,
  DESPERATE_MS,
  type Decision,
  decideReplication,
  ELECTION_MS,
  type Kept,
  LOST_MS,
  type MemberPod,
  SETTLED_MS,
  STOPPING_MS,
  type Wishes,
} from "../../../src/domain/replication/decision.ts";
import {
  parseRecord,
  printRecord,
  type ReplicationRecord,
} from "../../../src/domain/replication/record.ts";

const NOW = 1_800_000_000_000;
const LONG_AGO = NOW - 3_600_000;
const RECORD: ReplicationRecord = {
  term: 102,
  primary: "redis-0",
  epoch: 100,
  members: 3,
  mode: "quorum",
};
const WISHES: Wishes = { members: 3, preferred: undefined, forced: undefined };

function pod(ordinal: number, more: Partial<MemberPod> = {}): MemberPod {
  return {
    name: `redis-${ordinal}`,
    uid: `uid-${ordinal}`,
    isReady: true,
    isRunning: true,
    unreadySinceMs: undefined,
    terminatingSinceMs: undefined,
    isUpdated: true,
    isMember: true,
    ...more,
  };
}

function unready(ordinal: number, forMs: number): MemberPod {
  return pod(ordinal, { isReady: false, unreadySinceMs: NOW - forMs });
}

interface Seen {
  readonly pods: readonly MemberPod[];
  readonly record?: Partial<ReplicationRecord>;
  readonly sinceMs?: number;
  readonly pod?: string;
  readonly wishes?: Partial<Wishes>;
}

function decide({ pods, record, sinceMs = LONG_AGO, pod: uid = "uid-0", wishes }: Seen): Decision {
  const kept: Kept = { record: { ...RECORD, ...record }, sinceMs, pod: uid };
  return decideReplication(kept, pods, { ...WISHES, ...wishes }, NOW);
}

/** Who is made the primary; the kind of decision where nobody is. */
function chosen(seen: Seen): string {
  const decision = decide(seen);
  return decision.kind === "change"
    ? `${decision.record.primary} ${decision.record.term}`
    : decision.kind;
}

describe("who is the primary", () => {
  it("stays it while it is ready", () => {
    deepEqual(decide({ pods: [pod(0), pod(1), pod(2)] }), {
      kind: "keep",
      note: "redis-0 is the primary",
    });
  });

  it("stays it for a moment while it is not ready, then another one takes its place in the next term", () => {
    const waits = decide({ pods: [unready(0, LOST_MS - 2_000), pod(1), pod(2)] });
    deepEqual(waits, { kind: "keep", note: "primary redis-0 is not ready", waitMs: 2_000 });
    equal(chosen({ pods: [unready(0, LOST_MS), pod(1), pod(2)] }), "redis-1 103");
  });

  it("is another one at once when its pod is gone or made anew", () => {
    equal(chosen({ pods: [pod(1), pod(2)] }), "redis-1 103");
    const anew = pod(0, { uid: "another", isReady: false, unreadySinceMs: NOW });
    equal(chosen({ pods: [anew, pod(1), pod(2)] }), "redis-1 103");
  });

  it("may send what it has before it stops, but not for ever", () => {
    const stopping = (forMs: number) => pod(0, { terminatingSinceMs: NOW - forMs });
    equal(chosen({ pods: [stopping(0), pod(1), pod(2)] }), "keep");
    equal(chosen({ pods: [stopping(STOPPING_MS), pod(1), pod(2)] }), "redis-1 103");
  });

  it("is none that is not ready, is stopping or is no member, as long as another one may come back", () => {
    const stopping = pod(2, { terminatingSinceMs: NOW });
    equal(chosen({ pods: [unready(0, 20_000), unready(1, 20_000), stopping] }), "keep");
    equal(chosen({ pods: [unready(1, 20_000)] }), "redis-1 103");
    equal(chosen({ pods: [pod(3)], record: { members: 3 } }), "keep");
    const pods = [unready(0, DESPERATE_MS), unready(1, DESPERATE_MS)];
    equal(chosen({ pods }), "redis-1 103");
  });

  it("gets time to gather votes, and then gives the next one its turn", () => {
    const record = { term: 103, primary: "redis-1" };
    const pods = [unready(0, 1_000), unready(1, 20_000), pod(2)];
    const elected = (ago: number) => chosen({ pods, record, pod: "uid-1", sinceMs: NOW - ago });
    equal(elected(ELECTION_MS - 1), "keep");
    equal(elected(ELECTION_MS), "redis-2 104");
  });

  it("is again one that came back by itself before anybody took its place", () => {
    const decision = decide({ pods: [pod(0, { uid: "another" }), pod(1), pod(2)] });
    deepEqual(decision, { kind: "change", record: RECORD, why: "redis-0 came back" });
  });

  it("is rather one of the newest revision, so that a rollout does not stop it again", () => {
    const old = pod(1, { isUpdated: false });
    equal(chosen({ pods: [old, pod(2)] }), "redis-2 103");
  });
});

describe("the founding", () => {
  const record = { term: 100 };

  it("ends when the first member is ready; nobody takes its place before", () => {
    equal(chosen({ pods: [unready(0, 600_000), pod(1), pod(2)], record }), "keep");
    equal(chosen({ pods: [pod(1), pod(2)], record }), "keep");
    equal(chosen({ pods: [pod(0)], record }), "redis-0 101");
  });

  it("begins with a restart of what was a single server", () => {
    const decision = decide({ pods: [pod(0, { isMember: false }), pod(1)], record });
    equal(decision.kind === "restart" && decision.pod.name, "redis-0");
  });
});

describe("what a person asks for", () => {
  it("hands over to the member that is named, while all are well and the last change is a while ago", () => {
    const wishes = { preferred: "redis-2" };
    const all = [pod(0), pod(1), pod(2)];
    const decision = decide({ pods: all, wishes });
    equal(decision.kind === "restart" && decision.pod.name, "redis-0");
    equal(chosen({ pods: [pod(1), pod(2)], wishes }), "redis-2 103");
    equal(decide({ pods: all, wishes, sinceMs: NOW - CALM_MS + 1_000 }).kind, "keep");
    equal(decide({ pods: [pod(0), unready(1, 0), pod(2)], wishes }).kind, "keep");
    const record = { primary: "redis-2" };
    equal(decide({ pods: all, wishes, record, pod: "uid-2" }).kind, "keep");
  });

  it("makes a member the primary without votes, once, and not while there is one that works", () => {
    const wishes = { forced: "redis-1" };
    equal(decide({ pods: [pod(0), unready(1, 0)], wishes }).kind, "keep");
    const pods = [unready(1, 600_000)];
    const decision = decide({ pods, wishes });
    deepEqual(decision.kind === "change" && decision.record, {
      ...RECORD,
      term: 103,
      primary: "redis-1",
      mode: "forced",
    });
    const record = { primary: "redis-1", mode: "forced" } as const;
    equal(decide({ pods, wishes, record, pod: "uid-1" }).kind, "keep");
  });

  it("counts more members when all of them have a copy, and fewer when the primary is among those that stay", () => {
    const five = [0, 1, 2, 3, 4].map((ordinal) => pod(ordinal));
    const grows = decide({ pods: five, wishes: { members: 5 } });
    equal(grows.kind === "change" && grows.record.members, 5);
    equal(
      decide({
        pods: [...five.slice(1), unready(4, 0)],
        wishes: { members: 5 },
        record: { primary: "redis-1" },
        pod: "uid-1",
      }).kind,
      "keep",
    );
    const shrinks = decide({ pods: five, record: { members: 5 } });
    deepEqual(shrinks.kind === "change" && [shrinks.record.members, shrinks.record.term], [3, 102]);
    const record = { primary: "redis-4", members: 5 };
    const leaves = decide({ pods: five, record, pod: "uid-4" });
    match(leaves.kind === "restart" ? leaves.why : "", /not among the 3 that stay/);
    equal(chosen({ pods: five.slice(0, 4), record, pod: "uid-4" }), "redis-0 103");
  });

  it("lets no member go before whoever was just chosen has shown that it leads", () => {
    const chosenAgo = (ago: number, members: number) =>
      decide({ pods: [pod(0), pod(1), pod(2)], wishes: { members }, sinceMs: NOW - ago }).kind;
    equal(chosenAgo(SETTLED_MS - 1, 1), "keep");
    equal(chosenAgo(SETTLED_MS, 1), "dissolve");
    equal(chosenAgo(SETTLED_MS - 1, 2), "keep");
    equal(chosenAgo(SETTLED_MS, 2), "change");
  });

  it("ends replication when one server is asked for and the first one has everything", () => {
    const wishes = { members: 1 };
    equal(decide({ pods: [pod(0), pod(1), pod(2)], wishes }).kind, "dissolve");
    const record = { primary: "redis-1" };
    const decision = decide({ pods: [pod(0), pod(1), pod(2)], wishes, record, pod: "uid-1" });
    equal(decision.kind === "restart" && decision.pod.name, "redis-1");
    equal(chosen({ pods: [pod(0), pod(2)], wishes, record, pod: "uid-1" }), "redis-0 103");
  });
});

describe("a record", () => {
  it("is a line that reads back as it was", () => {
    equal(printRecord(RECORD), "102 redis-0 100 3 quorum");
    deepEqual(parseRecord(printRecord(RECORD)), RECORD);
    deepEqual(parseRecord("102 redis-0 100 3 forced\n")?.mode, "forced");
  });

  it("is none where a part is missing or is not as we write it", () => {
    for (const line of ["", "x", "102 redis-0 100 3", "0 redis-0 1 3 quorum", "1 a$b 1 3 quorum"])
      equal(parseRecord(line), undefined, line);
  });
});
