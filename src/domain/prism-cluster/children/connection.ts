import type { BackendType } from "../backend-type.ts";
import { bucketOf, keyPrefix, subjectPrefix } from "../tenants/tenant.ts";
import { credentialsOf, loginSecret, USER } from "./credentials.ts";
import { backendDnsName, type NamedBackend, type Stack } from "./stack.ts";
import { hostOf, withDatabase, withScheme, withUser } from "./url.ts";

/** How clients reach a backend, as environment variables without a prefix. */
export interface Connection {
  readonly backend: NamedBackend;
  /** Variables without credentials; also the data of the ConfigMap `<name>-connection`. */
  readonly plain: Readonly<Record<string, string>>;
  /** Variables with credentials, which live in the Secret `<name>-connection` and win over `plain`. */
  readonly secret: Readonly<Record<string, string>>;
  /** Credentials that are not there yet: pods that need them wait, what runs is left alone. */
  readonly missing?: { readonly secret: string; readonly keys: string };
}

/** Port that clients connect to, by type. */
export const CLIENT_PORT: Readonly<Record<BackendType, number>> = {
  redis: 6379,
  nats: 4222,
  postgres: 5432,
  minio: 9000,
  kafka: 9092,
};

/** Database that a PostgreSQL backend makes when it names none. */
export function databaseOf(backend: NamedBackend): string {
  return backend.spec.database ?? "prism";
}

type Logins = ReturnType<typeof credentialsOf>;
type Describe = (
  url: string | undefined,
  login: Logins,
  backend: NamedBackend,
) => Pick<Connection, "plain" | "secret"> & { readonly needs: string | undefined };

/** Describes the connection of an enabled backend, managed or external. */
export function connectionOf(stack: Stack, backend: NamedBackend): Connection {
  const secretName = loginSecret(stack, backend);
  const login = credentialsOf(stack, backend);
  const described = DESCRIBE[backend.type](addressOf(stack, backend), login, backend);
  const { secret, needs } = described;
  const plain = { ...described.plain, ...scopeOf(stack, backend.type) };
  if (secretName === undefined) return { backend, plain, secret: {} };
  if (needs === undefined) return { backend, plain, secret };
  return { backend, plain, secret, missing: { secret: secretName, keys: needs } };
}

/** What of a backend is the tenant's, for programs that name their keys, subjects or buckets themselves. */
function scopeOf({ tenant }: Stack, type: BackendType): Readonly<Record<string, string>> {
  if (tenant === undefined) return {};
  switch (type) {
    case "redis":
      return { REDIS_KEYSPACE_PREFIX: keyPrefix(tenant) };
    case "nats":
      return {
        NATS_SUBJECT_PREFIX: subjectPrefix(tenant),
        NATS_INBOX_PREFIX: `_INBOX.${tenant.user}`,
      };
    case "postgres":
      return { POSTGRES_SCHEMA: tenant.user };
    case "minio":
      return { S3_BUCKET: bucketOf(tenant) };
    case "kafka":
      return {};
  }
}

const SCHEME: Readonly<Record<BackendType, string>> = {
  redis: "redis",
  nats: "nats",
  postgres: "postgres",
  minio: "http",
  kafka: "",
};

/** Address without credentials: the source's URL of a managed backend, or the user's. */
function addressOf(stack: Stack, backend: NamedBackend): string | undefined {
  const { external } = backend.spec;
  const address =
    external === undefined
      ? `${backendDnsName(stack, backend.name)}:${CLIENT_PORT[backend.type]}`
      : external.url;
  return address === undefined ? undefined : withScheme(address, SCHEME[backend.type]);
}

/** Redis and NATS: one URL with an optional login in it. */
function oneUrl(variable: string): Describe {
  return (url, login) => {
    const full = login.url ?? (url && withUser(url, login.username, login.password));
    return {
      plain: url === undefined ? {} : { [variable]: url },
      secret: full === undefined ? {} : { [variable]: full },
      needs: loginNeeds(url, login),
    };
  };
}

/** A whole URL, or a password for the address that the object names. */
function loginNeeds(address: string | undefined, login: Logins): string | undefined {
  if (login.url !== undefined) return undefined;
  if (address === undefined) return "url";
  return login.password === undefined ? "url or password" : undefined;
}

const postgres: Describe = (address, login, backend) => {
  const external = backend.spec.external !== undefined;
  const url =
    address && withDatabase(address, databaseOf(backend), external ? "" : "sslmode=disable");
  const full = login.url ?? (url && withUser(url, login.username ?? USER, login.password));
  return {
    plain: url === undefined ? {} : { DATABASE_URL: url, POSTGRES_URL: url },
    secret: full === undefined ? {} : { DATABASE_URL: full, POSTGRES_URL: full },
    needs: loginNeeds(address, login),
  };
};

const minio: Describe = (address, login) => {
  const url = address ?? login.url;
  const endpoint = url === undefined ? {} : { S3_ENDPOINT: url, MINIO_URL: url };
  const { accessKey = login.username, secretKey = login.password } = login;
  const known = accessKey !== undefined && secretKey !== undefined;
  return {
    plain: address === undefined ? {} : endpoint,
    secret: {
      ...(address === undefined ? endpoint : {}),
      ...(known ? { S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } : {}),
    },
    needs: known && url !== undefined ? undefined : "accessKey and secretKey",
  };
};

const kafka: Describe = (address, login) => {
  const { username, password } = login;
  const known = username !== undefined && password !== undefined;
  const brokers = login.url ?? address;
  return {
    plain: address === undefined ? {} : { KAFKA_BROKERS: address },
    secret: {
      ...(login.url === undefined ? {} : { KAFKA_BROKERS: login.url }),
      ...(known ? { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } : {}),
    },
    needs:
      brokers === undefined || (login.url === undefined && !known)
        ? "username and password"
        : undefined,
  };
};

const DESCRIBE: Readonly<Record<BackendType, Describe>> = {
  redis: oneUrl("REDIS_URL"),
  nats: oneUrl("NATS_URL"),
  postgres,
  minio,
  kafka,
};

/** Name of the ConfigMap and the Secret of a connection. */
export function connectionName(backend: string): string {
  return `${backend}-connection`;
}

/** Every variable of a connection with its value, credentials included. For files that are themselves Secrets. */
export function connectionValues(connection: Connection): Readonly<Record<string, string>> {
  return { ...connection.plain, ...connection.secret };
}

/** `host:port` of the first address of a connection, for drivers that take no URL. */
export function connectionHost(connection: Connection, variable: string): string | undefined {
  const url = connectionValues(connection)[variable];
  return url === undefined ? undefined : hostOf(url);
}
