import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { COPIES_SETTINGS, IN_SYNC_SETTINGS, usualCopies, usualInSync } from "../kafka-settings.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Kafka's settings against the brokers that there are: topics with more copies than brokers cannot be made. */
export function checkKafkaConfig(cluster: ClusterView, findings: Findings): void {
  for (const { node, type, enabled, external } of cluster.backends.values()) {
    if (type !== "kafka" || !enabled || external || !node.has("config")) continue;
    const config = node.at("config");
    const brokers = node.at("replicas").number() ?? 3;
    for (const key of COPIES_SETTINGS) checkCopies(config, key, brokers, findings);
    for (const pair of IN_SYNC_SETTINGS) checkInSync(config, pair, brokers, findings);
  }
}

function checkCopies(config: JsonNode, key: string, brokers: number, findings: Findings): void {
  const copies = countAt(config, key);
  if (copies === undefined || copies <= brokers) return;
  const detail = `must not be more than the number of brokers, ${brokers}`;
  findings.invalid([...config.path, key], copies, detail, "kafka-copies");
}

function checkInSync(
  config: JsonNode,
  [inSyncKey, copiesKey]: readonly [string, string],
  brokers: number,
  findings: Findings,
): void {
  const [written, writtenCopies] = [countAt(config, inSyncKey), countAt(config, copiesKey)];
  if (written === undefined && writtenCopies === undefined) return;
  const inSync = written ?? usualInSync(brokers);
  const copies = writtenCopies ?? usualCopies(brokers);
  const path = [...config.path, written === undefined ? copiesKey : inSyncKey];
  if (inSync > copies) {
    const detail = `${inSyncKey} is ${inSync} and ${copiesKey} ${copies}: nothing could be written`;
    findings.invalid(path, written ?? copies, detail, "kafka-copies");
  } else if (inSync === copies && copies > 1) {
    findings.warn(path, "every copy must be there to write: writes fail while a broker restarts");
  }
}

/** A count that a user wrote; what is none Kafka itself refuses. */
function countAt(config: JsonNode, key: string): number | undefined {
  if (!config.has(key)) return undefined;
  const value = String(config.at(key).value);
  return /^\d{1,4}$/.test(value) ? Number(value) : undefined;
}
