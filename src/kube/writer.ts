import type { ApiResult } from "../controller/api-result.ts";
import type { Propagation, Writer } from "../controller/ports.ts";
import { type Resource, resourceOf } from "../controller/resource.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { isKubeObject, trimmed } from "./kube-object-shape.ts";
import { FENCED, type Leadership } from "./leader.ts";
import { listPages } from "./list-pages.ts";
import { collectionPath, objectPath } from "./resource-path.ts";
import type { Call, Transport } from "./transport.ts";

/** The field manager of everything that we write (REC-1). */
export const FIELD_MANAGER = "prism-operator";
/** Owns a number of replicas between us and an autoscaler. */
const REPLICAS_MANAGER = "prism-operator-replicas";
const QUERY = `fieldManager=${FIELD_MANAGER}`;
const APPLY = "application/apply-patch+yaml";
const JSON_PATCH = "application/json-patch+json";
const WRITE_TIMEOUT_MS = 30_000;
/**
 * Never the version of an object that exists, since etcd's own first revision is 1. An apply that carries it
 * creates or fails with 409, which no other option of an apply does (seen on 1.37).
 */
const NO_VERSION = "1";

/** What writes need. */
export interface WriterOptions {
  readonly transport: Transport;
  readonly leadership: Leadership;
  /** Hears the server's answer to each write. */
  readonly wrote: (resource: Resource, object: KubeObject) => void;
}

/** Writes to the API server; each write is refused here when this process is not the leader. */
export function writer(options: WriterOptions): Writer {
  return {
    apply: (object, { createOnly }, signal) => {
      const metadata = {
        ...object.metadata,
        ...(createOnly ? { resourceVersion: NO_VERSION } : {}),
      };
      const path = `${pathOf(object)}?${QUERY}&force=true`;
      return write(options, object, patchCall(path, APPLY, { ...object, metadata }), signal);
    },
    holdReplicas: (workload, replicas, signal) => {
      const { apiVersion, kind, metadata } = workload;
      const { name, namespace, uid } = metadata;
      const body = { apiVersion, kind, metadata: { name, namespace, uid }, spec: { replicas } };
      const path = `${pathOf(workload)}?fieldManager=${REPLICAS_MANAGER}&force=true`;
      return write(options, workload, patchCall(path, APPLY, body), signal);
    },
    create: (object, signal) => {
      const path = `${collectionPath(known(object), object.metadata.namespace)}?${QUERY}`;
      const call: Call = { method: "POST", path, body: JSON.stringify(object) };
      return write(options, object, call, signal);
    },
    patch: (object, operations, signal) => {
      const call = patchCall(`${pathOf(object)}?${QUERY}`, JSON_PATCH, operations);
      return write(options, object, call, signal);
    },
    report: (object, status, signal) => {
      const path = `${objectPath(known(object), object.metadata, "status")}?${QUERY}&force=true`;
      return write(options, object, patchCall(path, APPLY, statusOnly(object, status)), signal);
    },
    remove: (object, propagation, signal) => remove(options, object, propagation, signal),
    list: async (resource, namespace, fieldSelector, signal) => {
      const query = new URLSearchParams(fieldSelector === undefined ? {} : { fieldSelector });
      const path = collectionPath(resource, namespace);
      const listed = await listPages(options.transport, path, query, signal);
      return listed.ok ? { ok: true, value: listed.value.items } : listed;
    },
    fetch: async (resource, key, signal) => {
      const path = objectPath(resource, key);
      return asObject(await options.transport.call({ method: "GET", path }, signal));
    },
  };
}

async function remove(
  options: WriterOptions,
  object: KubeObject,
  propagation: Propagation,
  signal: AbortSignal,
): Promise<ApiResult<void>> {
  const body = JSON.stringify(deleteOptions(object, propagation));
  const answer = await fenced(options, { method: "DELETE", path: pathOf(object), body }, signal);
  if (!answer.ok) return answer;
  // What is being deleted comes back as it is now, what is gone as a Status.
  const left = asObject(answer);
  const isGoing = left.ok && left.value.metadata.deletionTimestamp !== undefined;
  if (isGoing && left.value.kind === object.kind) options.wrote(known(object), left.value);
  return { ok: true, value: undefined };
}

/** The uid keeps a status from reaching an object that was made again under the same name. */
function statusOnly({ apiVersion, kind, metadata }: KubeObject, status: object): object {
  const { name, namespace, uid } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, uid }, status };
}

function deleteOptions(object: KubeObject, propagation: Propagation): object {
  const { uid } = object.metadata;
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
}

async function write(
  options: WriterOptions,
  object: KubeObject,
  call: Call,
  signal: AbortSignal,
): Promise<ApiResult<KubeObject>> {
  const answer = asObject(await fenced(options, call, signal));
  if (answer.ok) options.wrote(known(object), answer.value);
  return answer;
}

/** Sends a write only while the lease is ours, and gives it no longer than the lease lasts. */
async function fenced(
  { transport, leadership }: WriterOptions,
  call: Call,
  signal: AbortSignal,
): Promise<ApiResult<unknown>> {
  const remaining = leadership.remainingMs();
  if (remaining <= 0) return { ok: false, failure: FENCED };
  return transport.call({ ...call, timeoutMs: Math.min(WRITE_TIMEOUT_MS, remaining) }, signal);
}

function asObject(answer: ApiResult<unknown>): ApiResult<KubeObject> {
  if (!answer.ok) return answer;
  if (isKubeObject(answer.value)) return { ok: true, value: trimmed(answer.value) };
  const message = "the answer is no object";
  return { ok: false, failure: { kind: "other", code: 200, reason: "Malformed", message } };
}

function patchCall(path: string, contentType: string, body: unknown): Call {
  return { method: "PATCH", path, contentType, body: JSON.stringify(body) };
}

function pathOf(object: KubeObject): string {
  return objectPath(known(object), object.metadata);
}

/** Only kinds of the resource tables are ever rendered; another one is a mistake in this program. */
function known(object: KubeObject): Resource {
  const resource = resourceOf(object);
  if (resource === undefined)
    throw new TypeError(`no resource for ${object.apiVersion} ${object.kind}`);
  return resource;
}
