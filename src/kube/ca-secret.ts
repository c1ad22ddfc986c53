/** The Secret of the certificate authority on the API server, in the form that `certs/` asks for. */
import type { ApiResult } from "../controller/api-result.ts";
import { SECRET } from "../controller/resource.ts";
import { collectionPath, objectPath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { FIELD_MANAGER } from "./writer.ts";

/** As stored; `data` is decoded. */
export interface StoredSecret {
  readonly resourceVersion: string;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is to be written; `null` removes a key or an annotation. */
export interface SecretContent {
  readonly data: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Reads and writes one Secret; failures that are no race reject. */
export interface CaSecret {
  read(signal: AbortSignal): Promise<StoredSecret | undefined>;
  create(content: SecretContent, signal: AbortSignal): Promise<"written" | "conflict">;
  update(
    content: SecretContent,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<"written" | "conflict">;
}

/** The Secret of that name; it is read anew each time, so a race shows at once. */
export function caSecret(transport: Transport, namespace: string, name: string): CaSecret {
  const path = objectPath(SECRET, { namespace, name });
  return {
    read: async (signal) => {
      const answer = await transport.call({ method: "GET", path }, signal);
      if (!answer.ok && answer.failure.kind === "not-found") return undefined;
      return storedSecret(orThrow(answer, `Secret ${namespace}/${name}`));
    },
    create: async ({ data, annotations }, signal) => {
      const metadata = { name, namespace, annotations: withoutNulls(annotations) };
      const object = {
        apiVersion: "v1",
        kind: "Secret",
        type: "Opaque",
        metadata,
        data: withoutNulls(encoded(data)),
      };
      const create = `${collectionPath(SECRET, namespace)}?fieldManager=${FIELD_MANAGER}`;
      const body = JSON.stringify(object);
      return written(await transport.call({ method: "POST", path: create, body }, signal), name);
    },
    update: async ({ data, annotations }, resourceVersion, signal) => {
      const body = JSON.stringify({
        metadata: { resourceVersion, annotations },
        data: encoded(data),
      });
      const contentType = "application/merge-patch+json";
      return written(
        await transport.call({ method: "PATCH", path, contentType, body }, signal),
        name,
      );
    },
  };
}

/** A success or a thrown Error with one line for people. */
export function orThrow<T>(answer: ApiResult<T>, what: string): T {
  if (answer.ok) return answer.value;
  const { reason, message } = answer.failure;
  throw new Error(`${what}: ${reason} ${message}`.trim());
}

/** `conflict` for a lost race, and for an object that is gone meanwhile. */
function written(answer: ApiResult<unknown>, name: string): "written" | "conflict" {
  if (!answer.ok && (answer.failure.kind === "conflict" || answer.failure.kind === "not-found")) {
    return "conflict";
  }
  orThrow(answer, `Secret ${name}`);
  return "written";
}

function storedSecret(value: unknown): StoredSecret {
  const object = fieldsOf(value);
  const metadata = fieldsOf(object["metadata"]);
  const data = Object.entries(textsOf(object["data"])).map(([key, text]) => [
    key,
    Buffer.from(text, "base64").toString("utf8"),
  ]);
  return {
    resourceVersion: String(metadata["resourceVersion"] ?? ""),
    data: Object.fromEntries(data),
    annotations: textsOf(metadata["annotations"]),
  };
}

function encoded(data: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const entries = Object.entries(data).map(([key, text]) => [
    key,
    text === null ? null : Buffer.from(text).toString("base64"),
  ]);
  return Object.fromEntries(entries);
}

function withoutNulls(record: Readonly<Record<string, string | null>>): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])),
  );
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
