import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** One named condition of health; the text says why not, undefined that it holds. */
export interface HealthCheck {
  readonly name: string;
  readonly failure: () => string | undefined;
}

/** What the probes answer. */
export interface HealthOptions {
  /** Restart the process when one of these fails: /livez and /healthz. */
  readonly live: readonly HealthCheck[];
  /** Send no traffic while one of these fails: /readyz. */
  readonly ready: readonly HealthCheck[];
}

/** An HTTP server on a port of its own. */
export interface PlainServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves /livez, /healthz and /readyz in the API server's form: 200 `ok`, or 500 (503) with one line a check. */
export function startHealthServer(
  address: { readonly host: string; readonly port: number },
  options: HealthOptions,
): Promise<PlainServer> {
  const routes = new Map([
    ["/livez", { checks: options.live, code: 500 }],
    ["/healthz", { checks: options.live, code: 500 }],
    ["/readyz", { checks: options.ready, code: 503 }],
  ]);
  return listen(address, async (path) => {
    const route = routes.get(path);
    if (route === undefined) return { code: 404, type: "text/plain", body: "not found\n" };
    const lines = route.checks.map(({ name, failure }) => ({ name, text: failure() }));
    if (lines.every(({ text }) => text === undefined)) {
      return { code: 200, type: "text/plain", body: "ok\n" };
    }
    const body = lines.map(({ name, text }) => (text ? `[-]${name} ${text}\n` : `[+]${name} ok\n`));
    return { code: route.code, type: "text/plain", body: body.join("") };
  });
}

/** Serves /metrics in the Prometheus text form. */
export function startMetricsServer(
  address: { readonly host: string; readonly port: number },
  registry: { readonly contentType: string; metrics(): Promise<string> },
): Promise<PlainServer> {
  return listen(address, async (path) => {
    if (path !== "/metrics") return { code: 404, type: "text/plain", body: "not found\n" };
    return { code: 200, type: registry.contentType, body: await registry.metrics() };
  });
}

interface Page {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/** Probes and scrapers are few and quick; anything slower is none of them. */
const REQUEST_TIMEOUT_MS = 10_000;

function listen(
  { host, port }: { readonly host: string; readonly port: number },
  page: (path: string) => Promise<Page>,
): Promise<PlainServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, page);
  });
  const { promise, resolve, reject } = Promise.withResolvers<PlainServer>();
  server.on("error", reject);
  server.listen(port, host, () => {
    const address = server.address();
    const bound = typeof address === "object" && address !== null ? address.port : port;
    resolve({ port: bound, close: () => close(server) });
  });
  return promise;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: (path: string) => Promise<Page>,
): Promise<void> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const found = isRead ? await page(path) : { code: 405, type: "text/plain", body: "GET only\n" };
  response.writeHead(found.code, { "Content-Type": found.type });
  response.end(request.method === "HEAD" ? undefined : found.body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
