import type { BackendReference } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Json, JsonObject } from "../../kube-object.ts";
import type { BackendType } from "../backend-type.ts";
import { compact } from "./compact.ts";
import { connectionHost, connectionValues } from "./connection.ts";
import type { UsedBackend } from "./runner-backends.ts";
import { settingsTree } from "./scalar.ts";
import { passwordOf, userOf } from "./url.ts";

type Values = Readonly<Record<string, string>>;

/** Keys of a reference that say something to the operator, not to the driver. */
const OWN_KEYS = new Set(["slot", "database"]);

/** Names that the source's examples use for what the drivers call otherwise. */
const ALIASES = new Map([["maxConnections", "pool_size"]]);

/** The user's settings of a reference, under the drivers' names. */
export function driverSettings(reference: BackendReference): JsonObject {
  const settings = Object.entries(reference.config ?? {})
    .filter(([key]) => !OWN_KEYS.has(key))
    .map(([key, value]) => [ALIASES.get(key) ?? key, value] as const);
  return settingsTree(Object.fromEntries(settings));
}

/** What a driver reads from a runner's configuration file; it reads no environment (prism-facts, section 2). */
export function driverConfig(used: UsedBackend): JsonObject {
  const { connection, reference } = used;
  const address = DRIVER[connection.backend.type](connectionValues(connection), used);
  return { ...compact(address), ...driverSettings(reference) };
}

const DRIVER: Readonly<Record<BackendType, (values: Values, used: UsedBackend) => JsonObject>> = {
  redis: ({ REDIS_URL: url = "", REDIS_KEYSPACE_PREFIX: prefix }, { connection }) => ({
    address: connectionHost(connection, "REDIS_URL"),
    // Of a tenant; the driver of October 2025 knows no users and is turned away by the server (prism-facts, section 2).
    username: prefix === undefined ? undefined : userOf(url),
    keyspace_prefix: prefix,
    password: passwordOf(url),
    db: databaseNumber(url),
  }),
  // The driver gives up after ten tries and lives on, deaf: -1 is without end.
  nats: ({ NATS_URL: url, NATS_SUBJECT_PREFIX: prefix, NATS_INBOX_PREFIX: inbox }) => ({
    url,
    max_reconnects: -1,
    subject_prefix: prefix,
    inbox_prefix: inbox,
  }),
  postgres: ({ DATABASE_URL: url }) => ({ connection_string: url }),
  minio: (values, { connection }) => ({
    endpoint: connectionHost(connection, "S3_ENDPOINT"),
    use_ssl: values["S3_ENDPOINT"]?.startsWith("https://"),
    access_key_id: values["S3_ACCESS_KEY"],
    secret_access_key: values["S3_SECRET_KEY"],
    force_path_style: true,
    bucket: values["S3_BUCKET"],
  }),
  // A list of which only the first is used, which may itself be a list with commas.
  kafka: (values) => ({
    brokers: values["KAFKA_BROKERS"] === undefined ? undefined : [values["KAFKA_BROKERS"]],
    saslusername: values["KAFKA_SASL_USERNAME"],
    saslpassword: values["KAFKA_SASL_PASSWORD"],
  }),
};

/** `redis://host:6379/2` names database 2; the driver takes it as a setting and breaks on the path. */
function databaseNumber(url: string): Json | undefined {
  const path = /^[^/]*\/\/[^/]*\/(\d{1,4})(?:\?|$)/.exec(url)?.[1];
  return path === undefined ? undefined : Number(path);
}
