import type { ClusterView } from "../cluster-view.ts";
import { CLUSTER, NAMESPACE, readObject, untilSettled } from "../cluster-view.ts";
import type { Kubectl } from "../kubectl.ts";
import { createLiveTable } from "../live-table.ts";
import type { Narrator } from "../narrator.ts";

/** The source's own example, unchanged. */
export const EXAMPLE_FILE = "deploy/samples/prism-local.v1alpha1.yaml";
const OLD = "prismclusters.v1alpha1.prism.io";
const HUB = "prismclusters.v1alpha2.prism.io";

interface Definition {
  readonly status?: { readonly storedVersions?: readonly string[] };
}

function patternOf(view: ClusterView | undefined): Record<string, unknown> {
  const patterns = view?.spec["patterns"];
  return Array.isArray(patterns) ? (patterns[0] as Record<string, unknown>) : {};
}

/** Step 2: the source's example goes in as v1alpha1, is stored as v1alpha2 and reads back in both. Returns when it was applied. */
export async function showExample(narrator: Narrator, kubectl: Kubectl): Promise<number> {
  narrator.title(
    "2. The v1alpha1 example, defaulted, stored as v1alpha2, read back in both versions",
  );
  const appliedAtMs = performance.now();
  const applied = await narrator.show(["apply", "-f", EXAMPLE_FILE]);
  narrator.check("the API server accepted it", applied.code === 0);

  await narrator.show(["get", OLD, CLUSTER, "-n", NAMESPACE, "-o", "yaml"]);
  await narrator.show(["get", HUB, CLUSTER, "-n", NAMESPACE, "-o", "yaml"]);
  const old = await readObject<ClusterView>(kubectl, OLD, CLUSTER);
  const hub = await readObject<ClusterView>(kubectl, HUB, CLUSTER);
  narrator.check(
    "v1alpha1 reads the workload as type, v1alpha2 as workload",
    patternOf(old)["type"] === "StatefulSet" && patternOf(hub)["workload"] === "StatefulSet",
  );
  const storage = JSON.stringify(hub?.spec["backends"]);
  narrator.check(
    "defaults are stored: NATS has a volume size",
    /"nats":\{[^}]*"storage":\{"size"/.test(storage),
    storage,
  );
  narrator.check(
    "v1alpha1 needs no conversion annotation",
    !("prism.io/conversion-data" in (old?.metadata.annotations ?? {})),
  );
  const definition = await readObject<Definition>(kubectl, "crd", "prismclusters.prism.io");
  narrator.check(
    "the only stored version is v1alpha2",
    definition?.status?.storedVersions?.join() === "v1alpha2",
    definition?.status?.storedVersions?.join(),
  );
  return appliedAtMs;
}

/** Step 3: a live table until the phase is Running, with the time since it was applied. */
export async function showRunning(
  narrator: Narrator,
  kubectl: Kubectl,
  appliedAtMs: number,
): Promise<void> {
  narrator.title("3. Backends, admin, proxy and runners come up in order");
  const table = createLiveTable(process.stdout, appliedAtMs);
  await untilSettled(kubectl, (view) => table.draw(view));
  const tookMs = performance.now() - appliedAtMs;
  await narrator.show(["get", "prismcluster", "-n", NAMESPACE]);
  narrator.check(`Running, seen ${(tookMs / 1000).toFixed(1)} s after the apply`, true);
}
