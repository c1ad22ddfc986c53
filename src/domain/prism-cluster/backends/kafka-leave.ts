/** When a Kafka broker may stop: a rollout or a drain takes the next only when the copies of the last are back (REC-11). */
import type { JsonObject } from "../../kube-object.ts";
import { CLIENT_PORT } from "../children/connection.ts";

/** Longest wait. A broker that is lost for good must not keep the others for ever. */
export const LEAVE_SECONDS = 120;

/**
 * Asked of the broker itself, which still runs. That it is ready says only that it listens: its partitions may be far behind. The tool is a
 * JVM of its own, with little memory, and must not open the broker's JMX port; an image without it stops at once.
 */
const SCRIPT = `tool=/opt/kafka/bin/kafka-topics.sh
[ -x "$tool" ] || exit 0
end=$(($(date +%s) + ${LEAVE_SECONDS}))
while [ "$(date +%s)" -lt "$end" ]; do
  if lacking=$(KAFKA_HEAP_OPTS=-Xmx128m KAFKA_OPTS= JMX_PORT= timeout 30 "$tool" --bootstrap-server localhost:${CLIENT_PORT.kafka} --describe --under-replicated-partitions 2>/dev/null); then
    [ -n "$lacking" ] || exit 0
  fi
  sleep 2
done`;

/** Holds the stop signal back while partitions lack copies; undefined for a single broker, whose partitions have one. */
export function leaveWhenReplicated(members: number): JsonObject | undefined {
  return members > 1 ? { exec: { command: ["sh", "-c", SCRIPT] } } : undefined;
}
