import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";

const crdsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const webhookPaths: readonly string[] = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];
/** Not the groups beneath it: other tests, which take no turns, have CRDs of their own there. */
const group = "prism.io";
const mergePatch = "application/merge-patch+json";
const withinMs = 120_000;
const lookEveryMs = 50;

/**
 * Takes everything of prism.io that is cluster-wide off a server, and with the CRDs every object of theirs, though no operator and no
 * webhook is there to answer. Resolves when the CRDs are gone.
 */
export async function removePrism(client: ApiClient): Promise<void> {
  for (const path of webhookPaths)
    for (const item of await itemsAt(client, path))
      if (textAt(item, "metadata", "name").includes("prism"))
        await client.request("DELETE", `${path}/${textAt(item, "metadata", "name")}`);
  const crds = (await itemsAt(client, crdsPath)).filter(
    (crd) => textAt(crd, "spec", "group") === group,
  );
  const deadline = AbortSignal.timeout(withinMs);
  for (const crd of crds) await removeCrd(client, crd, deadline);
}

/** Without conversion its objects can be read and freed of their finalizers as they are stored. */
async function removeCrd(client: ApiClient, crd: unknown, deadline: AbortSignal): Promise<void> {
  const path = `${crdsPath}/${textAt(crd, "metadata", "name")}`;
  const unconverted = { spec: { conversion: { strategy: "None", webhook: null } } };
  await client.request("PATCH", path, { contentType: mergePatch, body: unconverted });
  await client.request("DELETE", path);
  while ((await client.request("GET", path)).status !== 404) {
    // The server learns of a removed webhook or conversion a moment later, so a refused patch is made again.
    await freeObjects(client, crd);
    await sleep(lookEveryMs, undefined, { signal: deadline });
  }
}

async function freeObjects(client: ApiClient, crd: unknown): Promise<void> {
  const stored = listAt(crd, "status", "storedVersions").map(String).at(-1);
  const plural = textAt(crd, "spec", "names", "plural");
  const served = `/apis/${group}/${stored}`;
  for (const item of await itemsAt(client, `${served}/${plural}`)) {
    const namespace = textAt(item, "metadata", "namespace");
    const object = `${served}/namespaces/${namespace}/${plural}/${textAt(item, "metadata", "name")}`;
    const body = { metadata: { finalizers: null } };
    await client.request("PATCH", object, { contentType: mergePatch, body });
  }
}

async function itemsAt(client: ApiClient, path: string): Promise<readonly unknown[]> {
  return listAt((await client.request("GET", path)).body, "items");
}
