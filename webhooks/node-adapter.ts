/**
 * Node's HTTP messages in front of a Hono app. The stock adapter builds a web Request and Response for each call, which
 * costs as much as judging a small review; this one hands over the body and takes a text (figures in docs/benchmarks.md).
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Exchange, WebhookApp } from "./app.ts";
import { createByteBudget } from "./byte-budget.ts";
import { type BodyLimits, readBody } from "./review-body.ts";
import type { Answer } from "./status-answer.ts";

export interface WebhookLimits {
  /** Two objects of the API server's 3 MiB request limit, and 1 MiB for the rest, as in controller-runtime. */
  readonly admissionBytes: number;
  readonly conversionBytes: number;
  /** All bodies together. */
  readonly totalBytes: number;
}

const MIB = 1024 * 1024;

/** The limits of WH-10, and of memory: four of the largest reviews at once. */
export const DEFAULT_LIMITS: WebhookLimits = {
  admissionBytes: 7 * MIB,
  conversionBytes: 32 * MIB,
  totalBytes: 128 * MIB,
};

/** Answers after which the connection ends: what is left of the request is not read. */
const CLOSING: ReadonlySet<number> = new Set([413, 503]);
const SENT = new Response(null);

/** Serves the app. Its requests are no web Requests: `method`, `url` and `headers` are all they have. */
export function nodeListener(app: WebhookApp, limits: WebhookLimits): RequestListener {
  const budget = createByteBudget(limits.totalBytes);
  const conversion: BodyLimits = { maxBytes: limits.conversionBytes, budget };
  const admission: BodyLimits = { maxBytes: limits.admissionBytes, budget };
  return (incoming, outgoing) => {
    if (incoming.method !== "POST") {
      incoming.resume();
      dispatch(app, incoming, exchange(outgoing, ""));
      return;
    }
    const bodyLimits = incoming.url?.startsWith("/convert") ? conversion : admission;
    readBody(incoming, bodyLimits, (outcome) => {
      if (!outcome.ok) {
        dispatch(app, incoming, exchange(outgoing, outcome));
        return;
      }
      const served = dispatch(app, incoming, exchange(outgoing, outcome.body));
      if (served === undefined) budget.give(outcome.reserved);
      else void served.finally(() => budget.give(outcome.reserved));
    });
  };
}

/** Runs the app; a promise where the handler needs one. The app answers its own errors, so this never throws. */
function dispatch(
  app: WebhookApp,
  incoming: IncomingMessage,
  env: Exchange,
): Promise<unknown> | undefined {
  const request = new BareRequest(incoming);
  const response = app.fetch(request as unknown as Request, env);
  return response instanceof Promise ? response : undefined;
}

/** The part of a web Request that Hono's router reads. */
class BareRequest {
  readonly method: string;
  readonly url: string;

  constructor(incoming: IncomingMessage) {
    this.method = incoming.method ?? "GET";
    this.url = `https://webhook${incoming.url ?? "/"}`;
  }
}

function exchange(outgoing: ServerResponse, body: Exchange["body"]): Exchange {
  return {
    body,
    reply(answer) {
      send(outgoing, answer);
      return SENT;
    },
  };
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
