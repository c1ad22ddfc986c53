/** The HTTPS server in front of the handlers: timeouts, certificate swap, drain. */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { WebhookLimits } from "./limits.ts";
import { type AroundRequest, type ReviewHandlers, webhookListener } from "./listener.ts";
import type { WebhookObserver } from "./observer.ts";
import { createBodyReader } from "./review-body.ts";

/** A certificate chain and its private key, PEM. */
export interface ServingPair {
  readonly cert: string;
  readonly key: string;
}

export interface WebhookServerOptions {
  readonly handlers: ReviewHandlers;
  readonly observer: WebhookObserver;
  readonly limits: WebhookLimits;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly pair: ServingPair;
  readonly around?: AroundRequest | undefined;
}

export interface WebhookServer {
  readonly port: number;
  /** Serves new connections with another certificate; open ones live on. */
  useCertificate(pair: ServingPair): void;
  /** Milliseconds since the last request began; Infinity before the first. */
  idleMs(): number;
  /** From now on every answer ends its connection, so that clients move to another replica (WH-12). */
  drain(): void;
  /** Stops accepting, lets running requests finish until `signal` aborts, then cuts what is left. */
  close(signal: AbortSignal): Promise<void>;
}

/** Longer than the 90 s for which kube-apiserver keeps idle connections: the client closes first, no POST is lost (WH-11). */
const KEEP_ALIVE_MS = 120_000;
/**
 * Node counts a fresh connection without a byte as a request in progress, and Go's client may dial ahead: this too must
 * outlive 90 s. Slow bodies have their own deadline.
 */
const REQUEST_MS = 125_000;
const TLS_HANDSHAKE_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** Starts listening; resolves when connections are accepted, rejects when the address cannot be had. */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  let lastRequestAt = Number.NEGATIVE_INFINITY;
  let isDraining = false;
  const reader = createBodyReader(options.limits);
  const { handlers, observer, around, limits } = options;
  const listener = webhookListener({ handlers, observer, reader, around, ...limits });
  const server = createServer(
    {
      ...options.pair,
      minVersion: "TLSv1.3",
      keepAlive: true,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: TLS_HANDSHAKE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (incoming, outgoing) => {
      lastRequestAt = performance.now();
      if (isDraining) outgoing.setHeader("connection", "close");
      listener(incoming, outgoing);
    },
  );
  server.maxRequestsPerSocket = 0;
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    useCertificate: (pair) => server.setSecureContext({ ...pair, minVersion: "TLSv1.3" }),
    idleMs: () => performance.now() - lastRequestAt,
    drain: () => {
      isDraining = true;
    },
    close: (signal) => close(server, signal).finally(reader.stop),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => server.closeAllConnections();
    signal.addEventListener("abort", cut, { once: true });
    server.close(() => {
      signal.removeEventListener("abort", cut);
      resolve();
    });
    server.closeIdleConnections();
    if (signal.aborted) cut();
  });
}
