/** What the API server's words about a webhook mean, and what helps. */

/** A cause of a failed call, found by the words of the message. */
export interface WebhookFault {
  readonly reason: string;
  readonly meaning: string;
  readonly fix: string;
}

interface Entry extends WebhookFault {
  readonly words: RegExp;
}

/**
 * The first that fits counts: the narrower words stand before the wider ones. Words from crypto/x509, net, net/http and
 * apiserver/pkg/util/webhook; each was seen as an answer of kube-apiserver.
 */
const ENTRIES: readonly Entry[] = [
  {
    words: /certificate has expired or is not yet valid/i,
    reason: "CertificateExpired",
    meaning: "the certificate that the operator shows, or the one that is trusted, has expired",
    fix: 'restart the operator, which issues a new one when it starts; if it runs, look at its log for "certificate"',
  },
  {
    words:
      /x509: certificate signed by unknown authority|unable to verify the first certificate|self.signed/i,
    reason: "CertificateNotTrusted",
    meaning:
      "the caBundle of the webhook configuration is not that of the certificate that is served",
    fix: "the running operator injects its caBundle within seconds: see that it runs, and that nothing (Argo CD, Flux, an admission policy) writes caBundle back",
  },
  {
    words: /x509: certificate is (valid for|not valid)|not match|doesn't contain any (IP )?SANs/i,
    reason: "CertificateOfAnotherName",
    meaning: "the certificate is for another name than the one that is called",
    fix: "the operator's --webhook-service, --namespace or --webhook-host must be those of the webhook configuration",
  },
  {
    words: /x509|tls: /i,
    reason: "CertificateInvalid",
    meaning: "the API server does not accept the operator's certificate",
    fix: "look at the operator's log; `prismctl check webhook` says what is served and what is trusted",
  },
  {
    words: /no endpoints available for service/i,
    reason: "NoEndpoints",
    meaning: "no ready pod of the operator stands behind its Service",
    fix: "see why its pods are not ready: `kubectl get pods -l app.kubernetes.io/name=prism-operator -A`",
  },
  {
    words: /service "[^"]+" not found/i,
    reason: "ServiceMissing",
    meaning: "the Service that the webhook configuration names does not exist",
    fix: "install the operator again, or remove its webhook configurations when it is meant to be gone",
  },
  {
    words: /connection refused|connection reset|broken pipe|EOF/i,
    reason: "NobodyListens",
    meaning: "nobody answers at the webhook's address: the operator is down or starting",
    fix: "start the operator; when it is meant to be gone, remove its webhook configurations",
  },
  {
    words: /no such host|server misbehaving/i,
    reason: "NameUnknown",
    meaning: "the API server cannot resolve the webhook's host",
    fix: "correct --webhook-host, or use a Service",
  },
  {
    words:
      /deadline exceeded|i\/o timeout|no route to host|Client\.Timeout|context canceled|TLS handshake timeout/i,
    reason: "NotReachable",
    meaning:
      "the API server cannot reach the operator's pods in time: a firewall, a network policy or a network plugin is between them",
    fix: "open the port webhooks.port (10250) from the control plane to the nodes, or set hostNetwork; on a busy cluster raise webhooks.timeoutSeconds",
  },
  {
    words: /the server could not find the requested resource|404 page not found/i,
    reason: "NotServed",
    meaning:
      "the API server does not serve prism.io: the CRDs are not installed or not established",
    fix: "apply the CRDs: `kubectl apply --server-side -f crds/`, or set crds.install in the chart",
  },
  {
    words: /conversion webhook for .* failed/i,
    reason: "ConversionFailed",
    meaning: "the operator does not convert between the versions of prism.io",
    fix: "see that the operator runs, and that the CRD's conversion names its Service",
  },
  {
    words: /an error on the server .*unknown|the server rejected our request|invalid character/i,
    reason: "AnotherServer",
    meaning: "something else than the operator answers at the webhook's address",
    fix: "see that the Service selects the operator's pods, and that its targetPort is the webhooks' port",
  },
];

/** Reads a message of the API server; undefined when it is not about calling a webhook. */
export function webhookFault(message: string): WebhookFault | undefined {
  const found = ENTRIES.find(({ words }) => words.test(message));
  if (found === undefined) return undefined;
  const { reason, meaning, fix } = found;
  return { reason, meaning, fix };
}

/** True when the API server could not ask a webhook of ours, as against a webhook that said no. */
export function isWebhookFailure(code: number, message: string): boolean {
  if (/failed calling webhook|conversion webhook for/i.test(message)) return true;
  // Other faults of a server are told in its own words; some of them are about the object.
  return code === 0 || (code >= 500 && webhookFault(message) !== undefined);
}
