/** Speaks with the API servers of a federation's members: like with our own, and with less trust. */
import type { ApiResult } from "../controller/api-result.ts";
import type { MemberConnection, MemberConnector } from "../controller/federation/member-port.ts";
import type { Resource } from "../controller/resource.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { MemberAccess } from "../domain/prism-federation/kubeconfig.ts";
import type { Access, Credentials } from "./access.ts";
import { isKubeObject, trimmed } from "./kube-object-shape.ts";
import { FENCED, type Leadership } from "./leader.ts";
import { collectionPath, objectPath } from "./resource-path.ts";
import { type Call, Transport } from "./transport.ts";

/** The field manager of what a federation applies to its members. */
const FEDERATION_MANAGER = "prism-federation";
const QUERY = `fieldManager=${FEDERATION_MANAGER}`;
/** etcd's limit of an object is 1.5 MiB; a list of two has room. */
const LARGEST_ANSWER = 8 * 1024 * 1024;
/** See `writer.ts`: never the version of an object that exists. */
const NO_VERSION = "1";

/** What connections need. */
export interface MemberConnectorOptions {
  readonly userAgent: string;
  readonly leadership: Leadership;
}

interface Opened {
  readonly transport: Transport;
  access: Access;
}

/** Makes the connector; it opens nothing yet. */
export function memberConnector(options: MemberConnectorOptions): MemberConnector {
  const opened = new Map<string, Opened>();
  return {
    connect: (id, access, timeoutMs) => {
      const known = opened.get(id) ?? open(options, accessOf(access));
      known.access = accessOf(access);
      opened.set(id, known);
      return connection(known.transport, options.leadership, timeoutMs);
    },
    forget: (id) => {
      opened.get(id)?.transport.close();
      opened.delete(id);
    },
  };
}

/** Credentials that are rotated count from the next call on; sockets that were opened with others are left alone. */
function open({ userAgent }: MemberConnectorOptions, access: Access): Opened {
  const limits = { largestBody: LARGEST_ANSWER, onlyStatus: true };
  const credentials: Credentials = {
    namespace: "default",
    description: access.server.origin,
    access: async () => made.access,
  };
  const transport = new Transport(credentials, userAgent, () => undefined, limits);
  const made: Opened = { transport, access };
  return made;
}

function accessOf({ server, certificateAuthority, certificate, key, token }: MemberAccess): Access {
  const tls = { ca: certificateAuthority, cert: certificate, key };
  return {
    server: new URL(server),
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    proxy: undefined,
  };
}

function connection(
  transport: Transport,
  leadership: Leadership,
  timeoutMs: number,
): MemberConnection {
  const read = async (path: string, signal: AbortSignal) =>
    transport.call({ method: "GET", path, timeoutMs }, signal);
  const write = async (call: Call, signal: AbortSignal): Promise<ApiResult<unknown>> => {
    const remaining = leadership.remainingMs();
    if (remaining <= 0) return { ok: false, failure: FENCED };
    return transport.call({ ...call, timeoutMs: Math.min(timeoutMs, remaining) }, signal);
  };
  return {
    get: async (resource, key, signal) => asObject(await read(objectPath(resource, key), signal)),
    list: async (resource, namespace, most, signal) =>
      asList(resource, await read(`${collectionPath(resource, namespace)}?limit=${most}`, signal)),
    apply: async (resource, object, signal) =>
      asObject(await write(applyCall(resource, object), signal)),
    unmark: async (resource, object, { labels, annotations }, signal) =>
      asObject(await write(unmarkCall(resource, object, labels, annotations), signal)),
    remove: async (resource, object, signal) => {
      const answer = await write(removeCall(resource, object), signal);
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
    may: async ({ verb, group, resource }, namespace, signal) => {
      const resourceAttributes = { namespace, verb, group, resource };
      const body = JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      });
      // Asks and stores nothing: no write that a lease has to fence.
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      return allowedIn(await transport.call({ method: "POST", path, body, timeoutMs }, signal));
    },
  };
}

/** A uid makes it an update of that object; without one nothing may be there. */
function applyCall(resource: Resource, object: KubeObject): Call {
  const isNew = object.metadata.uid === undefined;
  const metadata = { ...object.metadata, ...(isNew ? { resourceVersion: NO_VERSION } : {}) };
  return {
    method: "PATCH",
    path: `${objectPath(resource, object.metadata)}?${QUERY}&force=true`,
    contentType: "application/apply-patch+yaml",
    body: JSON.stringify({ ...object, metadata }),
  };
}

function unmarkCall(
  resource: Resource,
  { metadata }: KubeObject,
  labels: readonly string[],
  annotations: readonly string[],
): Call {
  const none = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const body = {
    metadata: { uid: metadata.uid, labels: none(labels), annotations: none(annotations) },
  };
  return {
    method: "PATCH",
    path: `${objectPath(resource, metadata)}?${QUERY}`,
    contentType: "application/merge-patch+json",
    body: JSON.stringify(body),
  };
}

function removeCall(resource: Resource, { metadata }: KubeObject): Call {
  const { uid } = metadata;
  const body = JSON.stringify({
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  });
  return { method: "DELETE", path: objectPath(resource, metadata), body };
}

function asObject(answer: ApiResult<unknown>): ApiResult<KubeObject> {
  if (!answer.ok) return answer;
  return isKubeObject(answer.value) ? { ok: true, value: trimmed(answer.value) } : MALFORMED;
}

function asList(resource: Resource, answer: ApiResult<unknown>): ApiResult<readonly KubeObject[]> {
  if (!answer.ok) return answer;
  const items = fieldsOf(answer.value)["items"];
  if (!Array.isArray(items) || !items.every(isKubeObject)) return MALFORMED;
  const { kind } = resource;
  return { ok: true, value: items.map((item) => trimmed({ ...item, kind })) };
}

function allowedIn(answer: ApiResult<unknown>): boolean | undefined {
  if (!answer.ok) return undefined;
  const { allowed } = fieldsOf(fieldsOf(answer.value)["status"]);
  return typeof allowed === "boolean" ? allowed : undefined;
}

const MALFORMED: ApiResult<never> = {
  ok: false,
  failure: {
    kind: "other",
    code: 200,
    reason: "Malformed",
    message: "the answer is none of a Kubernetes API server",
  },
};

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
