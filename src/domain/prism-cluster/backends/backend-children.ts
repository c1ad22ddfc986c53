import type { Child } from "../../child.ts";
import type { BackendType } from "../backend-type.ts";
import { backendPart } from "../children/backend-part.ts";
import type { Connection } from "../children/connection.ts";
import { connectionChildren } from "../children/connection-children.ts";
import type { NamedBackend, Stack } from "../children/stack.ts";
import { kafkaChildren } from "./kafka.ts";
import { minioChildren } from "./minio.ts";
import { natsChildren } from "./nats.ts";
import { postgresChildren } from "./postgres.ts";
import { redisChildren } from "./redis.ts";

type Render = (stack: Stack, backend: NamedBackend) => readonly Child[];

/** Adding a type: one file like these, its connection in `children/connection.ts`, one line here. */
const RENDER: Readonly<Record<BackendType, Render>> = {
  redis: redisChildren,
  nats: natsChildren,
  postgres: postgresChildren,
  minio: minioChildren,
  kafka: kafkaChildren,
};

/** Everything of one backend; of an external one only how to reach it. */
export function backendChildren(stack: Stack, connection: Connection): readonly Child[] {
  const { backend } = connection;
  const reach = connectionChildren(stack, backendPart(backend), connection);
  return backend.spec.external === undefined
    ? [...reach, ...RENDER[backend.type](stack, backend)]
    : reach;
}
