/** A broker's properties: which of them are the user's to set in `config`, and how the image takes them. */

/** What makes a broker a member of its cluster: another value would leave it outside, or with its data elsewhere. */
const OWNED: ReadonlySet<string> = new Set([
  "advertised.listeners",
  "broker.id",
  "controller.listener.names",
  "controller.quorum.voters",
  "inter.broker.listener.name",
  "listener.security.protocol.map",
  "listeners",
  "log.dirs",
  "node.id",
  "process.roles",
  "zookeeper.connect",
]);

/** Whether a property is not the user's. */
export function isKafkaOwned(property: string): boolean {
  return OWNED.has(property);
}

/** How many copies something has: of new topics, and of Kafka's own. */
export const COPIES_SETTINGS: readonly string[] = [
  "default.replication.factor",
  "offsets.topic.replication.factor",
  "transaction.state.log.replication.factor",
];
/** Copies that must have a message before it counts as written, of the same topics as the first and the last of these. */
export const IN_SYNC_SETTINGS: readonly (readonly [inSync: string, copies: string])[] = [
  ["min.insync.replicas", "default.replication.factor"],
  ["transaction.state.log.min.isr", "transaction.state.log.replication.factor"],
];

/** Three copies where there are as many brokers. */
export function usualCopies(brokers: number): number {
  return Math.min(3, brokers);
}

/** One copy may be away where there are three. */
export function usualInSync(brokers: number): number {
  return brokers >= 3 ? 2 : 1;
}

/** The image's own spelling of properties as variables: a dot is `_`, an underscore `__`, a hyphen `___`. */
export function variableOf(property: string): string {
  const spelled = property.replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_");
  return `KAFKA_${spelled.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_")}`;
}
