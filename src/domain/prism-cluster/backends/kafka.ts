import type { EnvVar } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { credentialsName } from "../children/credentials.ts";
import { scratchMount } from "../children/mounts.ts";
import type { Part } from "../children/part.ts";
import type { ConfigUse } from "../children/pod.ts";
import {
  dnsName,
  memberDnsName,
  membersOf,
  type NamedBackend,
  type Stack,
} from "../children/stack.ts";
import { usualCopies, usualInSync, variableOf } from "../kafka-settings.ts";
import { LEAVE_SECONDS, leaveWhenReplicated } from "./kafka-leave.ts";
import { peersName, serverChildren, serverImage } from "./server.ts";
import { withSettings } from "./settings.ts";
import { zookeeperChildren, zookeeperConnect } from "./zookeeper.ts";

const CONTROLLER = 9093;
const REPLICATION = 9094;
const DATA = "/var/lib/kafka/data";
/** A controlled shutdown moves the leadership of every partition first. */
const SHUTDOWN_SECONDS = 120;

/** Kafka: brokers that are also the KRaft quorum, or brokers with a ZooKeeper ensemble of their own. */
export function kafkaChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = backendPart(backend);
  const zookeeper = backend.spec.coordination === "ZooKeeper";
  const members = membersOf(backend);
  const preStop = leaveWhenReplicated(members);
  const coordination = zookeeper ? zookeeperEnv(stack, backend) : kraftEnv(stack, part, backend);
  return [
    ...(zookeeper ? zookeeperChildren(stack, backend) : []),
    ...serverChildren(stack, backend, {
      part,
      replicas: members,
      container: {
        image: serverImage(backend, "apache/kafka"),
        env: withSettings(
          [...brokerEnv(stack, part, backend), ...coordination],
          backend,
          variableOf,
        ),
        probes: PROBES,
        ...(preStop === undefined ? {} : { preStop }),
      },
      resources: backend.spec.resources,
      ports: [{ name: "kafka", port: CLIENT_PORT.kafka }],
      peerPorts: [
        { name: "controller", port: CONTROLLER },
        { name: "replication", port: REPLICATION },
      ],
      dataPath: DATA,
      user: { uid: 1000, gid: 1000 },
      graceSeconds: SHUTDOWN_SECONDS + (preStop === undefined ? 0 : LEAVE_SECONDS),
      // The image writes its final configuration at start, and the root file system is read-only.
      mounts: [
        scratchMount("config", "/opt/kafka/config"),
        scratchMount("logs", "/opt/kafka/logs"),
      ],
      uses: zookeeper ? {} : clusterIdUse(backend),
    }),
  ];
}

function clusterIdUse(backend: NamedBackend): ConfigUse {
  return { keys: [{ kind: "Secret", name: credentialsName(backend.name), key: "clusterId" }] };
}

/** A broker listens as soon as it has joined; before that nothing is open. */
const PROBES = {
  startup: {
    tcpSocket: { port: CLIENT_PORT.kafka },
    timeoutSeconds: 5,
    periodSeconds: 5,
    failureThreshold: 120,
  },
  readiness: { tcpSocket: { port: CLIENT_PORT.kafka }, timeoutSeconds: 5 },
  liveness: { tcpSocket: { port: CLIENT_PORT.kafka }, timeoutSeconds: 5, failureThreshold: 6 },
};

/** What every broker needs, whoever coordinates. Clients and brokers have a listener each, so that policies can tell them apart. */
function brokerEnv(stack: Stack, part: Part, backend: NamedBackend): readonly EnvVar[] {
  const members = membersOf(backend);
  const copies = String(usualCopies(members));
  const insync = String(usualInSync(members));
  const own = `$(POD_NAME).${dnsName(stack, peersName(part))}`;
  const advertised = `CLIENT://${own}:${CLIENT_PORT.kafka},REPLICATION://${own}:${REPLICATION}`;
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...settings({
      KAFKA_ADVERTISED_LISTENERS: advertised,
      KAFKA_INTER_BROKER_LISTENER_NAME: "REPLICATION",
      KAFKA_LOG_DIRS: `${DATA}/logs`,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: copies,
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: copies,
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: insync,
      KAFKA_DEFAULT_REPLICATION_FACTOR: copies,
      KAFKA_MIN_INSYNC_REPLICAS: insync,
      KAFKA_HEAP_OPTS: heap(backend),
      LOG_DIR: "/tmp",
    }),
  ];
}

/** Half of the memory limit, the rest is page cache and buffers; Kafka's own gigabyte without a limit. */
function heap(backend: NamedBackend): string {
  return backend.spec.resources?.limits?.["memory"] === undefined
    ? "-Xms1g -Xmx1g"
    : "-XX:InitialRAMPercentage=50 -XX:MaxRAMPercentage=50";
}

/** The ordinal is the node id: a label of every StatefulSet pod (Kubernetes 1.28), so that no shell has to compute it. */
function nodeId(name: string): EnvVar {
  const fieldPath = "metadata.labels['apps.kubernetes.io/pod-index']";
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function kraftEnv(stack: Stack, part: Part, backend: NamedBackend): readonly EnvVar[] {
  const secretKeyRef = { name: credentialsName(backend.name), key: "clusterId" };
  // Sorted by id: an order that changes would restart the quorum (REC-17).
  const voters = Array.from({ length: membersOf(backend) }, (_, id) => {
    return `${id}@${memberDnsName(stack, part.name, id, peersName(part))}:${CONTROLLER}`;
  });
  return [
    nodeId("KAFKA_NODE_ID"),
    { name: "CLUSTER_ID", valueFrom: { secretKeyRef } },
    ...settings({
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_QUORUM_VOTERS: voters.join(","),
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_LISTENERS: `CLIENT://:${CLIENT_PORT.kafka},REPLICATION://:${REPLICATION},CONTROLLER://:${CONTROLLER}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        "CLIENT:PLAINTEXT,REPLICATION:PLAINTEXT,CONTROLLER:PLAINTEXT",
    }),
  ];
}

function zookeeperEnv(stack: Stack, backend: NamedBackend): readonly EnvVar[] {
  return [
    nodeId("KAFKA_BROKER_ID"),
    ...settings({
      KAFKA_ZOOKEEPER_CONNECT: zookeeperConnect(stack, backend),
      // Both start at once, and a broker that gives up after its own 18 seconds begins anew, later and later.
      KAFKA_ZOOKEEPER_CONNECTION_TIMEOUT_MS: "120000",
      KAFKA_LISTENERS: `CLIENT://:${CLIENT_PORT.kafka},REPLICATION://:${REPLICATION}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENT:PLAINTEXT,REPLICATION:PLAINTEXT",
    }),
  ];
}

function settings(values: Readonly<Record<string, string>>): readonly EnvVar[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
