import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import type { Part } from "../children/part.ts";
import { memberDnsName, type NamedBackend, type Stack } from "../children/stack.ts";
import { configFiles } from "./config-file.ts";
import { peersName, serverChildren } from "./server.ts";

const CLIENT = 2181;
const FOLLOWER = 2888;
const ELECTION = 3888;

/** Last release line that Kafka below version 4 was tested with by its makers. */
const IMAGE = "zookeeper:3.9";

function zookeeperPart(backend: NamedBackend): Part {
  return backendPart(backend, "zookeeper", "-zookeeper");
}

/** Three members keep a majority when one is away; a single broker gains nothing from more than one. */
function members(backend: NamedBackend): number {
  return (backend.spec.replicas ?? 3) > 1 ? 3 : 1;
}

/** Addresses for Kafka's `zookeeper.connect`, below a path of the backend's own. */
export function zookeeperConnect(stack: Stack, backend: NamedBackend): string {
  const part = zookeeperPart(backend);
  const addresses = Array.from({ length: members(backend) }, (_, ordinal) => {
    return `${memberDnsName(stack, part.name, ordinal, peersName(part))}:${CLIENT}`;
  });
  return `${addresses.join(",")}/${backend.name}`;
}

/** The ZooKeeper ensemble of a Kafka backend that asks for it (the source's picture). */
export function zookeeperChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = zookeeperPart(backend);
  const files = { "zoo.cfg": zooCfg(stack, part, members(backend)), "logback.xml": LOGBACK };
  const config = configFiles(stack, part, "/conf", files, "open");
  return [
    config.child,
    ...serverChildren(stack, backend, {
      part,
      replicas: members(backend),
      container: {
        image: IMAGE,
        // Ids start at 1, ordinals at 0, and the id is read from a file in the data folder.
        command: [
          "sh",
          "-c",
          'mkdir -p /data/data && echo "$((POD_INDEX + 1))" > /data/data/myid && exec zkServer.sh start-foreground',
        ],
        env: [
          {
            name: "POD_INDEX",
            valueFrom: {
              fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" },
            },
          },
          { name: "ZOO_LOG_DIR", value: "/tmp" },
        ],
        probes: PROBES,
      },
      resources: undefined,
      ports: [{ name: "zookeeper", port: CLIENT }],
      peerPorts: [
        { name: "follower", port: FOLLOWER },
        { name: "election", port: ELECTION },
      ],
      dataPath: "/data",
      user: { uid: 1000, gid: 1000 },
      graceSeconds: 60,
      mounts: [config.mount],
      uses: { files },
      clients: [backend.name],
    }),
  ];
}

const PROBES = {
  startup: { tcpSocket: { port: CLIENT }, periodSeconds: 5, failureThreshold: 60 },
  readiness: { tcpSocket: { port: CLIENT } },
  liveness: { tcpSocket: { port: CLIENT }, failureThreshold: 6 },
};

function zooCfg(stack: Stack, part: Part, count: number): string {
  const servers = Array.from({ length: count }, (_, ordinal) => {
    const host = memberDnsName(stack, part.name, ordinal, peersName(part));
    return `server.${ordinal + 1}=${host}:${FOLLOWER}:${ELECTION}`;
  });
  const lines = [
    "dataDir=/data/data",
    `clientPort=${CLIENT}`,
    "tickTime=2000",
    "initLimit=10",
    "syncLimit=5",
    "autopurge.snapRetainCount=3",
    "autopurge.purgeInterval=24",
    "admin.enableServer=false",
    "4lw.commands.whitelist=ruok,srvr",
    // A member whose own name does not resolve yet must still be able to start.
    "quorumListenOnAllIPs=true",
    ...(count > 1 ? servers : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The mounted folder hides the image's own logging settings, without which ZooKeeper logs at debug level. */
const LOGBACK = `<configuration>
  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{ISO8601} [%thread] %-5level %logger{5} - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="CONSOLE" /></root>
</configuration>
`;
