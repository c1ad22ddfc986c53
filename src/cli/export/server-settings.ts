/** Settings of servers on their command line, in their variables or in their configuration files, as `config`. */

import type { JsonRecord } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { BackendType } from "../../domain/prism-cluster/backend-type.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import type { Variable, Workload } from "./workload.ts";

/** What the operator sets itself, alike or better; naming it again would only fight. */
const OWN: Readonly<Record<BackendType, ReadonlySet<string>>> = {
  redis: new Set([
    "bind",
    "port",
    "protected-mode",
    "dir",
    "appendonly",
    "appendfsync",
    "requirepass",
    "masterauth",
    "daemonize",
    "logfile",
    "pidfile",
  ]),
  nats: new Set(),
  postgres: new Set(["listen_addresses", "port", "data_directory", "config_file", "hba_file"]),
  minio: new Set([
    "root_user",
    "root_password",
    "access_key",
    "secret_key",
    "prometheus_auth_type",
    "volumes",
    "opts",
  ]),
  kafka: new Set([]),
};
/** Variables of Kafka's images that say how brokers find each other, which the operator works out. */
const KAFKA_OWN =
  /^KAFKA_(NODE_ID|BROKER_ID|PROCESS_ROLES|LISTENERS|ADVERTISED_LISTENERS|ADVERTISED_HOST_NAME|CONTROLLER_.*|LISTENER_.*|INTER_BROKER_.*|LOG_DIRS|HEAP_OPTS|ZOOKEEPER_CONNECT|CLUSTER_ID|KRAFT_CLUSTER_ID|OFFSETS_TOPIC_REPLICATION_FACTOR|TRANSACTION_STATE_LOG_.*|DEFAULT_REPLICATION_FACTOR|MIN_INSYNC_REPLICAS|JMX_.*)$/;

/** What was found of a server's settings. */
export interface ServerSettings {
  readonly config: JsonRecord;
  /** It asks its clients for a password. */
  readonly hasPassword: boolean;
}

/** Reads the settings of a backend of this type. */
export function settingsOf(
  type: BackendType,
  workload: Workload,
  namespace: Namespace,
  notes: Notes,
): ServerSettings {
  switch (type) {
    case "redis":
      return redisSettings(workload, namespace, notes);
    case "postgres":
      return { config: plain(type, postgresPairs(workload.args)), hasPassword: true };
    case "minio":
      return { config: plain(type, minioPairs(workload.variables)), hasPassword: true };
    case "kafka":
      return { config: plain(type, kafkaPairs(workload.variables)), hasPassword: false };
    case "nats":
      return natsSettings(workload, notes);
  }
}

type Pair = readonly [string, string];

function plain(type: BackendType, pairs: readonly Pair[]): JsonRecord {
  return Object.fromEntries(pairs.filter(([key, value]) => !OWN[type].has(key) && value !== ""));
}

/** `--maxmemory 256mb` on the command line, `maxmemory 256mb` in a file of a ConfigMap. */
function redisSettings(workload: Workload, namespace: Namespace, notes: Notes): ServerSettings {
  const words = workload.args.flatMap((one) => (/\s/.test(one) ? one.trim().split(/\s+/) : [one]));
  const line: Pair[] = [];
  for (const [index, word] of words.entries()) {
    const key = /^--([a-z][a-z0-9-]*)$/.exec(word)?.[1];
    if (key === undefined) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((one) => one.startsWith("--"));
    line.push([key, (end === -1 ? rest : rest.slice(0, end)).join(" ")]);
  }
  const file = configFile(workload, namespace, /redis.*\.conf$/);
  const pairs = [...(file === undefined ? [] : redisLines(file)), ...line];
  const hasPassword =
    pairs.some(([key]) => key === "requirepass") ||
    workload.variables.some(({ name }) => name === "REDIS_PASSWORD");
  if (words.some((word) => /\.conf$/.test(word)) && file === undefined) {
    notes.lost(
      workload.subject,
      "its configuration file is in no ConfigMap that could be read: its settings are not taken over",
    );
  }
  return {
    config: plain(
      "redis",
      pairs.filter(([, value]) => !/\$\(/.test(value)),
    ),
    hasPassword,
  };
}

function redisLines(text: string): readonly Pair[] {
  return text.split("\n").flatMap((line): Pair[] => {
    const [, key, value = ""] = /^\s*([a-z][a-z0-9-]*)\s+(.*?)\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, value.replaceAll(/^"|"$/g, "")]];
  });
}

/** A file that a ConfigMap gives the pod. */
function configFile({ pod }: Workload, namespace: Namespace, name: RegExp): string | undefined {
  for (const volume of listAt(pod, "volumes")) {
    const map = textAt(volume, "configMap", "name");
    if (map === undefined) continue;
    const key = namespace.configKeys(map).find((one) => name.test(one));
    if (key !== undefined) return namespace.configValue(map, key);
  }
  return undefined;
}

/** `-c max_connections=200` or `-cmax_connections=200` or `--max_connections=200`. */
function postgresPairs(args: readonly string[]): readonly Pair[] {
  return args.flatMap((arg, index): Pair[] => {
    const text = arg === "-c" ? (args[index + 1] ?? "") : arg.replace(/^(-c|--)/, "");
    const isSetting = arg === "-c" || /^(-c|--)[a-z_]+=/.test(arg);
    const [, key, value] = /^([a-z_.]+)=(.*)$/.exec(text) ?? [];
    return isSetting && key !== undefined && value !== undefined ? [[key, value]] : [];
  });
}

function minioPairs(variables: readonly Variable[]): readonly Pair[] {
  return variables.flatMap(({ name, value }): Pair[] => {
    const [, key] = /^MINIO_([A-Z][A-Z0-9_]*)$/.exec(name) ?? [];
    return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value]];
  });
}

/** `KAFKA_LOG_RETENTION_HOURS` is `log.retention.hours` (apache/kafka's image). */
function kafkaPairs(variables: readonly Variable[]): readonly Pair[] {
  return variables.flatMap(({ name, value }): Pair[] => {
    const plainName = name.replace(/^KAFKA_CFG_/, "KAFKA_");
    if (!plainName.startsWith("KAFKA_") || KAFKA_OWN.test(plainName) || value === undefined)
      return [];
    return [[plainName.slice("KAFKA_".length).toLowerCase().replaceAll("_", "."), value]];
  });
}

/** NATS is told by a file or a few switches; the operator writes the file and always has JetStream and the monitor. */
function natsSettings({ args, subject }: Workload, notes: Notes): ServerSettings {
  const known =
    /^(nats-server|\/nats-server|-js|--jetstream|-m|--http_port|\d+|-sd|--store_dir|\/\S*data\S*|-p|--port|-n|--name)$/;
  const others = args.filter((arg) => !known.test(arg));
  const file = others.some((arg) => /^(-c|--config)/.test(arg));
  if (file)
    notes.lost(
      subject,
      "its configuration file is not taken over: write what it sets under config, a line a key",
    );
  const rest = others.filter((arg) => !/^(-c|--config)|\.conf$/.test(arg));
  if (rest.length > 0)
    notes.lost(subject, `its arguments ${rest.map(redacted).join(" ")} are not taken over`);
  const hasPassword = others.some((arg) => /^--(user|pass|auth)$/.test(arg));
  return { config: {}, hasPassword };
}

/** A note must not repeat what may be a password. */
function redacted(arg: string): string {
  return arg.startsWith("-") ? arg.replace(/=.*/, "=...") : "...";
}
