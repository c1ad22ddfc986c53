import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt } from "../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "./control-plane.ts";
import { openControlPlane } from "./control-plane.ts";
import { removePrism } from "./prism-removal.ts";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const schema = {
  openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};
/** Nobody listens there, so every conversion and every review fails. */
const clientConfig = { url: "https://127.0.0.1:1/nobody" };
const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "leftovers.prism.io" },
  spec: {
    group: "prism.io",
    scope: "Namespaced",
    names: { kind: "Leftover", plural: "leftovers" },
    versions: ["v1", "v2"].map((name) => ({ name, served: true, storage: name === "v2", schema })),
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig, conversionReviewVersions: ["v1"] },
    },
  },
};
const configuration = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "prism-removal" },
  webhooks: [
    {
      name: "removal.prism.io",
      clientConfig,
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      failurePolicy: "Fail",
      rules: [
        {
          apiGroups: ["prism.io"],
          apiVersions: ["*"],
          operations: ["*"],
          resources: ["*"],
        },
      ],
    },
  ],
};

describe("removing Prism from a server", () => {
  let plane: TestControlPlane;
  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
  });
  after(() => plane.close());

  it("works where finalizers hold objects and no webhook answers", async () => {
    const namespace = await plane.freshNamespace();
    assert.equal((await plane.api("POST", crds, crd)).status, 201);
    const path = `/apis/prism.io/v2/namespaces/${namespace}/leftovers`;
    const held = {
      apiVersion: "prism.io/v2",
      kind: "Leftover",
      metadata: { name: "held", finalizers: ["prism.io/cleanup"] },
    };
    while ((await plane.api("POST", path, held)).status !== 201) await sleep(50);
    assert.equal((await plane.api("POST", webhooks, configuration)).status, 201);

    await removePrism(plane.client);

    assert.equal((await plane.api("GET", `${crds}/${crd.metadata.name}`)).status, 404);
    const left = await plane.api("GET", webhooks);
    assert.deepEqual(listAt(left.body, "items"), []);
  });

  it("leaves a server without Prism as it is", async () => {
    await removePrism(plane.client);
  });
});
