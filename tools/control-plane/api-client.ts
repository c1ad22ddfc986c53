import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { parseJson } from "./json-value.ts";
import type { Connection } from "./plan.ts";

/** What the API server answered; a body that is no JSON is given as text. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

/** One request's particulars. */
export interface ApiOptions {
  /** JSON for a value; text is sent as it is. */
  readonly body?: unknown;
  /** application/json when absent. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Raw requests to an API server: no client library stands between a test and what the server says. */
export interface ApiClient {
  /** Rejects when there is no answer at all (connection refused or cut, aborted). */
  readonly request: (method: string, path: string, options?: ApiOptions) => Promise<ApiAnswer>;
  /** Each JSON line of a watch, until the server or the signal ends it. */
  readonly watch: (path: string, signal: AbortSignal) => AsyncGenerator<unknown>;
  /** Closes idle connections. */
  readonly close: () => void;
}

/** Makes a client for one server. */
export function apiClient(connection: Connection): ApiClient {
  const agent = new Agent({ keepAlive: true, ca: connection.certificateAuthority });
  const open = (method: string, path: string, options: ApiOptions) =>
    send(agent, connection, method, path, options);
  return {
    async request(method, path, options = {}) {
      const response = await open(method, path, options);
      const text = await textOf(response);
      const { statusCode: status = 0, headers } = response;
      return { status, headers, body: parseJson(text) ?? text };
    },
    async *watch(path, signal) {
      yield* linesOf(await open("GET", path, { signal }));
    },
    close: () => agent.destroy(),
  };
}

function send(
  agent: Agent,
  connection: Connection,
  method: string,
  path: string,
  options: ApiOptions,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers: Record<string, string> = {
    authorization: `Bearer ${connection.token}`,
    accept: "application/json",
    ...options.headers,
  };
  const { body, signal, contentType = "application/json" } = options;
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  if (text !== undefined) {
    headers["content-type"] = contentType;
    // Node frames the body of a DELETE only when it is told its length.
    headers["content-length"] = String(Buffer.byteLength(text));
  }
  const url = new URL(path, connection.server);
  const outgoing = request(url, { agent, method, headers, ...(signal ? { signal } : {}) });
  outgoing.once("response", resolve).once("error", reject);
  outgoing.end(text);
  return promise;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<unknown> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield parseJson(line);
  }
}
