/**
 * The API server as the oracle. Each CRD gets one more version that keeps everything; what is written through it is stored
 * without validation, so that old objects may be invalid: that is what ratcheting is about.
 */
import { Agent, request } from "node:https";
import type { CrdVersion } from "../../../schemas/crd.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import { parseJson } from "../../../schemas/parse-json.ts";
import type { Connection } from "../../../tools/control-plane/plan.ts";
import { requestText } from "./request-text.ts";

/** What the server said of one write. */
export interface ServerAnswer {
  readonly code: number;
  readonly body: JsonObject;
}

/** The version that keeps everything. */
const LAX = "v0lax";

/** One CRD on a real server. */
export class Oracle {
  readonly #agent: Agent;
  readonly #connection: Connection;
  readonly #crd: CrdVersion;
  readonly #namespace: string;

  constructor(connection: Connection, crd: CrdVersion, namespace: string) {
    this.#agent = new Agent({
      keepAlive: true,
      ca: connection.certificateAuthority,
      maxSockets: 16,
    });
    this.#connection = connection;
    this.#crd = crd;
    this.#namespace = namespace;
  }

  /** Installs a CRD with the lax version, and waits until it is served. */
  async install(crd: JsonObject): Promise<void> {
    const name = `${this.#crd.plural}.${this.#crd.group}`;
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
    const answer = await this.send(
      "PATCH",
      `${path}?fieldManager=differential&force=true`,
      requestText(withLaxVersion(crd, this.#crd.version)),
    );
    if (answer.code >= 300) {
      throw new Error(`the CRD was refused: ${String(answer.body["message"])}`);
    }
    for (const version of [LAX, this.#crd.version]) {
      await this.#untilServed(version);
    }
  }

  async #untilServed(version: string): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const { code } = await this.send("GET", this.#path(version, ""));
      if (code === 200) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${version} is not served`);
  }

  /** A create that is not carried out. */
  create(text: string): Promise<ServerAnswer> {
    return this.send(
      "POST",
      `${this.#path(this.#crd.version, "")}?dryRun=All&fieldValidation=Ignore`,
      text,
    );
  }

  /** The stored form of an old object, read in the version under test; undefined where even the lax version refuses it. */
  async store(object: JsonObject): Promise<JsonObject | undefined> {
    const lax = requestText({ ...object, apiVersion: `${this.#crd.group}/${LAX}` });
    const stored = await this.send("POST", `${this.#path(LAX, "")}?fieldValidation=Ignore`, lax);
    if (stored.code >= 300) {
      return undefined;
    }
    const read = await this.send("GET", this.#path(this.#crd.version, nameOf(object)));
    return read.code === 200 ? read.body : undefined;
  }

  /** An update, not carried out, of an object that `store` has stored. */
  update(object: JsonObject, old: JsonObject): Promise<ServerAnswer> {
    const meta = getKey(object, "metadata");
    const oldMeta = getKey(old, "metadata");
    const resourceVersion = isObject(oldMeta) ? (getKey(oldMeta, "resourceVersion") ?? null) : null;
    const current = { ...object, metadata: { ...(isObject(meta) ? meta : {}), resourceVersion } };
    const path = this.#path(this.#crd.version, nameOf(object));
    return this.send("PUT", `${path}?dryRun=All&fieldValidation=Ignore`, requestText(current));
  }

  /** Removes a stored object, finalizers or not. */
  async remove(name: string): Promise<void> {
    await this.send(
      "PATCH",
      this.#path(LAX, name),
      '{"metadata":{"finalizers":null}}',
      "application/merge-patch+json",
    );
    await this.send("DELETE", this.#path(LAX, name));
  }

  close(): void {
    this.#agent.destroy();
  }

  #path(version: string, name: string): string {
    const { group, plural, scope } = this.#crd;
    const namespace = scope === "Namespaced" ? `/namespaces/${this.#namespace}` : "";
    return `/apis/${group}/${version}${namespace}/${plural}${name === "" ? "" : `/${name}`}`;
  }

  /** One request; the answer keeps the text of numbers. */
  send(method: string, path: string, body?: string, contentType?: string): Promise<ServerAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ServerAnswer>();
    const usual = path.includes("customresourcedefinitions")
      ? "application/apply-patch+yaml"
      : "application/json";
    const outgoing = request(new URL(path, this.#connection.server), {
      agent: this.#agent,
      method,
      headers: {
        authorization: `Bearer ${this.#connection.token}`,
        "content-type": contentType ?? usual,
      },
    });
    outgoing.once("error", reject).once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject).once("end", () => {
        const parsed = parseJson(Buffer.concat(chunks).toString("utf8"));
        const value = parsed.kind === "parsed" ? parsed.value : null;
        resolve({ code: response.statusCode ?? 0, body: isObject(value) ? value : {} });
      });
    });
    outgoing.end(body);
    return promise;
  }
}

function withLaxVersion(crd: JsonObject, stored: string): JsonObject {
  const spec = getKey(crd, "spec");
  const versions = isObject(spec) ? getKey(spec, "versions") : undefined;
  const lax: JsonObject = {
    name: LAX,
    served: true,
    storage: false,
    schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  };
  const others = (Array.isArray(versions) ? versions : [])
    .filter(isObject)
    .map((version): JsonObject => ({ ...version, storage: version["name"] === stored }));
  return {
    ...crd,
    spec: {
      ...(isObject(spec) ? spec : {}),
      conversion: { strategy: "None" },
      versions: [lax, ...others],
    },
  };
}

function nameOf(object: JsonObject): string {
  const meta = getKey(object, "metadata");
  const name: JsonValue = isObject(meta) ? (getKey(meta, "name") ?? "") : "";
  return typeof name === "string" ? name : "";
}
