/** Users of tenants at a backend: what its servers are told, and the container that tells them without a restart. */
import type { Child } from "../../child.ts";
import { secret } from "../children/config-data.ts";
import { CLIENT_PORT, databaseOf } from "../children/connection.ts";
import type { Container } from "../children/container.ts";
import { asksForLogin, credentialsName, credentialsOf } from "../children/credentials.ts";
import { secretMount } from "../children/mounts.ts";
import type { Part } from "../children/part.ts";
import type { Mount } from "../children/pod.ts";
import { type NamedBackend, patternsOf, type Stack } from "../children/stack.ts";
import { serversOf } from "../replication/servers.ts";
import { minioFiles } from "./minio-users.ts";
import {
  isSeparable,
  keyPrefix,
  type Login,
  subjectPrefix,
  type Tenant,
  tenantLogin,
  USERS_PATH,
} from "./tenant.ts";

/** What a backend gets for its tenants. */
export interface TenantUsers {
  readonly child: Child;
  readonly mount: Mount;
  readonly keeper: Container;
}

/** Whether a backend's servers keep users of tenants: they must ask for logins, and know limits. */
function keepsUsers(stack: Stack, backend: NamedBackend): boolean {
  const canDo =
    backend.spec.external === undefined && isSeparable(backend.type) && asksForLogin(backend);
  return canDo && (stack.spec.tenants !== undefined || stack.tenants.length > 0);
}

/** Tenants whose patterns use a backend. */
function tenantsAt(stack: Stack, backend: string): readonly Tenant[] {
  const users = patternsOf(stack)
    .filter((pattern) => pattern.backends?.some(({ name }) => name === backend))
    .map(({ name }) => name);
  return stack.tenants.filter(({ patterns }) => patterns.some((one) => users.includes(one)));
}

/** Workloads of tenants that use a backend. */
export function tenantRunners(
  stack: Stack,
  backend: string,
): readonly { readonly namespace: string; readonly app: string }[] {
  const patterns = patternsOf(stack).filter((pattern) =>
    pattern.backends?.some(({ name }) => name === backend),
  );
  return stack.tenants.flatMap((tenant) =>
    patterns
      .filter(({ name }) => tenant.patterns.includes(name))
      .map(({ name }) => ({ namespace: tenant.namespace, app: `${tenant.name}-${name}-runner` })),
  );
}

/** The file of users, its mount and the keeper; undefined for a backend that has none. A tenant whose login is not made yet comes later. */
export function tenantUsers(
  stack: Stack,
  part: Part,
  backend: NamedBackend,
  image: string,
): TenantUsers | undefined {
  if (!keepsUsers(stack, backend)) return undefined;
  const logins = tenantsAt(stack, backend.name).flatMap((tenant): readonly Login[] => {
    const key = backend.type === "minio" ? "secretKey" : "password";
    const name = tenantLogin(tenant, backend.name);
    const { namespace } = tenant;
    const password = stack.facts.value({ kind: "Secret", name, key, namespace });
    return password === undefined ? [] : [{ tenant, password }];
  });
  const describe = DESCRIBE[backend.type];
  if (describe === undefined) return undefined;
  const { files, command, env } = describe({ stack, backend, logins });
  const name = `${part.name}-tenants`;
  return {
    child: secret(stack, part, name, files),
    mount: secretMount("tenants", USERS_PATH, name),
    keeper: {
      name: "tenant-users",
      image: keeperImage(backend, image),
      command: ["sh", "-c", LOOP],
      env: [{ name: "APPLY", value: command }, ...env],
      resources: {
        requests: { cpu: "5m", memory: "16Mi" },
        // MinIO's client alone was killed at 128 MiB.
        limits: { memory: backend.type === "minio" ? "512Mi" : "128Mi" },
      },
    },
  };
}

/** NATS' image without `alpine` in its tag is made from scratch: it has the server and no shell. Any release's program sends the signal. */
function keeperImage({ type, spec }: NamedBackend, image: string): string {
  const hasShell = type !== "nats" || spec.image !== undefined || image.includes("alpine");
  return hasShell ? image : NATS_WITH_SHELL;
}

const NATS_WITH_SHELL = "nats:2.12-alpine";

/** The kubelet renews mounted files within a minute or so; from then on it takes five seconds. */
const LOOP = `trap 'exit 0' TERM INT
last=
while :; do
  now=$(cat ${USERS_PATH}/*)
  if [ "$now" != "$last" ] && sh -c "$APPLY"; then last=$now; fi
  sleep 5 &
  wait $!
done`;

interface Told {
  readonly files: Readonly<Record<string, string>>;
  /** A shell command that makes the server take the files; it may be run any number of times. */
  readonly command: string;
  readonly env: NonNullable<Container["env"]>;
}

interface Asked {
  readonly stack: Stack;
  readonly backend: NamedBackend;
  readonly logins: readonly Login[];
}

function fromSecret(backend: NamedBackend, name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: credentialsName(backend.name), key } } };
}

/**
 * Commands that say anything about keys of others are left out, though they read: SCAN, DBSIZE and the like. One name that a server
 * does not know makes it refuse the whole file, so none is younger than Redis 6.2 (CLIENT SETINFO is; drivers do without it).
 */
