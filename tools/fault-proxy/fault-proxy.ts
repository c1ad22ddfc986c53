import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { Agent, createServer } from "node:https";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { writeKubeconfig } from "../control-plane/credentials.ts";
import type { Connection } from "../control-plane/plan.ts";
import type { ApiRequest } from "./api-request.ts";
import { apiRequestOf } from "./api-request.ts";
import type { Fault, FaultRule, RequestMatch } from "./fault.ts";
import { isMatch, statusOf } from "./fault.ts";
import { bodyOf, deliver, forward, withoutHopHeaders } from "./forwarding.ts";
import { servingCertificate } from "./serving-certificate.ts";

/** A request and how it went; times are of performance.now(). */
export interface RecordedRequest extends ApiRequest {
  readonly atMs: number;
  /** Undefined until the answer has gone, and for good where there was none. */
  answeredAtMs: number | undefined;
  status: number | undefined;
}

/** A watch that is open now. */
interface OpenWatch {
  readonly request: ApiRequest;
  readonly response: ServerResponse;
}

/** A list's first answer, which a stale list gives again. */
interface RememberedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface ActiveRule {
  readonly rule: FaultRule;
  left: number;
  readonly remembered: Map<string, RememberedAnswer>;
}

/**
 * A reverse proxy in front of a real API server that makes the faults a test asks for and counts what goes through. Tokens pass as they
 * are; the certificate is the proxy's own. HTTP/1.1 only, no upgrades (exec, attach).
 */
export class FaultProxy {
  readonly #target: Connection;
  readonly #agent: Agent;
  readonly #server: Server;
  readonly #certificate: string;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<OpenWatch>();
  #rules: readonly ActiveRule[] = [];
  #requests: RecordedRequest[] = [];
  #port = 0;

