import { type PageAddress, type PageServer, plain, servePages } from "./page-server.ts";

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

/** Serves /livez, /healthz and /readyz in the API server's form: 200 `ok`, or 500 (503) with one line a check. */
export function startHealthServer(
  address: PageAddress,
  options: HealthOptions,
): Promise<PageServer> {
  const routes = new Map([
    ["/livez", { checks: options.live, code: 500 }],
    ["/healthz", { checks: options.live, code: 500 }],
    ["/readyz", { checks: options.ready, code: 503 }],
  ]);
  return servePages(address, async (path) => {
    const route = routes.get(path);
    if (route === undefined) return plain(404, "not found");
    const lines = route.checks.map(({ name, failure }) => ({ name, text: failure() }));
    if (lines.every(({ text }) => text === undefined)) return plain(200, "ok");
    const body = lines.map(({ name, text }) => (text ? `[-]${name} ${text}\n` : `[+]${name} ok\n`));
    return { code: route.code, type: "text/plain", body: body.join("") };
  });
}
