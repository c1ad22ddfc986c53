import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { ApiFailure, ApiResult } from "../controller/api-result.ts";
import type { Access, Credentials } from "./access.ts";
import { causesOf, failureOf, isStatus, unreachable } from "./api-failure.ts";

/** One call. `path` starts with a slash and has its query. */
export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: string;
  /** Of the body; application/json when absent. */
  readonly contentType?: string;
  /** `application/json` when absent; lists of metadata ask for a PartialObjectMetadataList. */
  readonly accept?: string | undefined;
  /** From the first byte sent to the last received; for a stream, to the headers. */
  readonly timeoutMs?: number;
  /** A refusal is to carry its causes with their values: the answer goes to the person who sent the object. */
  readonly wantsCauses?: true;
}

/** A stream that was opened; `lines` ends when the server or the signal ends it, and throws when it breaks. */
export interface OpenStream {
  readonly body: AsyncIterable<Buffer>;
  close(): void;
}

/** Hears of calls that have ended: `code` is 0 when there was no answer. */
export type CallObserver = (call: Pick<Call, "method" | "path">, code: number, ms: number) => void;

const CALL_TIMEOUT_MS = 30_000;
/** Sockets for calls; watches have their own. The server's priority and fairness sets the pace. */
const MOST_CALL_SOCKETS = 32;
/** The API server closes idle connections after 90 s; close first, so that no call meets a closing socket. */
const IDLE_SOCKET_MS = 60_000;
const LARGEST_BODY = 128 * 1024 * 1024;

/** What is expected of a server that is not our own. */
export interface AnswerLimits {
  /** In bytes. */
  readonly largestBody: number;
  /** Texts of errors that are no meta/v1 Status are dropped: whoever chose the address would read what stands there. */
  readonly onlyStatus: boolean;
}

const OWN_SERVER: AnswerLimits = { largestBody: LARGEST_BODY, onlyStatus: false };

/** Speaks HTTP/1.1 with the API server over connections that stay open. Bodies are never logged or kept. */
export class Transport {
  readonly #credentials: Credentials;
  readonly #userAgent: string;
  readonly #observe: CallObserver;
  readonly #limits: AnswerLimits;
  #agents:
    | {
        readonly access: Access;
        readonly calls: Agent | HttpAgent;
        readonly streams: Agent | HttpAgent;
      }
    | undefined;

  constructor(
    credentials: Credentials,
    userAgent: string,
    observe: CallObserver = () => undefined,
    limits: AnswerLimits = OWN_SERVER,
  ) {
    this.#credentials = credentials;
    this.#userAgent = userAgent;
    this.#observe = observe;
    this.#limits = limits;
  }

  /** Sends a call and reads the whole answer as JSON; an empty answer is `undefined`. */
  async call(call: Call, signal: AbortSignal): Promise<ApiResult<unknown>> {
    const untilMs = performance.now() + (call.timeoutMs ?? CALL_TIMEOUT_MS);
    const first = await this.#attempt(call, untilMs, signal, false);
    if (first.ok || first.failure.code !== 401) return first;
    return this.#attempt(call, untilMs, signal, true);
  }

