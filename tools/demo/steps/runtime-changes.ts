import type { ClusterView } from "../cluster-view.ts";
import { CLUSTER, NAMESPACE, readObject, rowsOf, until, untilSettled } from "../cluster-view.ts";
import type { Kubectl } from "../kubectl.ts";
import type { Narrator } from "../narrator.ts";

const RESOURCES =
  '"resources": {"requests": {"memory": "128Mi", "cpu": "100m"}, "limits": {"memory": "256Mi", "cpu": "500m"}}';
/** The source's own lines for the claimcheck runner, as a JSON patch value: v1alpha1's shape. */
const OLD_CLAIMCHECK = `{"name": "claimcheck", "type": "Deployment", "replicas": 2, "backends": ["minio", "redis"], ${RESOURCES}}`;
/** The same runner in v1alpha2's shape. */
const HUB_CLAIMCHECK = `{"name": "claimcheck", "workload": "Deployment", "replicas": 2, "backends": [{"name": "minio"}, {"name": "redis"}], ${RESOURCES}}`;
const ADD_PATTERN = (value: string) =>
  `[{"op": "add", "path": "/spec/patterns/-", "value": ${value}}]`;

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly env?: readonly { readonly name: string }[] }[];
      };
    };
  };
}
interface Autoscaler {
  readonly spec: { readonly maxReplicas: number };
}

function patch(resource: string, operations: string): readonly string[] {
  return ["patch", resource, CLUSTER, "-n", NAMESPACE, "--type=json", "-p", operations];
}

async function checkClaimcheck(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  const view = await untilSettled(kubectl);
  const child = await readObject<Deployment>(kubectl, "deployment", "claimcheck-runner");
  const names = (child?.spec.template.spec.containers[0]?.env ?? []).map((entry) => entry.name);
  narrator.check(
    "claimcheck-runner has MINIO_URL and REDIS_URL",
    names.includes("MINIO_URL") && names.includes("REDIS_URL"),
    names.join(),
  );
  const service = await readObject(kubectl, "service", "claimcheck-runner");
  narrator.check("its Service is there", service !== undefined);
  narrator.check(
    "the status lists it as ready, at the new generation, phase Running",
    view !== undefined && rowsOf(view).some((row) => row.name === "claimcheck-runner" && row.ready),
  );
}

async function addRunner(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  narrator.title("4a. A new runner, with the source's own lines, through v1alpha1");
  const added = await narrator.show(
    patch("prismclusters.v1alpha1.prism.io", ADD_PATTERN(OLD_CLAIMCHECK)),
  );
  narrator.check("accepted", added.code === 0);
  await checkClaimcheck(narrator, kubectl);

  narrator.say("\nTaken away again, so that the same can be done in v1alpha2:");
  const index = (await patternNames(kubectl)).indexOf("claimcheck");
  await narrator.show(
    patch("prismcluster", `[{"op": "remove", "path": "/spec/patterns/${index}"}]`),
  );
  await until(
    "claimcheck-runner is pruned",
    () => readObject(kubectl, "deployment", "claimcheck-runner"),
    (child) => child === undefined,
  );
  await untilSettled(kubectl);

  narrator.title(
    "4b. v1alpha1's lines in v1alpha2 are refused with hints; v1alpha2's shape goes in",
  );
  const refused = await narrator.show(patch("prismcluster", ADD_PATTERN(OLD_CLAIMCHECK)));
  narrator.check(
    "the hints name both fields",
    refused.code !== 0 &&
      refused.stderr.includes("set workload: Deployment") &&
      refused.stderr.includes("write {name: redis}"),
  );
  const again = await narrator.show(patch("prismcluster", ADD_PATTERN(HUB_CLAIMCHECK)));
  narrator.check("accepted", again.code === 0);
  await checkClaimcheck(narrator, kubectl);
}

async function patternNames(kubectl: Kubectl): Promise<readonly string[]> {
  const view = await readObject<ClusterView>(kubectl, "prismcluster", CLUSTER);
  const patterns = view?.spec["patterns"];
  if (!Array.isArray(patterns)) return [];
  return patterns.map((pattern: { readonly name: string }) => pattern.name);
}

async function scaleProxy(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  narrator.title("4c. The proxy may scale to 20, with the source's own patch");
  await narrator.show(
    patch(
      "prismcluster",
      '[{"op": "replace", "path": "/spec/proxy/autoscaling/maxReplicas", "value": 20}]',
    ),
  );
  const autoscaler = await until(
    "the HorizontalPodAutoscaler shows 20",
    () => readObject<Autoscaler>(kubectl, "hpa", "prism-proxy"),
    (child) => child?.spec.maxReplicas === 20,
  );
  await untilSettled(kubectl);
  await narrator.show(["get", "hpa", "prism-proxy", "-n", NAMESPACE]);
  narrator.check("maxReplicas is 20", autoscaler?.spec.maxReplicas === 20);
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
  }[];
}

/** Pod uids by the workload they belong to. */
async function podsByWorkload(kubectl: Kubectl): Promise<ReadonlyMap<string, string>> {
  const answer = await kubectl(["get", "pods", "-n", NAMESPACE, "-o", "json"]);
  const list = JSON.parse(answer.stdout) as PodList;
  const uids = new Map<string, string[]>();
  for (const pod of list.items) {
    const app = pod.metadata.labels?.["app"] ?? "-";
    uids.set(app, [...(uids.get(app) ?? []), pod.metadata.uid]);
  }
  return new Map([...uids].map(([app, list]) => [app, list.sort().join()]));
}

async function enableKafka(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  narrator.title("4d. Kafka enabled while running, with a runner that uses it");
  const before = await podsByWorkload(kubectl);
  const index = (await patternNames(kubectl)).indexOf("consumer");
  const answer = await narrator.show(
    patch(
      "prismcluster",
      `[{"op": "replace", "path": "/spec/backends/kafka/enabled", "value": true},
  {"op": "add", "path": "/spec/backends/kafka/replicas", "value": 3},
  {"op": "add", "path": "/spec/backends/kafka/version", "value": "latest"},
  {"op": "add", "path": "/spec/patterns/${index}/backends/-", "value": {"name": "kafka"}}]`,
    ),
  );
  narrator.check("accepted", answer.code === 0);
  await untilSettled(kubectl);
  await narrator.show(["get", "statefulsets,deployments", "-n", NAMESPACE]);
  const after = await podsByWorkload(kubectl);
  narrator.check("three Kafka members run", (after.get("kafka") ?? "").split(",").length === 3);
  const restarted = [...before.keys()].filter((app) => before.get(app) !== after.get(app));
  narrator.check(
    "only the runner that uses Kafka restarted",
    restarted.join() === "consumer-runner",
    restarted.join(),
  );
}

/** Step 4: the source's runtime examples, each followed until it shows. */
export async function showRuntimeChanges(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  await addRunner(narrator, kubectl);
  await scaleProxy(narrator, kubectl);
  await enableKafka(narrator, kubectl);
}
