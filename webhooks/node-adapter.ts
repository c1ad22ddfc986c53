/**
 * Node's HTTP messages in front of a Hono app. The stock adapter builds a web Request and Response for each call, which
 * costs as much as judging a small review; this one hands over the body and takes a text (figures in docs/benchmarks.md).
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Exchange, WebhookApp } from "./app.ts";
import type { BodyReader } from "./review-body.ts";
import type { Answer } from "./status-answer.ts";

export interface WebhookLimits {
  /** Two objects of the API server's 3 MiB request limit, and 1 MiB for the rest, as in controller-runtime. */
  readonly admissionBytes: number;
  readonly conversionBytes: number;
  /** All bodies together: four of the largest reviews at once. */
  readonly totalBytes: number;
  /** How long one body may take. */
  readonly bodyMs: number;
}

const MIB = 1024 * 1024;

/** The limits of WH-10. */
export const DEFAULT_LIMITS: WebhookLimits = {
  admissionBytes: 7 * MIB,
  conversionBytes: 32 * MIB,
  totalBytes: 128 * MIB,
  bodyMs: 30_000,
};

/** Answers after which the connection ends: what is left of the request is not read. */
const CLOSING: ReadonlySet<number> = new Set([413, 503]);
const SENT = new Response(null);

/** Runs the work on one request whose body is there, within something of its own such as a span. */
export type AroundRequest = <T>(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  work: () => T,
) => T;

/** Serves the app. Its requests are no web Requests: `method` and `url` are all they have. */
export function nodeListener(
  app: WebhookApp,
  reader: BodyReader,
  limits: WebhookLimits,
  around: AroundRequest = (_incoming, _outgoing, work) => work(),
): RequestListener {
  return (incoming, outgoing) => {
    if (incoming.method !== "POST") {
      incoming.resume();
      void dispatch(app, incoming, exchange(outgoing, ""));
      return;
    }
    const isConversion = incoming.url?.startsWith("/convert") === true;
    const maxBytes = isConversion ? limits.conversionBytes : limits.admissionBytes;
    reader.read(incoming, maxBytes, (outcome) => {
      const body = outcome.ok ? outcome.body : outcome;
      const served = around(incoming, outgoing, () =>
        dispatch(app, incoming, exchange(outgoing, body)),
      );
      if (!outcome.ok) return;
      if (served === undefined) reader.release(outcome.reserved);
      else void served.finally(() => reader.release(outcome.reserved));
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
