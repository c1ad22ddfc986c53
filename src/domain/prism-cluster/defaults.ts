import { JsonNode } from "../json-node.ts";
import { isRecord, type JsonRecord } from "../json-object.ts";
import { type AddOperation, type JsonPatch, jsonPointer } from "../json-patch.ts";
import { type BackendType, backendTypeOf } from "./backend-type.ts";

/** What a backend gets where its object says nothing. */
interface BackendDefaults {
  readonly version: string;
  readonly size: string;
  readonly replicas: number;
}

/**
 * Versions that the operator was tested with; a later release may have others. Kafka's replicas cannot be changed
 * while it is enabled, so it starts with the number that survives the loss of one.
 */
const DEFAULTS: Readonly<Record<BackendType, BackendDefaults>> = {
  redis: { version: "7.4-alpine", size: "1Gi", replicas: 1 },
  nats: { version: "2.12-alpine", size: "1Gi", replicas: 1 },
  postgres: { version: "17-alpine", size: "5Gi", replicas: 1 },
  minio: { version: "RELEASE.2025-09-07T16-13-09Z", size: "5Gi", replicas: 1 },
  kafka: { version: "4.2.0", size: "10Gi", replicas: 3 },
};

/**
 * What `/mutate` stores in a PrismCluster of the hub version: version, storage size and replicas of every backend that
 * we run, since these must not move under a running system. `old` is the stored object on an update: what it has wins
 * over the table, which may be that of a newer operator. Adds only what is absent, never a block that has `enabled`;
 * empty where there is nothing to do.
 */
export function defaultsOf(object: JsonRecord, old?: JsonRecord): JsonPatch {
  const backends = JsonNode.root(object).at("spec", "backends");
  const oldBackends = JsonNode.root(old).at("spec", "backends");
  return backends.entries().flatMap(([name, backend]) => {
    if (!isRun(backend)) return [];
    const type = backendTypeOf(name, backend);
    if (type === undefined) return [];
    const oldBackend = oldBackends.at(name);
    const sameType = backendTypeOf(name, oldBackend) === type;
    return missing(backend, sameType ? oldBackend : JsonNode.root(undefined), DEFAULTS[type]);
  });
}

/** True for a backend that is on and that we run; `enabled` is true when absent in the hub version. */
function isRun(backend: JsonNode): boolean {
  return (
    isRecord(backend.value) && backend.valueAt("enabled") !== false && !backend.has("external")
  );
}

function missing(backend: JsonNode, old: JsonNode, fallback: BackendDefaults): AddOperation[] {
  const operations: AddOperation[] = [];
  const add = (node: JsonNode, value: unknown): void => {
    if (!node.exists()) operations.push({ op: "add", path: jsonPointer(node.path), value });
  };
  // An image says its version itself.
  if (!backend.has("image")) {
    add(backend.at("version"), old.textAt("version") ?? fallback.version);
  }
  const storage = backend.at("storage");
  const size = old.at("storage", "size").text() ?? fallback.size;
  if (isRecord(storage.value)) add(storage.at("size"), size);
  else add(storage, { size });
  add(backend.at("replicas"), old.at("replicas").number() ?? fallback.replicas);
  return operations;
}
