/** Kafka and ZooKeeper from their jars with Debian's Java, with entry points that do what the official images' do. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closureOf, unpackPackages } from "../debian-packages.ts";
import { hostCommand } from "../host-command.ts";
import type { ImageRecipe } from "../image-store.ts";
import { fillBase, removeTexts, writeScript } from "./base.ts";
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

const PACKAGES = ["openjdk-17-jre-headless", "libc-bin"];

/** The two recipes; the jars are those of kafka/pom.xml. */
export function javaServers({ busybox, work }: Sources): readonly ImageRecipe[] {
  const pom = readFileSync(POM, "utf8");
  const recipe = (repository: string, script: string, entry: string): ImageRecipe => ({
    repository,
    isFetched: true,
    inputs: JSON.stringify([PACKAGES, pom, entry]),
    config: { entrypoint: [`/usr/local/bin/${script}`] },
    fill: async (root) => {
      await fillBase(root, await busybox());
      await unpackPackages(await closureOf(PACKAGES, work), root, work);
      mkdirSync(join(root, "usr/local/bin"), { recursive: true });
      for (const path of ["opt/kafka/libs", "opt/kafka/config", "opt/kafka/logs", "conf", "data"])
        mkdirSync(join(root, path), { recursive: true });
      cpSync(await jars(work), join(root, "opt/kafka/libs"), { recursive: true });
      removeTexts(root);
      writeScript(root, `usr/local/bin/${script}`, entry);
    },
  });
  return [
    recipe("apache/kafka", "kafka-start.sh", KAFKA_ENTRY),
    recipe("library/zookeeper", "zkServer.sh", ZOOKEEPER_ENTRY),
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
