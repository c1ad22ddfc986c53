import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT, databaseOf } from "../children/connection.ts";
import { credentialsName } from "../children/credentials.ts";
import { scratchMount } from "../children/mounts.ts";
import type { NamedBackend, Stack } from "../children/stack.ts";
import { tenantUsers } from "../tenants/tenant-users.ts";
import { serverChildren, serverImage } from "./server.ts";
import { settingsOf } from "./settings.ts";

/** User `postgres` of the official images: 70 in the Alpine ones, 999 in the others. The server insists on owning its files. */
function userOf(image: string) {
  const id = image.includes("alpine") ? 70 : 999;
  return { uid: id, gid: id };
}

/** PostgreSQL: one server. Several would be several databases behind one name, and are refused. */
export function postgresChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const secret = credentialsName(backend.name);
  const image = serverImage(backend, "postgres");
  const part = backendPart(backend);
  const fromSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  return serverChildren(stack, backend, {
    part,
    tenants: tenantUsers(stack, part, backend, image),
    replicas: backend.spec.replicas ?? 1,
    container: {
      image,
      args: serverArgs(backend),
      env: [
        { name: "POSTGRES_DB", value: databaseOf(backend) },
        fromSecret("POSTGRES_USER", "username"),
        fromSecret("POSTGRES_PASSWORD", "password"),
        { name: "POSTGRES_INITDB_ARGS", value: "--auth-host=scram-sha-256 --data-checksums" },
        { name: "PGDATA", value: "/data/pgdata" },
      ],
      probes: PROBES,
    },
    resources: backend.spec.resources,
    ports: [{ name: "postgres", port: CLIENT_PORT.postgres }],
    // Not below /var/lib/postgresql: images from version 18 on refuse a volume at the path that older ones use.
    dataPath: "/data",
    user: userOf(image),
    graceSeconds: 120,
    mounts: [scratchMount("run", "/var/run/postgresql"), { ...SHARED_MEMORY }],
    uses: {
      keys: [
        { kind: "Secret", name: secret, key: "username" },
        { kind: "Secret", name: secret, key: "password" },
      ],
    },
  });
}

/** A container's /dev/shm has 64 MiB, too little for parallel queries. */
const SHARED_MEMORY = {
  name: "shm",
  path: "/dev/shm",
  source: { emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
} as const;

function serverArgs(backend: NamedBackend): readonly string[] {
  const settings = [
    ["listen_addresses", "*"],
    ["port", String(CLIENT_PORT.postgres)],
    ["password_encryption", "scram-sha-256"],
    ["unix_socket_directories", "/var/run/postgresql"],
    ...settingsOf(backend),
  ];
  return settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** Over TCP: while the first start fills the database, the server listens on its socket alone. */
const READY = {
  exec: {
    command: ["sh", "-c", 'exec pg_isready -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'],
  },
};
const PROBES = {
  startup: { ...READY, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 120 },
  readiness: { ...READY, timeoutSeconds: 5 },
  liveness: { ...READY, timeoutSeconds: 5, failureThreshold: 6 },
};
