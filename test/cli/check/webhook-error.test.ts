import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { isWebhookFailure, webhookFault } from "../../../src/cli/check/webhook-error.ts";

/** Answers of kube-apiserver 1.37, each from a cluster in that state. */
const ANSWERS: readonly (readonly [string, string])[] = [
  [
    'failed calling webhook "mutate.prism.io": failed to call webhook: Post "https://127.0.0.1:1/mutate": dial tcp 127.0.0.1:1: connect: connection refused',
    "NobodyListens",
  ],
  [
    'failed calling webhook "mutate.prism.io": failed to call webhook: Post "https://127.0.0.1:1/mutate": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026',
    "CertificateExpired",
  ],
  [
    'failed calling webhook "validate.prism.io": failed to call webhook: Post "https://prism-operator-webhook.prism-system.svc:443/validate": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    "CertificateNotTrusted",
  ],
  [
    'failed calling webhook "validate.prism.io": failed to call webhook: Post "https://x": tls: failed to verify certificate: x509: certificate is valid for a, not b',
    "CertificateOfAnotherName",
  ],
  [
    'failed calling webhook "mutate.prism.io": failed to call webhook: Post "https://prism-operator-webhook.prism-system.svc:443/mutate?timeout=10s": no endpoints available for service "prism-operator-webhook"',
    "NoEndpoints",
  ],
  [
    'failed calling webhook "mutate.prism.io": failed to call webhook: Post "https://prism-operator-webhook.prism-system.svc:443/mutate?timeout=10s": service "prism-operator-webhook" not found',
    "ServiceMissing",
  ],
  [
    'failed calling webhook "mutate.prism.io": failed to call webhook: Post "https://10.0.0.1:10250/mutate?timeout=10s": context deadline exceeded',
    "NotReachable",
  ],
  [
    "conversion webhook for prism.io/v1alpha1, Kind=PrismCluster failed: the server returned 500",
    "ConversionFailed",
  ],
  ["404 page not found", "NotServed"],
];

describe("what the API server says of a webhook", () => {
  for (const [message, reason] of ANSWERS) {
    it(`means ${reason}`, () => equal(webhookFault(message)?.reason, reason));
  }

  it("is told from what a webhook says of an object", () => {
    equal(
      isWebhookFailure(
        422,
        'admission webhook "validate.prism.io" denied the request: spec.x: Invalid',
      ),
      false,
    );
    equal(
      isWebhookFailure(
        500,
        "failed to create typed patch object: .spec.proxy.replicas: expected numeric",
      ),
      false,
    );
    equal(isWebhookFailure(500, ANSWERS[0]?.[0] ?? ""), true);
    equal(isWebhookFailure(0, "no answer"), true);
  });
});