  /** Opens a stream, as a watch is; a refusal is a failure like that of a call. */
  async stream(call: Call, signal: AbortSignal): Promise<ApiResult<OpenStream>> {
    try {
      const access = await this.#credentials.access(false);
      const untilMs = performance.now() + (call.timeoutMs ?? CALL_TIMEOUT_MS);
      const response = await this.#send(call, untilMs, access, "streams", signal);
      if ((response.statusCode ?? 0) < 400) {
        return { ok: true, value: { body: response, close: () => response.destroy() } };
      }
      if (response.statusCode === 401) await this.#credentials.access(true);
      return { ok: false, failure: await refusal(response, this.#limits) };
    } catch (error) {
      return { ok: false, failure: unreachable(error) };
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agents?.calls.destroy();
    this.#agents?.streams.destroy();
  }

  async #attempt(
    call: Call,
    untilMs: number,
    signal: AbortSignal,
    fresh: boolean,
  ): Promise<ApiResult<unknown>> {
    const start = performance.now();
    let code = 0;
    try {
      const access = await this.#credentials.access(fresh);
      const response = await this.#send(call, untilMs, access, "calls", signal);
      code = response.statusCode ?? 0;
      if (code >= 400) {
        return { ok: false, failure: await refusal(response, this.#limits, call.wantsCauses) };
      }
      const text = await readAll(response, this.#limits.largestBody);
      return { ok: true, value: text === "" ? undefined : JSON.parse(text) };
    } catch (error) {
      return { ok: false, failure: unreachable(error) };
    } finally {
      this.#observe(call, code, performance.now() - start);
    }
  }

  /** Nothing is sent after `untilMs`: a write whose leadership has ended would not be fenced, also on a machine that slept. */
  async #send(
    call: Call,
    untilMs: number,
    access: Access,
    kind: "calls" | "streams",
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const agent = this.#agentsFor(access)[kind];
    const send = (): Promise<IncomingMessage> => {
      const timeoutMs = untilMs - performance.now();
      if (timeoutMs <= 0) throw Object.assign(new Error("no time is left"), { code: "ETIMEDOUT" });
      return exchange({ ...call, timeoutMs }, access, agent, this.#userAgent, kind, signal);
    };
    try {
      return await send();
    } catch (error) {
      // The server closed a kept connection just as we wrote to it; every call of ours may be sent twice.
      if (!(error instanceof ReusedSocketError) || signal.aborted) throw error;
      return await send();
    }
  }

  #agentsFor(access: Access): { calls: Agent | HttpAgent; streams: Agent | HttpAgent } {
    const present = this.#agents;
    if (present !== undefined && sameTls(present.access, access)) return present;
    const plain = access.server.protocol === "http:";
    const make = (maxSockets: number): Agent | HttpAgent => {
      const options = { keepAlive: true, maxSockets, timeout: IDLE_SOCKET_MS };
      if (access.proxy !== undefined) return access.proxy;
      return plain ? new HttpAgent(options) : new Agent({ ...options, ...access.tls });
    };
    // The old agents finish what they have; their idle sockets end by the timeout.
    this.#agents = {
      access,
      calls: make(MOST_CALL_SOCKETS),
      streams: make(Number.POSITIVE_INFINITY),
    };
    return this.#agents;
  }
}

/** A kept connection broke before any answer. */
class ReusedSocketError extends Error {}

function exchange(
  call: Call,
  access: Access,
  agent: Agent | HttpAgent,
  userAgent: string,
  kind: "calls" | "streams",
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = access.server.protocol === "http:" ? httpRequest : httpsRequest;
  const request = send(requestOptions(call, access, agent, userAgent, signal));
  const timeoutMs = call.timeoutMs ?? CALL_TIMEOUT_MS;
  const timer = setTimeout(() => {
    request.destroy(
      Object.assign(new Error(`no answer within ${Math.ceil(timeoutMs)} ms`), {
        code: "ETIMEDOUT",
      }),
    );
  }, timeoutMs);
  request.on("response", (response) => {
    if (kind === "streams") clearTimeout(timer);
    else response.on("close", () => clearTimeout(timer));
    resolve(response);
  });
  request.on("error", (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
    reject(stale ? new ReusedSocketError(error.message, { cause: error }) : error);
  });
  request.end(call.body);
  return promise;
}

function requestOptions(
  call: Call,
  access: Access,
  agent: Agent | HttpAgent,
  userAgent: string,
  signal: AbortSignal,
): RequestOptions {
  const prefix = access.server.pathname.replace(/\/$/, "");
  return {
    host: access.server.hostname.replace(/^\[|\]$/g, ""),
    port: access.server.port,
    method: call.method,
    path: `${prefix}${call.path}`,
    agent,
    signal,
    headers: {
      ...access.headers,
      "User-Agent": userAgent,
      Accept: call.accept ?? "application/json",
      ...(call.body === undefined
        ? {}
        : {
            "Content-Type": call.contentType ?? "application/json",
            "Content-Length": Buffer.byteLength(call.body),
          }),
    },
  };
}

function sameTls(a: Access, b: Access): boolean {
  return (
    a === b ||
    (text(a.tls.cert) === text(b.tls.cert) &&
      text(a.tls.key) === text(b.tls.key) &&
      text(a.tls.ca) === text(b.tls.ca))
  );
}

function text(value: unknown): string {
  return value === undefined ? "" : String(value);
}

async function refusal(
  response: IncomingMessage,
  { largestBody, onlyStatus }: AnswerLimits,
  wantsCauses?: true,
): Promise<ApiFailure> {
  const header = response.headers["retry-after"];
  const sent = await readAll(response, largestBody);
  const body = onlyStatus && !isStatus(sent) ? "" : sent;
  const failure = failureOf(response.statusCode ?? 0, header, body);
  return wantsCauses === undefined ? failure : { ...failure, causes: causesOf(body) };
}

async function readAll(response: IncomingMessage, largestBody: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) {
      response.destroy();
      throw new RangeError(`an answer is longer than ${largestBody} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString("utf8");
}
