import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ownByNamespace } from "../../src/kube/namespace-owner.ts";
import type { Call } from "../../src/kube/transport.ts";

const NEVER = new AbortController().signal;
const NAMESPACE = "/api/v1/namespaces/prism-system";

function server(objects: Readonly<Record<string, object>>) {
  const patches: string[] = [];
  const call = async ({ method, path, body }: Call) => {
    if (method === "PATCH") patches.push(`${path.split("/").at(-2)} ${body}`);
    const value = objects[path.replace("/apis/admissionregistration.k8s.io/v1/", "")];
    const failure = { kind: "not-found" as const, code: 404, reason: "NotFound", message: "" };
    return value === undefined ? { ok: false as const, failure } : { ok: true as const, value };
  };
  return { patches, transport: { call } };
}

describe("the namespace as owner of the webhook configurations", () => {
  it("is added where it is missing, and to what is there alone", async () => {
    const { patches, transport } = server({
      [NAMESPACE]: { metadata: { uid: "n" } },
      "mutatingwebhookconfigurations/x": { metadata: { ownerReferences: [{ uid: "other" }] } },
    });
    await ownByNamespace(transport, "prism-system", "x", NEVER);
    const reference = `{"apiVersion":"v1","kind":"Namespace","name":"prism-system","uid":"n"}`;
    assert.deepEqual(patches, [
      `mutatingwebhookconfigurations {"metadata":{"ownerReferences":[${reference}]}}`,
    ]);
  });

  it("is left where it is", async () => {
    const owned = { metadata: { ownerReferences: [{ uid: "n" }] } };
    const { patches, transport } = server({
      [NAMESPACE]: { metadata: { uid: "n" } },
      "mutatingwebhookconfigurations/x": owned,
      "validatingwebhookconfigurations/x": owned,
    });
    await ownByNamespace(transport, "prism-system", "x", NEVER);
    assert.deepEqual(patches, []);
  });
});
