/**
 * The four paths of the webhook server on Node's own HTTP messages: body in, handler, answer out, in one turn of the event
 * loop for a small review. A web framework between them costs more than its routes are worth (ADR-0042).
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { MalformedJson } from "./lossless-json.ts";
import type { WebhookName, WebhookObserver } from "./observer.ts";
import type { BodyOutcome, BodyReader, ReviewBody } from "./review-body.ts";
import { type Answer, type Fault, faultAnswer } from "./status-answer.ts";

/** Answers one review from its body. Throws MalformedJson for a body that is none; anything else is our fault. */
export type ReviewHandler = (body: ReviewBody) => Answer | Promise<Answer>;

/** A handler for each webhook; the name is its path. */
export type ReviewHandlers = Readonly<Record<WebhookName, ReviewHandler>>;

/** Runs the work on one request whose body is there, within something of its own such as a span. */
export type AroundRequest = <T>(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  work: () => T,
) => T;

/** What a listener needs. */
export interface ListenerOptions {
  readonly handlers: ReviewHandlers;
  readonly observer: WebhookObserver;
  readonly reader: BodyReader;
  /** Most bytes of a body. */
  readonly admissionBytes: number;
  readonly conversionBytes: number;
  /** Nothing in between when absent. */
  readonly around?: AroundRequest | undefined;
}

/** Answers after which the connection ends: what is left of the request is not read. */
const CLOSING: ReadonlySet<number> = new Set([413, 503]);
const PANIC: Fault = {
  code: 500,
  message: "the operator failed to judge this request; its log says why",
};

/** Serves the webhooks: reviews by POST, all else is a fault. */
export function webhookListener(options: ListenerOptions): RequestListener {
  const { handlers, reader, around } = options;
  const names = new Map(Object.keys(handlers).map((name) => [`/${name}`, name as WebhookName]));
  const exchange = new Exchange(options);
  return (incoming, outgoing) => {
    const webhook = names.get(pathOf(incoming.url ?? "/"));
    if (incoming.method !== "POST") {
      incoming.resume();
      exchange.refuse(outgoing, webhook, webhook === undefined ? UNKNOWN_PATH : ONLY_POST);
      return;
    }
    const maxBytes = webhook === "convert" ? options.conversionBytes : options.admissionBytes;
    reader.read(incoming, maxBytes, (outcome) => {
      const serve = (): Promise<void> | undefined => exchange.serve(outgoing, webhook, outcome);
      const late = around === undefined ? serve() : around(incoming, outgoing, serve);
      if (!outcome.ok) return;
      if (late === undefined) reader.release(outcome.reserved);
      else void late.finally(() => reader.release(outcome.reserved));
    });
  };
}

const UNKNOWN_PATH: Fault = { code: 404, message: "no such webhook" };
const ONLY_POST: Fault = { code: 405, message: "only POST is allowed" };

/** kube-apiserver adds `?timeout=10s`. */
function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** From the body of one request to its answer. */
class Exchange {
  readonly #handlers: ReviewHandlers;
  readonly #observer: WebhookObserver;

  constructor({ handlers, observer }: ListenerOptions) {
    this.#handlers = handlers;
    this.#observer = observer;
  }

  /** A promise where the handler needs one; it never rejects. */
  serve(
    outgoing: ServerResponse,
    webhook: WebhookName | undefined,
    outcome: BodyOutcome,
  ): Promise<void> | undefined {
    if (!outcome.ok || webhook === undefined) {
      this.refuse(outgoing, webhook, outcome.ok ? UNKNOWN_PATH : outcome.fault);
      return undefined;
    }
    try {
      const answer = this.#handlers[webhook](outcome.body);
      if (answer instanceof Promise) {
        const fail = (error: unknown): void => this.#fail(outgoing, webhook, error);
        return answer.then((late) => send(outgoing, late)).catch(fail);
      }
      send(outgoing, answer);
    } catch (error) {
      this.#fail(outgoing, webhook, error);
    }
    return undefined;
  }

  refuse(outgoing: ServerResponse, webhook: WebhookName | undefined, fault: Fault): void {
    this.#observer.faulted(webhook ?? "unknown", fault.code);
    send(outgoing, faultAnswer(fault));
  }

  #fail(outgoing: ServerResponse, webhook: WebhookName, error: unknown): void {
    const isMalformed = error instanceof MalformedJson;
    if (!isMalformed) this.#observer.panicked(webhook, error);
    this.refuse(outgoing, webhook, isMalformed ? { code: 400, message: error.message } : PANIC);
  }
}

function send(outgoing: ServerResponse, { code, body }: Answer): void {
  if (CLOSING.has(code)) outgoing.setHeader("connection", "close");
  if (code === 503) outgoing.setHeader("retry-after", "1");
  if (code === 405) outgoing.setHeader("allow", "POST");
  outgoing.writeHead(code, {
    "content-type": "application/json",
    "content-length": typeof body === "string" ? Buffer.byteLength(body) : body.byteLength,
  });
  outgoing.end(body);
}
