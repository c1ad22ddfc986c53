import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT, databaseOf } from "../children/connection.ts";
import { credentialsName } from "../children/credentials.ts";
import { scratchMount } from "../children/mounts.ts";
import type { Part } from "../children/part.ts";
import { wholeUnits } from "../children/quantity.ts";
import { membersOf, type NamedBackend, type Stack } from "../children/stack.ts";
import { memberPod } from "../replication/member-pod.ts";
import { POSTGRES_SCRIPT } from "../replication/postgres-script.ts";
import { serversOf } from "../replication/servers.ts";
import { tenantUsers } from "../tenants/tenant-users.ts";
import { DEFAULT_SIZE, serverChildren, serverImage } from "./server.ts";
import { settingsOf } from "./settings.ts";

/** User `postgres` of the official images: 70 in the Alpine ones, 999 in the others. The server insists on owning its files. */
function userOf(image: string) {
  const id = image.includes("alpine") ? 70 : 999;
  return { uid: id, gid: id };
}

/** PostgreSQL: one server, or several of which one is the primary (ADR-0039). */
export function postgresChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const secret = credentialsName(backend.name);
  const image = serverImage(backend, "postgres");
  const part = backendPart(backend);
  const servers = serversOf(stack, backend);
  const member = servers > 1 ? memberOf(stack, part, backend) : undefined;
  const fromSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const children = serverChildren(stack, backend, {
    part,
    tenants: tenantUsers(stack, part, backend, image),
    replicas: servers,
    container: {
      image,
      ...(member === undefined ? { args: serverArgs(backend) } : { command: member.command }),
      env: [
        { name: "POSTGRES_DB", value: databaseOf(backend) },
        fromSecret("POSTGRES_USER", "username"),
        fromSecret("POSTGRES_PASSWORD", "password"),
        { name: "POSTGRES_INITDB_ARGS", value: "--auth-host=scram-sha-256 --data-checksums" },
        { name: "PGDATA", value: "/data/pgdata" },
        ...(member?.env ?? []),
      ],
      probes: member?.probes ?? PROBES,
    },
    resources: backend.spec.resources,
    ports: [{ name: "postgres", port: CLIENT_PORT.postgres }],
    // Not below /var/lib/postgresql: images from version 18 on refuse a volume at the path that older ones use.
    dataPath: "/data",
    user: userOf(image),
    graceSeconds: 120,
    mounts: [
      scratchMount("run", "/var/run/postgresql"),
      { ...SHARED_MEMORY },
      ...(member?.mounts ?? []),
    ],
    ...(member === undefined ? {} : { peerPorts: [], replication: { asked: membersOf(backend) } }),
    uses: {
      ...(member === undefined ? {} : { files: member.files }),
      keys: [
        { kind: "Secret", name: secret, key: "username" },
        { kind: "Secret", name: secret, key: "password" },
      ],
    },
  });
  return member === undefined ? children : [member.child, ...children];
}

function memberOf(stack: Stack, part: Part, backend: NamedBackend) {
  const settings = [...settingsList(backend), ["wal_keep_size", `${keptWalMiB(backend)}MB`]];
  const lines = settings.map(([key, value = ""]) => `${key} = '${value.replaceAll("'", "''")}'\n`);
  return memberPod(stack, part, POSTGRES_SCRIPT, { "postgresql.conf": lines.join("") });
}

const MEBIBYTE = 1024 ** 2;
/** As many as a standby that was away for long can do without a new copy, and no more than the volume can bear. */
const MOST_WAL_MIB = 1_024;

function keptWalMiB(backend: NamedBackend): number {
  const bytes = wholeUnits(backend.spec.storage?.size ?? DEFAULT_SIZE) ?? 0;
  return Math.min(MOST_WAL_MIB, Math.floor(bytes / 8 / MEBIBYTE));
}

/** A container's /dev/shm has 64 MiB, too little for parallel queries. */
const SHARED_MEMORY = {
  name: "shm",
  path: "/dev/shm",
  source: { emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
} as const;

function serverArgs(backend: NamedBackend): readonly string[] {
  return settingsList(backend).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

function settingsList(backend: NamedBackend): readonly (readonly [string, string])[] {
  return [
    ["listen_addresses", "*"],
    ["port", String(CLIENT_PORT.postgres)],
    ["password_encryption", "scram-sha-256"],
    ["unix_socket_directories", "/var/run/postgresql"],
    ...settingsOf(backend),
  ];
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