  private constructor(target: Connection, certificate: string, key: string) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, ca: target.certificateAuthority });
    this.#certificate = certificate;
    this.#server = createServer({ cert: certificate, key, ALPNProtocols: ["http/1.1"] });
    this.#server.on("request", (request, response) => void this.#answer(request, response));
    this.#server.on("secureConnection", (socket: Socket) => this.#keep(socket));
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
  }

  /** Starts a proxy on a free port of loopback. */
  static async start(target: Connection): Promise<FaultProxy> {
    const { certificate, key } = await servingCertificate(new Date());
    const proxy = new FaultProxy(target, certificate, key);
    await proxy.comeUp();
    return proxy;
  }

  /** How clients reach the server through the proxy. */
  get connection(): Connection {
    return {
      server: `https://127.0.0.1:${this.#port}`,
      token: this.#target.token,
      certificateAuthority: this.#certificate,
    };
  }

  /** Every request since the start or the last `forget`, in order. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** How many requests there were of a kind. */
  count(match: RequestMatch): number {
    return this.#requests.filter((request) => isMatch(request, match)).length;
  }

  /** How many watches of a kind are open now. */
  openWatches(match: RequestMatch = {}): number {
    return [...this.#watches].filter(({ request }) => isMatch(request, match)).length;
  }

  /** Forgets the requests so far. */
  forget(): void {
    this.#requests = [];
  }

  /** Writes a kubeconfig that leads through the proxy. */
  writeKubeconfig(path: string): void {
    writeKubeconfig(path, this.connection);
  }

  /** Adds a fault; the first rule that matches is taken. Answers the function that ends it. */
  add(rule: FaultRule): () => void {
    const left = rule.times ?? Number.POSITIVE_INFINITY;
    const active: ActiveRule = { rule, left, remembered: new Map() };
    this.#rules = [...this.#rules, active];
    return () => {
      this.#rules = this.#rules.filter((other) => other !== active);
    };
  }

  /** Ends all faults; a watch that was silenced stays silent until it is cut. */
  clear(): void {
    this.#rules = [];
  }

  /** Ends the open watches: `end` as a server that is shut down, `reset` as a network that fails. Answers how many. */
  cutWatches(how: "end" | "reset", match: RequestMatch = {}): number {
    const cut = [...this.#watches].filter(({ request }) => isMatch(request, match));
    for (const watch of cut) {
      this.#watches.delete(watch);
      if (how === "end") watch.response.end();
      else watch.response.destroy();
    }
    return cut.length;
  }

  /** Is gone as a server that crashed: connections are cut, new ones refused. */
  async goDown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  /** Listens again, on the same port. */
  async comeUp(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    this.#server.off("error", reject);
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  /** Ends the proxy and every connection through it. */
  async stop(): Promise<void> {
    if (this.#server.listening) await this.goDown();
    this.#agent.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = apiRequestOf(incoming.method ?? "GET", incoming.url ?? "/");
    this.#record(request, response);
    if (request.verb === "watch") this.#follow({ request, response });
    const active = this.#take(request);
    try {
      await this.#apply(active, incoming, response);
    } catch {
      // The server did not answer: the client sees what it would see without the proxy.
      response.destroy();
    }
  }

  #record(request: ApiRequest, response: ServerResponse): void {
    const atMs = performance.now();
    const recorded: RecordedRequest = {
      ...request,
      atMs,
      answeredAtMs: undefined,
      status: undefined,
    };
    this.#requests.push(recorded);
    response.once("close", () => {
      if (!response.headersSent) return;
      recorded.answeredAtMs = performance.now();
      recorded.status = response.statusCode;
    });
  }

  #follow(watch: OpenWatch): void {
    this.#watches.add(watch);
    watch.response.once("close", () => this.#watches.delete(watch));
  }

  #take(request: ApiRequest): ActiveRule | undefined {
    const active = this.#rules.find(
      ({ rule, left }) => left > 0 && fits(rule.fault, request) && isMatch(request, rule.match),
    );
    if (active) active.left -= 1;
    return active;
  }

  async #apply(
    active: ActiveRule | undefined,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const fault: Fault | undefined = active?.rule.fault;
    switch (fault?.kind) {
      case "reset":
        response.destroy();
        return;
      case "status":
        sendStatus(incoming, response, fault);
        return;
      case "error-event":
        sendErrorEvent(incoming, response, fault.code);
        return;
      case "lose-answer":
        await bodyOf(await this.#forward(incoming));
        response.destroy();
        return;
      case "silence":
        await this.#silence(incoming, response);
        return;
      case "stale":
        await this.#repeat(active?.remembered ?? new Map(), incoming, response);
        return;
      case "delay":
        // A request that waits keeps no process alive.
        await sleep(fault.ms, undefined, { ref: false });
        deliver(await this.#forward(incoming), response);
        return;
      case undefined:
        deliver(await this.#forward(incoming), response);
    }
  }

  #forward(incoming: IncomingMessage): Promise<IncomingMessage> {
    return forward(incoming, this.#target.server, this.#agent);
  }

  async #silence(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#forward(incoming);
    response.writeHead(answer.statusCode ?? 502, withoutHopHeaders(answer));
    response.flushHeaders();
    answer.resume();
    answer.once("error", () => undefined);
    response.once("close", () => answer.destroy());
  }

  async #repeat(
    remembered: Map<string, RememberedAnswer>,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = incoming.url ?? "/";
    const known = remembered.get(url) ?? (await rememberedAnswer(await this.#forward(incoming)));
    remembered.set(url, known);
    incoming.resume();
    response.writeHead(known.status, known.headers);
    response.end(known.body);
  }
}

/** Some faults speak of watches or lists alone. */
function fits(fault: Fault, request: ApiRequest): boolean {
  if (fault.kind === "silence" || fault.kind === "error-event") return request.verb === "watch";
  return fault.kind !== "stale" || request.verb === "list";
}

async function rememberedAnswer(answer: IncomingMessage): Promise<RememberedAnswer> {
  const status = answer.statusCode ?? 502;
  return { status, headers: withoutHopHeaders(answer), body: await bodyOf(answer) };
}

function sendStatus(
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: Extract<Fault, { kind: "status" }>,
): void {
  incoming.resume();
  const { code, retryAfterSeconds } = fault;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(statusOf(code, retryAfterSeconds)));
}

function sendErrorEvent(incoming: IncomingMessage, response: ServerResponse, code: number): void {
  incoming.resume();
  response.writeHead(200, { "content-type": "application/json" });
  response.end(`${JSON.stringify({ type: "ERROR", object: statusOf(code) })}\n`);
}
