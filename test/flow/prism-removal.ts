import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";

const crdsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const webhookPaths: readonly string[] = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];
const isPrism = /(^|\.)prism\.io$/;
const withinMs = 30_000;

/**
 * Takes everything of prism.io that is cluster-wide off a server, and with the CRDs every object of theirs, though no operator and no
 * webhook is there to answer. Resolves when the CRDs are gone.
 */
export async function removePrism(client: ApiClient): Promise<void> {
  for (const path of webhookPaths)
    for (const item of await itemsAt(client, path))
      if (textAt(item, "metadata", "name").includes("prism"))
        await client.request("DELETE", `${path}/${textAt(item, "metadata", "name")}`);
  const crds = (await itemsAt(client, crdsPath)).filter((crd) =>
    isPrism.test(textAt(crd, "spec", "group")),
  );
  for (const crd of crds) await removeCrd(client, crd);
  const deadline = AbortSignal.timeout(withinMs);
  for (const crd of crds) {
    const path = `${crdsPath}/${textAt(crd, "metadata", "name")}`;
    while ((await client.request("GET", path, { signal: deadline })).status !== 404);
  }
}

/** Without conversion its objects can be read and freed of their finalizers as they are stored. */
async function removeCrd(client: ApiClient, crd: unknown): Promise<void> {
  const path = `${crdsPath}/${textAt(crd, "metadata", "name")}`;
  const contentType = "application/merge-patch+json";
  const unconverted = { spec: { conversion: { strategy: "None", webhook: null } } };
  await client.request("PATCH", path, { contentType, body: unconverted });
  const group = textAt(crd, "spec", "group");
  const stored = listAt(crd, "status", "storedVersions").map(String).at(-1);
  const plural = textAt(crd, "spec", "names", "plural");
  const free = { metadata: { finalizers: null } };
  for (const item of await itemsAt(client, `/apis/${group}/${stored}/${plural}`)) {
    const namespace = textAt(item, "metadata", "namespace");
    const object = `/apis/${group}/${stored}/namespaces/${namespace}/${plural}/${textAt(item, "metadata", "name")}`;
    await client.request("PATCH", object, { contentType, body: free });
  }
  await client.request("DELETE", path);
}

async function itemsAt(client: ApiClient, path: string): Promise<readonly unknown[]> {
  return listAt((await client.request("GET", path)).body, "items");
}
