import { deepEqual, equal, match } from "node:assert/strict";
import { describe, it } from "node:test";
import type { DataMark } from "../../../src/domain/data-mark.ts";
import { unmetNeeds } from "../../../src/domain/prism-cluster/children.ts";
import { childrenOf, clusterOf, renderFacts } from "./children-case.ts";

/** What the operator says of a spec while the volumes of one workload hold this. */
function saidOf(spec: object, workload: string, mark: DataMark, ordinals = [0]) {
  const facts = renderFacts({
    dataMarks: (name) =>
      name === workload
        ? ordinals.map((ordinal) => ({ claim: `data-${name}-${ordinal}`, ordinal, mark }))
        : [],
  });
  return unmetNeeds(clusterOf(spec), facts);
}

const POSTGRES_16: DataMark = { type: "postgres", version: "16-alpine", members: 1 };
const KAFKA: DataMark = { type: "kafka", version: "4.2.0", members: 3 };
const NATS: DataMark = { type: "nats", version: "2.12-alpine", members: 5 };
const MINIO: DataMark = { type: "minio", version: undefined, members: 4 };
const REDIS: DataMark = { type: "redis", version: "7.4-alpine", members: 1 };
const ADMIN: DataMark = { type: "prism-admin", version: undefined, members: 1 };

/** Title, spec of the backends, what its volumes hold. */
const refused: readonly (readonly [string, string, object, DataMark, RegExp])[] = [
  [
    "another major version of PostgreSQL",
    "postgres",
    { postgres: { version: "17-alpine" } },
    POSTGRES_16,
    /^volume data-postgres-0 holds data of PostgreSQL 16-alpine; set version 16-alpine, or migrate \(.*pg_dump.*\), or delete the volume claim$/,
  ],
  [
    "an older version of Redis",
    "redis",
    { redis: { version: "7.2" } },
    REDIS,
    /holds data of Redis 7\.4-alpine/,
  ],
  [
    "fewer members of Kafka",
    "kafka",
    { kafka: { version: "4.2.0", replicas: 1 } },
    KAFKA,
    /^volume data-kafka-0 is of 3 members of Kafka: their number is fixed; set replicas 3/,
  ],
  [
    "more members of Kafka, where the number is the default",
    "kafka",
    { kafka: { version: "4.2.0" } },
    { ...KAFKA, members: 1 },
    /set replicas 1/,
  ],
  ["more members of MinIO", "minio", { minio: { replicas: 8 } }, MINIO, /set replicas 4/],
  [
    "a part of a JetStream cluster without majority",
    "nats",
    { nats: { version: "2.12-alpine", replicas: 1 } },
    NATS,
    /set replicas 5/,
  ],
  [
    "another type of server",
    "cache",
    { cache: { type: "nats" } },
    REDIS,
    /^volume data-cache-0 holds data of Redis; set type redis/,
  ],
];

describe("a backend is not started on volumes of", () => {
  for (const [title, name, backends, mark, message] of refused) {
    it(title, () => {
      const [need, ...others] = saidOf({ backends }, name, mark);
      equal(others.length, 0);
      deepEqual(
        [need?.component, need?.reason, need?.holdsBack],
        [{ kind: "backend", name }, "DataUnreadable", true],
      );
      match(need?.message ?? "", message);
    });
  }
});

const started: readonly (readonly [string, string, object, DataMark])[] = [
  ["the same version", "postgres", { postgres: { version: "16-alpine" } }, POSTGRES_16],
  ["an earlier minor release", "postgres", { postgres: { version: "16.9" } }, POSTGRES_16],
  ["an older Redis", "redis", { redis: { version: "8.0" } }, REDIS],
  ["a version that cannot be compared", "redis", { redis: { version: "latest" } }, REDIS],
  ["a version that only the image says", "redis", { redis: { image: "my/redis:1" } }, REDIS],
  ["a majority of the JetStream cluster", "nats", { nats: { replicas: 3 } }, NATS],
  ["the same members", "kafka", { kafka: { version: "4.2.0", replicas: 3 } }, KAFKA],
];

describe("a backend is started on volumes of", () => {
  for (const [title, name, backends, mark] of started) {
    it(title, () => deepEqual(saidOf({ backends }, name, mark), []));
  }

  it("a member that is not asked for", () => {
    const shrunk = { ...NATS, members: 7 };
    deepEqual(saidOf({ backends: { nats: { replicas: 3 } } }, "nats", shrunk, [5, 6]), []);
  });

  it("a backend that runs elsewhere now", () => {
    const backends = { postgres: { version: "17", external: { url: "postgres://db:5432/x" } } };
    deepEqual(saidOf({ backends }, "postgres", POSTGRES_16), []);
  });
});

describe("admin", () => {
  it("is not started with another number of members than its volumes were made for", () => {
    const [need] = saidOf({ admin: { replicas: 3 } }, "prism-admin", ADMIN);
    deepEqual([need?.component, need?.holdsBack], [{ kind: "admin" }, true]);
    match(need?.message ?? "", /^volume data-prism-admin-0 is of 1 member of prism-admin/);
    deepEqual(saidOf({ admin: { replicas: 1 } }, "prism-admin", ADMIN), []);
  });

  it("on PostgreSQL has no volumes", () => {
    const admin = { replicas: 3, storage: { type: "postgres" } };
    deepEqual(saidOf({ admin, backends: { postgres: {} } }, "prism-admin", ADMIN), []);
  });
});

it("every StatefulSet with a volume of servers says what it will hold", () => {
  const backends = { postgres: { version: "16" }, kafka: { version: "4.2.0" }, redis: {} };
  const marks = childrenOf({ backends }).flatMap(({ data }) => (data === undefined ? [] : [data]));
  deepEqual(marks, [
    { type: "kafka", version: "4.2.0", members: 3 },
    { type: "postgres", version: "16", members: 1 },
    { type: "redis", version: "7.4-alpine", members: 1 },
    ADMIN,
  ]);
});
