/** Reads lists and asks questions of a live API server, each with its own deadline. */
import type { ApiFailure, ApiResult } from "../../controller/api-result.ts";
import { apiVersionOf, type Resource } from "../../controller/resource.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { listPages } from "../../kube/list-pages.ts";
import { collectionPath } from "../../kube/resource-path.ts";
import type { Call, Transport } from "../../kube/transport.ts";

/** Where to look within a resource. */
export interface Query {
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly isMetadataOnly?: true | undefined;
}

const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Reads from one API server. Nothing of it throws: answers are values. */
export class ClusterReader {
  readonly #transport: Transport;
  readonly #deadlineMs: number;

  /** `deadlineMs` is for one question, not for all of them: one that hangs costs the others nothing. */
  constructor(transport: Transport, deadlineMs: number) {
    this.#transport = transport;
    this.#deadlineMs = deadlineMs;
  }

  /** Every object of a resource, with its type. */
  async list(
    resource: Resource,
    query: Query,
    signal: AbortSignal,
  ): Promise<ApiResult<readonly KubeObject[]>> {
    const parameters = new URLSearchParams();
    if (query.labelSelector !== undefined) parameters.set("labelSelector", query.labelSelector);
    if (query.fieldSelector !== undefined) parameters.set("fieldSelector", query.fieldSelector);
    const path = collectionPath(resource, query.namespace);
    const form = { accept: query.isMetadataOnly ? METADATA : undefined };
    const listed = await listPages(this.#transport, path, parameters, this.#within(signal), form);
    if (!listed.ok) return listed;
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    return { ok: true, value: listed.value.items.map((item) => ({ ...item, ...type })) };
  }

  /** One call. */
  call(call: Call, signal: AbortSignal): Promise<ApiResult<unknown>> {
    return this.#transport.call({ timeoutMs: this.#deadlineMs, ...call }, this.#within(signal));
  }

  /** The text of an answer that is no JSON, such as a log; at most `mostBytes` of it. */
  async text(path: string, mostBytes: number, signal: AbortSignal): Promise<ApiResult<string>> {
    const opened = await this.#transport.stream(
      { method: "GET", path, accept: "*/*", timeoutMs: this.#deadlineMs },
      this.#within(signal),
    );
    if (!opened.ok) return opened;
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of opened.value.body) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > mostBytes) break;
      }
    } catch (error) {
      return { ok: false, failure: broken(error) };
    } finally {
      opened.value.close();
    }
    return { ok: true, value: Buffer.concat(chunks).subarray(0, mostBytes).toString("utf8") };
  }

  #within(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.#deadlineMs)]);
  }
}

function broken(error: unknown): ApiFailure {
  const message = error instanceof Error ? error.message : "no answer";
  return { kind: "unreachable", code: 0, reason: "Broken", message };
}

/** A failure in one line for people. */
export function describeFailure({ kind, code, reason, message }: ApiFailure): string {
  if (kind === "unreachable") return message === "" ? reason : message;
  return `${code} ${reason}: ${message}`.trim();
}
