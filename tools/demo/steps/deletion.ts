import { CLUSTER, NAMESPACE, readObject, until, untilSettled } from "../cluster-view.ts";
import type { Departures } from "../departures.ts";
import type { Kubectl } from "../kubectl.ts";
import type { Narrator } from "../narrator.ts";
import { EXAMPLE_FILE } from "./example.ts";

/** What every namespace has without us. */
const FOREIGN =
  /^(serviceaccount\/default|configmap\/kube-root-ca\.crt|event\S*\/.*|lease\S*\/.*)$/;
const KINDS =
  "statefulsets,deployments,services,configmaps,secrets,persistentvolumeclaims,horizontalpodautoscalers,ingresses,poddisruptionbudgets,networkpolicies,serviceaccounts,pods";
const WORKLOADS = "ingresses,deployments,statefulsets";

interface WithUid {
  readonly metadata: { readonly uid: string };
}

/** Step 5a: a child deleted by hand is back. */
async function showHealing(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  narrator.title("5a. A child deleted by hand is healed");
  const before = await readObject<WithUid>(kubectl, "deployment", "consumer-runner");
  await narrator.show(["delete", "deployment", "consumer-runner", "-n", NAMESPACE, "--wait=false"]);
  const startedMs = performance.now();
  await until(
    "consumer-runner is back",
    () => readObject<WithUid>(kubectl, "deployment", "consumer-runner"),
    (child) => child !== undefined && child.metadata.uid !== before?.metadata.uid,
  );
  narrator.check(`back after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`, true);
  await untilSettled(kubectl);
}

async function names(kubectl: Kubectl, kinds: string): Promise<readonly string[]> {
  const answer = await kubectl(["get", kinds, "-n", NAMESPACE, "-o", "name"]);
  return answer.stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !FOREIGN.test(line));
}

/** Place in the order against the traffic: ingress, proxy, runners, admin, backends. */
function rankOf(name: string): number {
  if (name.startsWith("ingress")) return 0;
  if (name.endsWith("/prism-proxy")) return 1;
  if (name.endsWith("-runner")) return 2;
  if (name.endsWith("/prism-admin")) return 3;
  return 4;
}

/** Starts a watch on the workloads. */
export type WatchDepartures = (kinds: readonly string[]) => Promise<Departures>;

/** What a step of the deletion works with. */
interface Scene {
  readonly narrator: Narrator;
  readonly kubectl: Kubectl;
  readonly watch: WatchDepartures;
}

/** Deletes the PrismCluster and checks the order in which the workloads went. */
async function deleteAndWatch({ narrator, kubectl, watch }: Scene): Promise<void> {
  const count = (await names(kubectl, WORKLOADS)).length;
  const departures = await watch(WORKLOADS.split(","));
  try {
    await narrator.show(["delete", "prismcluster", CLUSTER, "-n", NAMESPACE, "--wait=false"]);
    await until(
      "the PrismCluster and its workloads are gone",
      () => readObject(kubectl, "prismcluster", CLUSTER),
      (view) => view === undefined && departures.names.length >= count,
    );
  } finally {
    departures.stop();
  }
  narrator.say(`gone, in this order:\n  ${departures.names.join("\n  ")}`);
  const ranks = departures.names.map(rankOf);
  narrator.check(
    "in order: ingress, proxy, runners, admin, backends",
    ranks.every((rank, index) => index === 0 || rank >= (ranks[index - 1] ?? 0)),
  );
}

async function showRetain(scene: Scene): Promise<void> {
  const { narrator, kubectl } = scene;
  narrator.title(
    "5b. The PrismCluster is deleted: children go in order, volumes and credentials stay",
  );
  await deleteAndWatch(scene);
  const rest = await until(
    "only volumes and credentials are left",
    () => names(kubectl, KINDS),
    (left) => left.every((name) => /^(persistentvolumeclaim|secret)\//.test(name)),
  );
  narrator.say(`kept:\n  ${rest.join("\n  ")}`);
  narrator.check(
    "volumes and credentials are kept",
    rest.some((name) => name.startsWith("persistentvolumeclaim/")) &&
      rest.some((name) => name.startsWith("secret/")),
  );
}

async function showDelete(scene: Scene): Promise<void> {
  const { narrator, kubectl } = scene;
  narrator.title("5c. The same with deletionPolicy: Delete, and nothing is left");
  await narrator.show(["apply", "-f", EXAMPLE_FILE]);
  await narrator.show([
    "patch",
    "prismcluster",
    CLUSTER,
    "-n",
    NAMESPACE,
    "--type=merge",
    "-p",
    '{"spec": {"deletionPolicy": "Delete"}}',
  ]);
  await untilSettled(kubectl);
  await deleteAndWatch(scene);
  const rest = await until(
    "nothing is left",
    () => names(kubectl, KINDS),
    (left) => left.length === 0,
  );
  narrator.check("nothing is left", rest.length === 0, rest.join());
}

/** Step 5: healing, deletion that keeps data, deletion that does not. */
export async function showDeletion(
  narrator: Narrator,
  kubectl: Kubectl,
  watch: WatchDepartures,
): Promise<void> {
  const scene = { narrator, kubectl, watch };
  await showHealing(narrator, kubectl);
  await showRetain(scene);
  await showDelete(scene);
}
