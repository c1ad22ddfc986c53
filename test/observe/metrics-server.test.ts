import assert from "node:assert/strict";
import { request } from "node:https";
import { describe, it } from "node:test";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import { startHealthServer } from "../../src/observe/health-server.ts";
import { startMetricsServer, type TokenVerdict } from "../../src/observe/metrics-server.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const REGISTRY = { contentType: "text/plain; version=0.0.4", metrics: async () => "a 1\n" };

describe("/metrics", () => {
  it("is served in the clear to everybody, where nothing else is asked for", async () => {
    const server = await startMetricsServer(LOOPBACK, REGISTRY);
    const base = `http://127.0.0.1:${server.port}`;
    const answer = await fetch(`${base}/metrics?x=1`);
    assert.equal(answer.headers.get("content-type"), REGISTRY.contentType);
    assert.equal(await answer.text(), "a 1\n");
    assert.equal((await fetch(`${base}/other`)).status, 404);
    assert.equal((await fetch(`${base}/metrics`, { method: "POST" })).status, 405);
    await server.close();
  });

  it("by TLS asks for a token, and says what is missing", async () => {
    const verdicts: Record<string, TokenVerdict> = {
      good: "allowed",
      poor: "forbidden",
      odd: "unknown",
    };
    const judge = async (token: string) => verdicts[token] ?? "unauthenticated";
    const pair = await issuedPair("localhost");
    const server = await startMetricsServer({ ...LOOPBACK, pair }, REGISTRY, judge);
    const codes = [];
    for (const authorization of [
      undefined,
      "Basic good",
      "Bearer ",
      "Bearer bad",
      "Bearer poor",
      "Bearer odd",
      "Bearer good",
    ])
      codes.push((await get(server.port, pair.ca, authorization)).code);
    assert.deepEqual(codes, [401, 401, 401, 401, 403, 503, 200]);
    await server.close();
  });

  it("by TLS goes on with another certificate", async () => {
    const [one, two] = [await issuedPair("localhost"), await issuedPair("localhost")];
    const server = await startMetricsServer({ ...LOOPBACK, pair: one }, REGISTRY);
    assert.equal((await get(server.port, one.ca)).body, "a 1\n");
    server.useCertificate(two);
    assert.equal((await get(server.port, two.ca)).body, "a 1\n");
    await assert.rejects(get(server.port, one.ca), /certificate|signature|issuer/i);
    await server.close();
  });
});

describe("the probes", () => {
  it("name each check that fails", async () => {
    let failure: string | undefined = "no attempt for 99 s";
    const server = await startHealthServer(LOOPBACK, {
      live: [{ name: "leader-election", failure: () => failure }],
      ready: [{ name: "started", failure: () => undefined }],
    });
    const live = () => fetch(`http://127.0.0.1:${server.port}/livez`);
    const answer = await live();
    assert.equal(answer.status, 500);
    assert.equal(await answer.text(), "[-]leader-election no attempt for 99 s\n");
    assert.equal((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status, 200);
    failure = undefined;
    assert.equal(await (await live()).text(), "ok\n");
    await server.close();
  });
});

async function issuedPair(name: string): Promise<{ cert: string; key: string; ca: string }> {
  const authority = await issueAuthority(Date.now());
  return { ...(await issueLeaf(authority, [name], Date.now())), ca: authority.cert };
}

function get(
  port: number,
  ca: string,
  authorization?: string,
): Promise<{ code: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; body: string }>();
  const headers = authorization === undefined ? {} : { authorization };
  const to = { host: "127.0.0.1", port, path: "/metrics", servername: "localhost", ca, headers };
  request({ ...to, agent: false }, (response) => {
    let body = "";
    response.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    response.on("end", () => resolve({ code: response.statusCode ?? 0, body }));
  })
    .on("error", reject)
    .end();
  return promise;
}
