/** A small HTTP server for probes and scrapers: GET a page, nothing else. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";

/** What a GET is answered with. */
export interface Page {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/** A certificate chain and its private key, PEM. */
export interface PagePair {
  readonly cert: string;
  readonly key: string;
}

/** A server on a port of its own. */
export interface PageServer {
  readonly port: number;
  /** New connections get another certificate; for a server with TLS. */
  useCertificate(pair: PagePair): void;
  close(): Promise<void>;
}

/** Finds the page for a path, without its query. */
export type PageFinder = (path: string, headers: IncomingHttpHeaders) => Promise<Page>;

/** Where to listen; with a certificate: by HTTPS. */
export interface PageAddress {
  readonly host: string;
  readonly port: number;
  readonly pair?: PagePair | undefined;
}

/** Probes and scrapers are few and quick; anything slower is none of them. */
const REQUEST_TIMEOUT_MS = 10_000;
const TLS = { minVersion: "TLSv1.2" } as const;

/** Listens; rejects when the address cannot be had. */
export function servePages(address: PageAddress, page: PageFinder): Promise<PageServer> {
  const { host, port, pair } = address;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response, page);
  };
  const options = { requestTimeout: REQUEST_TIMEOUT_MS };
  const secure =
    pair === undefined ? undefined : createTlsServer({ ...options, ...TLS, ...pair }, handle);
  const server = secure ?? createServer(options, handle);
  const { promise, resolve, reject } = Promise.withResolvers<PageServer>();
  server.on("error", reject);
  server.listen(port, host, () => {
    const bound = server.address();
    resolve({
      port: typeof bound === "object" && bound !== null ? bound.port : port,
      useCertificate: (next) => secure?.setSecureContext({ ...TLS, ...next }),
      close: () => close(server),
    });
  });
  return promise;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: PageFinder,
): Promise<void> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const found = isRead ? await page(path, request.headers) : plain(405, "GET only");
  response.writeHead(found.code, { "Content-Type": found.type });
  response.end(request.method === "HEAD" ? undefined : found.body);
}

/** A line of text. */
export function plain(code: number, text: string): Page {
  return { code, type: "text/plain", body: `${text}\n` };
}

function close(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
