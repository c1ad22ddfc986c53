import type { IncomingHttpHeaders } from "node:http";
import { type Page, type PageAddress, type PageServer, plain, servePages } from "./page-server.ts";

/** What a bearer token may do here; `unknown` when nobody could say. */
export type TokenVerdict = "allowed" | "unauthenticated" | "forbidden" | "unknown";

/** Judges a bearer token. */
export type TokenJudge = (token: string) => Promise<TokenVerdict>;

const REFUSALS: Readonly<Record<Exclude<TokenVerdict, "allowed">, Page>> = {
  unauthenticated: plain(401, "a bearer token that the API server knows is needed"),
  forbidden: plain(403, "the token's user may not get /metrics (nonResourceURLs)"),
  unknown: plain(503, "the API server could not be asked about the token"),
};

/** Serves /metrics in the Prometheus text form, to everybody or to those whom `judge` allows. */
export function startMetricsServer(
  address: PageAddress,
  registry: { readonly contentType: string; metrics(): Promise<string> },
  judge?: TokenJudge,
): Promise<PageServer> {
  return servePages(address, async (path, headers) => {
    if (path !== "/metrics") return plain(404, "not found");
    const verdict = judge === undefined ? "allowed" : await verdictOn(headers, judge);
    if (verdict !== "allowed") return REFUSALS[verdict];
    return { code: 200, type: registry.contentType, body: await registry.metrics() };
  });
}

function verdictOn(headers: IncomingHttpHeaders, judge: TokenJudge): Promise<TokenVerdict> {
  const [, token] = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "") ?? [];
  return token === undefined ? Promise.resolve("unauthenticated") : judge(token);
}
