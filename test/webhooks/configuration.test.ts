import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientConfig, webhookConfigurations } from "../../webhooks/configuration.ts";

const OPTIONS = {
  endpoint: {
    mode: "service",
    namespace: "prism-system",
    name: "prism-operator-webhook",
    port: 443,
  },
  resources: [{ plural: "prismclusters", hubVersion: "v1alpha2" }],
  operatorUser: 'system:serviceaccount:prism-system:prism"operator',
  timeoutSeconds: 10,
} as const;

interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  readonly matchPolicy: string;
  readonly sideEffects: string;
  readonly admissionReviewVersions: string[];
  readonly timeoutSeconds: number;
  readonly clientConfig: object;
  readonly rules: {
    readonly apiGroups: string[];
    readonly apiVersions: string[];
    readonly resources: string[];
    readonly operations: string[];
  }[];
  readonly matchConditions?: { readonly expression: string }[];
  readonly namespaceSelector: object;
}
const webhooks = (): readonly Webhook[] =>
  webhookConfigurations(OPTIONS).flatMap((one) => (one as { webhooks: Webhook[] }).webhooks);
const named = (name: string): Webhook => {
  const found = webhooks().find((webhook) => webhook.name === `${name}.prism.io`);
  assert.ok(found);
  return found;
};

describe("webhook configurations", () => {
  it("hold three webhooks, with protect alone failing open", () => {
    assert.deepEqual(
      webhooks().map(({ name, failurePolicy }) => `${name} ${failurePolicy}`),
      ["mutate.prism.io Fail", "validate.prism.io Fail", "protect.prism.io Ignore"],
    );
  });

  it("touch main resources of our group in the hub version and nothing else", () => {
    for (const { rules } of webhooks()) {
      assert.deepEqual(
        rules.map(({ apiGroups, apiVersions, resources }) => ({
          apiGroups,
          apiVersions,
          resources,
        })),
        [{ apiGroups: ["prism.io"], apiVersions: ["v1alpha2"], resources: ["prismclusters"] }],
      );
    }
    assert.deepEqual(named("mutate").rules[0]?.operations, ["CREATE", "UPDATE"]);
    assert.deepEqual(named("protect").rules[0]?.operations, ["DELETE"]);
  });

  it("get objects of every version converted, promise no side effects, can be switched off by namespace", () => {
    for (const webhook of webhooks()) {
      assert.equal(webhook.matchPolicy, "Equivalent");
      assert.equal(webhook.sideEffects, "None");
      assert.deepEqual(webhook.admissionReviewVersions, ["v1"]);
      assert.equal(webhook.timeoutSeconds, 10);
      assert.deepEqual(webhook.namespaceSelector, {
        matchExpressions: [{ key: "prism.io/admission", operator: "NotIn", values: ["disabled"] }],
      });
    }
  });

  it("leave objects alone that are being deleted, and mutate none of the operator's own writes", () => {
    const deleting = "!has(object.metadata.deletionTimestamp)";
    const own =
      'request.userInfo.username != "system:serviceaccount:prism-system:prism\\"operator"';
    assert.deepEqual(
      named("mutate").matchConditions?.map(({ expression }) => expression),
      [deleting, own],
    );
    assert.deepEqual(
      named("validate").matchConditions?.map(({ expression }) => expression),
      [deleting],
    );
    assert.equal(named("protect").matchConditions, undefined);
  });

  it("never hold a caBundle", () => {
    assert.ok(!JSON.stringify(webhookConfigurations(OPTIONS)).includes("caBundle"));
  });

  it("point to the Service, or to a URL", () => {
    assert.deepEqual(named("mutate").clientConfig, {
      service: {
        namespace: "prism-system",
        name: "prism-operator-webhook",
        port: 443,
        path: "/mutate",
      },
    });
    const url = { mode: "url", url: "https://127.0.0.1:9443" } as const;
    assert.deepEqual(clientConfig(url, "/convert"), { url: "https://127.0.0.1:9443/convert" });
  });
});
