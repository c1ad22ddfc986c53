import { setTimeout as sleep } from "node:timers/promises";
import type { ApiAnswer, ApiClient } from "../../tools/control-plane/api-client.ts";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";

const crdsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const webhookPaths: readonly string[] = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];
/** Not the groups beneath it: other tests, which take no turns, have CRDs of their own there. */
const group = "prism.io";
const mergePatch = { contentType: "application/merge-patch+json" };
const unconvert = {
  ...mergePatch,
  body: { spec: { conversion: { strategy: "None", webhook: null } } },
};
const unhold = { ...mergePatch, body: { metadata: { finalizers: null } } };
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

/**
 * Without conversion its objects can be read and freed of their finalizers as they are stored. They go before the CRD does, since a
 * server that has to empty a CRD by itself looks every five seconds (apiextensions-apiserver, pkg/controller/finalizer).
 *
 * @throws {Error} when the CRD is still there in the end: what the server says of it, and what its last answers were.
 */
async function removeCrd(client: ApiClient, crd: unknown, deadline: AbortSignal): Promise<void> {
  const path = `${crdsPath}/${textAt(crd, "metadata", "name")}`;
  for (;;) {
    // The server learns of a removed webhook or conversion a moment later, so what it refuses is asked again.
    const patched = await client.request("PATCH", path, unconvert);
    if (patched.status === 404) return;
    const { isEmpty, answers } = await removeObjects(client, crd);
    if (isEmpty) answers.push(await client.request("DELETE", path));
    if (deadline.aborted) throw new Error(stillThere(path, [patched, ...answers]));
    await sleep(lookEveryMs);
  }
}

function stillThere(path: string, answers: readonly ApiAnswer[]): string {
  const said = answers.map(
    ({ status, body }) => `${status} ${JSON.stringify(body).slice(0, 4000)}`,
  );
  return [`${path} is still there`, ...said].join("\n");
}

async function removeObjects(
  client: ApiClient,
  crd: unknown,
): Promise<{ readonly isEmpty: boolean; readonly answers: ApiAnswer[] }> {
  const stored = listAt(crd, "status", "storedVersions").map(String).at(-1);
  const plural = textAt(crd, "spec", "names", "plural");
  const served = `/apis/${group}/${stored}`;
  const listed = await client.request("GET", `${served}/${plural}`);
  const items = listAt(listed.body, "items");
  const answers = [listed];
  for (const item of items) {
    const namespace = textAt(item, "metadata", "namespace");
    const object = `${served}/namespaces/${namespace}/${plural}/${textAt(item, "metadata", "name")}`;
    answers.push(await client.request("DELETE", object));
    answers.push(await client.request("PATCH", object, unhold));
  }
  // A CRD whose objects are served no longer is on its way already.
  return { isEmpty: items.length === 0 && [200, 404].includes(listed.status), answers };
}

async function itemsAt(client: ApiClient, path: string): Promise<readonly unknown[]> {
  return listAt((await client.request("GET", path)).body, "items");
}
