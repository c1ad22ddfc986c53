import { stringify } from "yaml";
import type { Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import type { JsonObject } from "../../kube-object.ts";
import { patternType } from "./runner-part.ts";
import { type Binding, type Bound, slotOf } from "./runner-slots.ts";
import { settingsTree } from "./scalar.ts";

/** A runner's configuration file. Credentials stand in it, since the programs expand no variables: it lives in a Secret. */
export interface RunnerFile {
  readonly name: "config.yaml" | "config.json";
  readonly text: string;
  /** Whether the program is known to take it by `-config`. */
  readonly flag: boolean;
}

/** What a runner's file is made of. */
export interface RunnerInputs {
  readonly cluster: string;
  readonly pattern: Pattern;
  readonly bindings: readonly Binding[];
  readonly sqlitePath: string;
  /** In front of the topic of a tenant; empty for everybody else. */
  readonly subjectPrefix: string;
}

type Build = (inputs: RunnerInputs) => JsonObject;

/** The file of a known type; for another type what the user configured, as one document; undefined without any. */
export function runnerFile(inputs: RunnerInputs): RunnerFile | undefined {
  const type = patternType(inputs.pattern);
  if (type === "producer") {
    const text = `${JSON.stringify(producer(inputs), undefined, 2)}\n`;
    return { name: "config.json", text, flag: true };
  }
  const build = BUILD.get(type);
  if (build !== undefined)
    return { name: "config.yaml", text: stringify(build(inputs)), flag: true };
  const { pattern } = inputs;
  const configured = pattern.config ?? pattern.backends?.find(({ config }) => config !== undefined);
  if (configured === undefined) return undefined;
  return { name: "config.yaml", text: stringify(generic(inputs)), flag: false };
}

function yamlSlot(
  binding: Bound | undefined,
  ...interfaces: readonly string[]
): JsonObject | undefined {
  return binding && { backend: binding.driver, interfaces, config: binding.config };
}

function namespaces(inputs: RunnerInputs, rest: JsonObject): JsonObject {
  const { cluster, pattern } = inputs;
  const head = {
    name: pattern.name,
    pattern: patternType(pattern),
    pattern_version: "v1",
    description: `${pattern.name} of ${cluster}`,
  };
  return { namespaces: [{ ...head, ...rest }] };
}

/** A consumer without topic or group refuses to start, so it gets names of its own (design, section 3). */
function behavior({ cluster, pattern, subjectPrefix }: RunnerInputs): JsonObject {
  const settings = settingsTree(pattern.config);
  const { topic = pattern.name } = settings;
  return {
    topic,
    consumer_group: `${cluster}-${pattern.name}`,
    ...settings,
    ...(subjectPrefix === "" ? {} : { topic: `${subjectPrefix}${String(topic)}` }),
  };
}

const KEY_VALUE = "KeyValueBasicInterface";
const PUB_SUB = "PubSubInterface";
const QUEUE = "QueueInterface";

const keyvalue: Build = (inputs) => {
  const binding = slotOf(inputs.bindings, "backend", [
    "redis",
    "memstore",
    "postgres",
    "nats",
    "minio",
    "kafka",
  ]);
  return namespaces(inputs, {
    backend: binding?.driver,
    backend_config: { ...binding?.config, ...settingsTree(inputs.pattern.config) },
  });
};

const consumer: Build = (inputs) =>
  namespaces(inputs, {
    slots: {
      message_source: yamlSlot(
        slotOf(inputs.bindings, "message_source", ["nats", "kafka", "redis"]),
        PUB_SUB,
      ),
      state_store: yamlSlot(slotOf(inputs.bindings, "state_store", ["memstore"]), KEY_VALUE),
      dead_letter_queue: yamlSlot(slotOf(inputs.bindings, "dead_letter_queue", []), QUEUE),
    },
    behavior: behavior(inputs),
  });

const multicastRegistry: Build = (inputs) =>
  namespaces(inputs, {
    slots: {
      registry: yamlSlot(slotOf(inputs.bindings, "registry", ["redis", "memstore"]), KEY_VALUE),
      messaging: yamlSlot(slotOf(inputs.bindings, "messaging", ["nats", "kafka"]), PUB_SUB),
      durability: yamlSlot(slotOf(inputs.bindings, "durability", []), QUEUE),
    },
    behavior: settingsTree(inputs.pattern.config),
  });

const producer: Build = (inputs) => ({
  name: inputs.pattern.name,
  slots: {
    message_sink: slotOf(inputs.bindings, "message_sink", ["nats", "kafka"]),
    state_store: slotOf(inputs.bindings, "state_store", ["redis", "memstore"]),
    object_store: slotOf(inputs.bindings, "object_store", ["minio"]),
  },
  behavior: settingsTree(inputs.pattern.config),
});

const STORAGE_KEYS = ["table_name", "retention_days", "cleanup_interval"];

const mailbox: Build = (inputs) => {
  const settings = Object.entries(behavior(inputs));
  const isStorage = ([key]: readonly [string, unknown]) => STORAGE_KEYS.includes(key);
  return {
    name: inputs.pattern.name,
    behavior: Object.fromEntries(settings.filter((pair) => !isStorage(pair))),
    storage: {
      database_path: inputs.sqlitePath,
      ...slotOf(inputs.bindings, "storage", ["sqlite"])?.config,
      ...Object.fromEntries(settings.filter(isStorage)),
    },
  };
};

const generic: Build = (inputs) => ({
  name: inputs.pattern.name,
  type: patternType(inputs.pattern),
  config: settingsTree(inputs.pattern.config),
  backends: inputs.bindings.map(({ driver, config }) => ({ driver, config })),
});

const BUILD: ReadonlyMap<string, Build> = new Map([
  ["keyvalue", keyvalue],
  ["consumer", consumer],
  ["multicast-registry", multicastRegistry],
  ["mailbox", mailbox],
]);
