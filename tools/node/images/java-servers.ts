/** Kafka and ZooKeeper from their jars with Debian's Java, with entry points that do what the official images' do. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closureOf, unpackPackages } from "../debian-packages.ts";
import { hostCommand } from "../host-command.ts";
import type { ImageRecipe } from "../image-store.ts";
import { fillBase, writeScript } from "./base.ts";
import type { Sources } from "./debian-servers.ts";

const POM = fileURLToPath(new URL("../kafka/pom.xml", import.meta.url));
const JAVA = "/usr/lib/jvm/java-17-openjdk-amd64/bin";

/** Every variable KAFKA_X_Y is the property x.y; a cluster id formats a volume that has none (apache/kafka's own rules). */
const KAFKA_ENTRY = `#!/bin/sh
# The star in Java's class path is Java's to read.
set -ef
config=/opt/kafka/config/server.properties
: >"$config"
env | grep '^KAFKA_' | grep -v -E '^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS|GC_LOG_OPTS|LOG4J_OPTS|JMX_OPTS)=' | while IFS= read -r pair; do
  name=$(printf '%s' "\${pair%%=*}" | sed -e 's/^KAFKA_//' -e 's/___/-/g' -e 's/__/@/g' -e 's/_/./g' -e 's/@/_/g' | tr 'A-Z' 'a-z')
  printf '%s=%s\\n' "$name" "\${pair#*=}" >>"$config"
done
java="${JAVA}/java -cp /opt/kafka/libs/*"
if [ -n "$CLUSTER_ID" ]; then
  $java -Xmx128m kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$config"
fi
exec $java -server $KAFKA_HEAP_OPTS $KAFKA_OPTS kafka.Kafka "$config"
`;

const ZOOKEEPER_ENTRY = `#!/bin/sh
exec ${JAVA}/java -cp '/conf:/opt/kafka/libs/*' $JVMFLAGS org.apache.zookeeper.server.quorum.QuorumPeerMain /conf/zoo.cfg
`;

/** The two recipes; the jars are those of kafka/pom.xml. */
export async function javaServers(sources: Sources): Promise<readonly ImageRecipe[]> {
  const { busybox, work } = sources;
  const closure = await closureOf(["openjdk-17-jre-headless", "libc-bin"], work);
  const pom = readFileSync(POM, "utf8");
  const fill = (script: string, entry: string) => async (root: string) => {
    await fillBase(root, busybox);
    await unpackPackages(closure, root, work);
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    for (const path of ["opt/kafka/libs", "opt/kafka/config", "opt/kafka/logs", "conf", "data"])
      mkdirSync(join(root, path), { recursive: true });
    cpSync(await jars(work), join(root, "opt/kafka/libs"), { recursive: true });
    // Debian keeps Java's settings in /etc by links; some packages that fill the rest are left out.
    for (const path of ["usr/share/doc", "usr/share/man", "usr/share/locale"])
      rmSync(join(root, path), { recursive: true, force: true });
    writeScript(root, script, entry);
  };
  return [
    {
      repository: "apache/kafka",
      inputs: JSON.stringify([closure, pom, KAFKA_ENTRY]),
      config: { entrypoint: ["/usr/local/bin/kafka-start.sh"] },
      fill: fill("usr/local/bin/kafka-start.sh", KAFKA_ENTRY),
    },
    {
      repository: "library/zookeeper",
      inputs: JSON.stringify([closure, pom, ZOOKEEPER_ENTRY]),
      config: { entrypoint: ["zkServer.sh", "start-foreground"] },
      fill: fill("usr/local/bin/zkServer.sh", ZOOKEEPER_ENTRY),
    },
  ];
}

async function jars(work: string): Promise<string> {
  const folder = join(work, "jars");
  await hostCommand("mvn", [
    "-q",
    "-B",
    "-f",
    POM,
    "dependency:copy-dependencies",
    `-DoutputDirectory=${folder}`,
    "-DincludeScope=runtime",
  ]);
  return folder;
}
