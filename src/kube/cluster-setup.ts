/** Cluster-wide objects of the operator itself: CRDs, webhook configurations, its namespace. */
import type { Resource } from "../controller/resource.ts";
import { type Clock, sleep } from "../engine/clock.ts";
import { orThrow } from "./ca-secret.ts";
import { objectPath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { VersionedRead } from "./versioned-read.ts";

/** What `--install` applies and the certificates are injected into. */
export const CRD: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
};
const MUTATING: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "mutatingwebhookconfigurations",
  kind: "MutatingWebhookConfiguration",
};
const VALIDATING: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "validatingwebhookconfigurations",
  kind: "ValidatingWebhookConfiguration",
};
const NAMESPACE: Resource = { group: "", version: "v1", plural: "namespaces", kind: "Namespace" };
const BY_KIND = new Map([CRD, MUTATING, VALIDATING, NAMESPACE].map((one) => [one.kind, one]));

/** Applies as another manager than reconciliation, so that neither takes fields from the other. */
const INSTALL_MANAGER = "prism-operator-install";
const ESTABLISHED_WITHIN_MS = 30_000;
const ESTABLISHED_EVERY_MS = 100;

/** Applies objects one after the other (server-side, forced). Throws an Error for people. */
export async function applySetup(
  transport: Transport,
  objects: readonly object[],
  signal: AbortSignal,
): Promise<void> {
  for (const object of objects) {
    const { kind, name } = identityOf(object);
    const path = `${pathOf(kind, name)}?fieldManager=${INSTALL_MANAGER}&force=true`;
    const contentType = "application/apply-patch+yaml";
    const body = JSON.stringify(object);
    const answer = await transport.call({ method: "PATCH", path, contentType, body }, signal);
    orThrow(answer, `cannot apply ${kind} ${name}`);
  }
}

/** The namespace of the operator, made when it is not there. */
export async function ensureNamespace(
  transport: Transport,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await transport.call({ method: "GET", path: pathOf("Namespace", name) }, signal);
  if (found.ok) return;
  await applySetup(
    transport,
    [{ apiVersion: "v1", kind: "Namespace", metadata: { name } }],
    signal,
  );
}

/** Waits until the API server serves these CRDs. Throws an Error for people when it does not. */
export async function untilEstablished(
  transport: Transport,
  names: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.now() + ESTABLISHED_WITHIN_MS;
  for (const name of names) {
    while (!(await isServed(transport, name, signal))) {
      if (clock.now() > deadline || signal.aborted) {
        throw new Error(`the CustomResourceDefinition ${name} is not served; start with --install`);
      }
      await sleep(clock, ESTABLISHED_EVERY_MS, signal);
    }
  }
}

async function isServed(transport: Transport, name: string, signal: AbortSignal): Promise<boolean> {
  const answer = await transport.call({ method: "GET", path: pathOf(CRD.kind, name) }, signal);
  return answer.ok && isEstablished(answer.value);
}

/** An object whose clientConfigs are to trust a bundle, in the form that `certs/` asks for. */
export interface TrustTarget {
  readonly name: string;
  read(signal: AbortSignal): Promise<unknown>;
  patch(operations: readonly object[], signal: AbortSignal): Promise<"written" | "conflict">;
}

/** A CRD or webhook configuration as a target of trust. */
export function trustTarget(transport: Transport, kind: string, name: string): TrustTarget {
  const path = pathOf(kind, name);
  const whole = new VersionedRead(transport, path, withClientConfigs);
  return {
    name: `${kind}/${name}`,
    read: async (signal) => {
      const answer = await whole.read(signal);
      if (!answer.ok && answer.failure.kind === "not-found") return undefined;
      return orThrow(answer, `${kind} ${name}`);
    },
    patch: async (operations, signal) => {
      const contentType = "application/json-patch+json";
      const query = "?fieldManager=prism-operator-certs";
      const body = JSON.stringify(operations);
      const call = { method: "PATCH", path: `${path}${query}`, contentType, body } as const;
      const answer = await transport.call(call, signal);
      // A test that fails is a 422 of reason Invalid: somebody else wrote since.
      const isRace =
        !answer.ok && ["conflict", "not-found", "invalid"].includes(answer.failure.kind);
      if (isRace) return "conflict";
      orThrow(answer, `${kind} ${name}`);
      return "written";
    },
  };
}

/** What holds clientConfigs; a CRD's schemas are the rest. */
function withClientConfigs(object: unknown): unknown {
  const { metadata, webhooks, spec } = fieldsOf(object);
  const { resourceVersion } = fieldsOf(metadata);
  const { conversion } = fieldsOf(spec);
  return { metadata: { resourceVersion }, webhooks, spec: { conversion } };
}

/** The user that the API server takes us for; undefined where it does not say. */
export async function ownUser(
  transport: Transport,
  signal: AbortSignal,
): Promise<string | undefined> {
  const body = JSON.stringify({
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
  });
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const answer = await transport.call({ method: "POST", path, body }, signal);
  const status = answer.ok ? fieldsOf(fieldsOf(answer.value)["status"]) : {};
  const { username } = fieldsOf(status["userInfo"]);
  return typeof username === "string" ? username : undefined;
}

function isEstablished(crd: unknown): boolean {
  const { conditions } = fieldsOf(fieldsOf(crd)["status"]);
  const all = Array.isArray(conditions) ? conditions.map(fieldsOf) : [];
  return all.some(({ type, status }) => type === "Established" && status === "True");
}

function identityOf(object: object): { kind: string; name: string } {
  const { kind, metadata } = fieldsOf(object);
  return { kind: String(kind), name: String(fieldsOf(metadata)["name"]) };
}

function pathOf(kind: string, name: string): string {
  const resource = BY_KIND.get(kind);
  if (resource === undefined) throw new TypeError(`no resource for ${kind}`);
  return objectPath(resource, { name });
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
