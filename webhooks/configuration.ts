/**
 * The webhook configurations as objects to apply (WH-1 to WH-9), for `--install`; the chart renders the same. They never
 * hold a caBundle: the operator injects it, and whoever applies these must not fight over it.
 */

/** Where the API server finds us. */
export type WebhookEndpoint =
  | {
      readonly mode: "service";
      readonly namespace: string;
      readonly name: string;
      readonly port: number;
    }
  /** `https://host:port` without a path. */
  | { readonly mode: "url"; readonly url: string };

/** A resource whose objects are admitted: its plural and the version that our webhooks get. */
export interface AdmittedResource {
  readonly plural: string;
  readonly hubVersion: string;
}

export interface ConfigurationOptions {
  readonly endpoint: WebhookEndpoint;
  readonly resources: readonly AdmittedResource[];
  /** The user of the operator itself, whose writes are not mutated; a lone operator outside the cluster has none. */
  readonly operatorUser?: string;
  /** 1 to 30; Kubernetes' own default is 10. */
  readonly timeoutSeconds: number;
}

const GROUP = "prism.io";
const NAME = "prism-operator";
/** Break-glass: a namespace with this label is not admitted (WH-7); setting it needs rights on the namespace. */
const BREAK_GLASS = { key: "prism.io/admission", operator: "NotIn", values: ["disabled"] };
/** AKS' admissions enforcer rewrites configurations in a loop without it. */
const ANNOTATIONS = { "admissions.enforcer/disabled": "true" };
const LABELS = { "app.kubernetes.io/name": NAME, "app.kubernetes.io/part-of": "prism" };
/** Finalizers must be removable with the operator gone (WH-6). */
const NOT_DELETING = {
  name: "not-being-deleted",
  expression: "!has(object.metadata.deletionTimestamp)",
};

/** The MutatingWebhookConfiguration and the ValidatingWebhookConfiguration, in this order. */
export function webhookConfigurations(options: ConfigurationOptions): readonly [object, object] {
  const mutate = webhook("mutate", ["CREATE", "UPDATE"], "Fail", options, [
    NOT_DELETING,
    ...(options.operatorUser === undefined ? [] : [notOperator(options.operatorUser)]),
  ]);
  return [
    configuration("MutatingWebhookConfiguration", [{ ...mutate, reinvocationPolicy: "IfNeeded" }]),
    configuration("ValidatingWebhookConfiguration", [
      webhook("validate", ["CREATE", "UPDATE"], "Fail", options, [NOT_DELETING]),
      // A DELETE webhook that fails closed would wedge namespace deletion while the operator is down (WH-2).
      webhook("protect", ["DELETE"], "Ignore", options, []),
    ]),
  ];
}

/** The `clientConfig` of a path of ours, without caBundle; also for `spec.conversion.webhook` of a CRD. */
export function clientConfig(endpoint: WebhookEndpoint, path: string): object {
  if (endpoint.mode === "url") return { url: `${endpoint.url}${path}` };
  const { namespace, name, port } = endpoint;
  return { service: { namespace, name, port, path } };
}

function configuration(kind: string, webhooks: readonly object[]): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name: NAME, labels: LABELS, annotations: ANNOTATIONS },
    webhooks,
  };
}

function webhook(
  action: string,
  operations: readonly string[],
  failurePolicy: "Fail" | "Ignore",
  options: ConfigurationOptions,
  matchConditions: readonly object[],
): object {
  return {
    name: `${action}.${GROUP}`,
    admissionReviewVersions: ["v1"],
    clientConfig: clientConfig(options.endpoint, `/${action}`),
    failurePolicy,
    matchPolicy: "Equivalent",
    sideEffects: "None",
    timeoutSeconds: options.timeoutSeconds,
    namespaceSelector: { matchExpressions: [BREAK_GLASS] },
    rules: options.resources.map(({ plural, hubVersion }) => ({
      apiGroups: [GROUP],
      apiVersions: [hubVersion],
      resources: [plural],
      operations,
      scope: "Namespaced",
    })),
    ...(matchConditions.length > 0 && { matchConditions }),
  };
}

function notOperator(user: string): object {
  return {
    name: "not-the-operator",
    expression: `request.userInfo.username != ${JSON.stringify(user)}`,
  };
}