const REDIS_RULES =
  "-@all +@read +@write +@connection +@transaction +@pubsub -@dangerous -@admin -scan -randomkey -dbsize -pubsub -client +client|setname";

/** Redis ACL (redis.io/docs, ACL): the operator's own user first, since a file that leaves it out opens it to everybody. */
function redisUsers({ stack, backend, logins }: Asked): string {
  const password = credentialsOf(stack, backend).password ?? "";
  const tenants = logins.map(({ tenant, password: own }) => {
    const prefix = keyPrefix(tenant);
    return `user ${tenant.user} on >${own} resetkeys ~${prefix}* resetchannels &${prefix}* ${REDIS_RULES}`;
  });
  return [`user default on >${password} ~* &* +@all`, ...tenants].map((one) => `${one}\n`).join("");
}

/** NATS permissions (docs.nats.io, Authorization): own subjects, and answers in an inbox of its own; nothing of JetStream. */
function natsUsers({ stack, backend, logins }: Asked): string {
  const { username, password } = credentialsOf(stack, backend);
  const own = `{ user: ${JSON.stringify(username)}, password: ${JSON.stringify(password)} }`;
  const tenants = logins.map(({ tenant, password: secretWord }) => {
    const subjects = JSON.stringify([`${subjectPrefix(tenant)}>`, `_INBOX.${tenant.user}.>`]);
    const permissions = `{ publish: { allow: ${subjects} }, subscribe: { allow: ${subjects} }, allow_responses: true }`;
    return `{ user: ${JSON.stringify(tenant.user)}, password: ${JSON.stringify(secretWord)}, permissions: ${permissions} }`;
  });
  return `authorization {\n  users: [\n    ${[own, ...tenants].join("\n    ")}\n  ]\n}\n`;
}

/** Roles that log in and own one schema; what is public is nobody's. Roles whose tenant is gone keep their data and lose the login. */
function postgresUsers({ backend, logins }: Asked): string {
  const database = quoted(databaseOf(backend));
  const users = logins.map(({ tenant }) => `'${tenant.user}'`);
  const gone = `rolname LIKE 'tenant\\_%' AND rolcanlogin AND rolname <> ALL (ARRAY[${users.join(", ")}]::text[])`;
  const lines = [
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`,
    `SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles WHERE ${gone} \\gexec`,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_roles ON rolname = usename WHERE NOT rolcanlogin;",
    ...logins.flatMap((login) => roleStatements(login, database)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function roleStatements(
  { tenant: { user }, password }: Login,
  database: string,
): readonly string[] {
  const role = quoted(user);
  return [
    `SELECT 'CREATE ROLE ${role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${user}') \\gexec`,
    `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD '${password}';`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role};`,
    `CREATE SCHEMA IF NOT EXISTS ${role} AUTHORIZATION ${role};`,
    `REVOKE ALL ON SCHEMA ${role} FROM PUBLIC;`,
    `ALTER ROLE ${role} IN DATABASE ${database} SET search_path = ${role};`,
  ];
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A standby has the roles of its primary, and is asked again in case it becomes one. */
function whereWritable({ stack, backend }: Asked): string {
  if (serversOf(stack, backend) === 1) return "";
  return '[ "$(psql -XAtqc "SELECT pg_is_in_recovery()")" = f ] && ';
}

const DESCRIBE: Readonly<Record<string, (asked: Asked) => Told>> = {
  redis: (asked) => ({
    files: { "users.acl": redisUsers(asked) },
    // redis-cli ends with 0 also when the server refuses.
    command:
      'answer=$(redis-cli ACL LOAD); case $answer in OK*) ;; *) echo "$answer" >&2; exit 1 ;; esac',
    env: [fromSecret(asked.backend, "REDISCLI_AUTH", "password")],
  }),
  nats: (asked) => ({
    files: { "users.conf": natsUsers(asked) },
    command: "nats-server --signal reload=/tmp/nats.pid",
    env: [],
  }),
  postgres: (asked) => ({
    files: { "users.sql": postgresUsers(asked) },
    command: `${whereWritable(asked)}psql -q -v ON_ERROR_STOP=1 -f ${USERS_PATH}/users.sql >/dev/null`,
    env: [
      { name: "PGHOST", value: "127.0.0.1" },
      { name: "PGPORT", value: String(CLIENT_PORT.postgres) },
      { name: "PGDATABASE", value: databaseOf(asked.backend) },
      fromSecret(asked.backend, "PGUSER", "username"),
      fromSecret(asked.backend, "PGPASSWORD", "password"),
    ],
  }),
  minio: (asked) => ({
    files: minioFiles(asked.logins),
    command: `sh ${USERS_PATH}/users.sh`,
    env: [
      fromSecret(asked.backend, "ACCESS_KEY", "accessKey"),
      fromSecret(asked.backend, "SECRET_KEY", "secretKey"),
      {
        name: "MC_HOST_prism",
        value: `http://$(ACCESS_KEY):$(SECRET_KEY)@127.0.0.1:${CLIENT_PORT.minio}`,
      },
      { name: "MC_CONFIG_DIR", value: "/tmp/mc" },
    ],
  }),
};
