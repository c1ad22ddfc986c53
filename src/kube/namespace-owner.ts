/**
 * Makes the operator's namespace the owner of its webhook configurations (PKG-4): whoever deletes the namespace in place of an uninstall is not left
 * with webhooks that nobody answers and that refuse every write.
 */
import type { Transport } from "./transport.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const KINDS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

/** Adds the reference where it is missing; a configuration that is not there is none's. Rejects with one line when the API server refuses. */
export async function ownByNamespace(
  transport: Pick<Transport, "call">,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const owner = await read(transport, `/api/v1/namespaces/${namespace}`, signal);
  if (owner === undefined) return;
  const { uid } = metadataOf(owner);
  const reference = { apiVersion: "v1", kind: "Namespace", name: namespace, uid };
  await Promise.all(
    KINDS.map(async (kind) => {
      const path = `${GROUP}/${kind}/${name}`;
      const found = await read(transport, path, signal);
      const references = metadataOf(found)["ownerReferences"];
      const isOwned = Array.isArray(references) && references.some((one) => one?.uid === uid);
      if (found === undefined || isOwned) return;
      // Merged with other references by uid.
      const contentType = "application/strategic-merge-patch+json";
      const body = JSON.stringify({ metadata: { ownerReferences: [reference] } });
      const answer = await transport.call({ method: "PATCH", path, contentType, body }, signal);
      if (!answer.ok && answer.failure.kind !== "not-found")
        throw new Error(`cannot own ${kind}/${name}: ${answer.failure.message}`);
    }),
  );
}

async function read(
  transport: Pick<Transport, "call">,
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await transport.call({ method: "GET", path }, signal);
  if (answer.ok) return answer.value;
  if (answer.failure.kind === "not-found") return undefined;
  throw new Error(`cannot read ${path}: ${answer.failure.message}`);
}

function metadataOf(object: unknown): Readonly<Record<string, unknown>> {
  const { metadata } = Object(object ?? {});
  return typeof metadata === "object" && metadata !== null ? metadata : {};
}
