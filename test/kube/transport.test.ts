import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Transport } from "../../src/kube/transport.ts";

/** Answers each connection's first request, resets it a moment after the second, and tells of every request. */
const SERVER = `
const { createServer } = require("node:http");
const server = createServer((request, response) => {
  process.send({ url: request.url });
  const { socket } = request;
  socket.served = (socket.served ?? 0) + 1;
  if (socket.served > 1) setTimeout(() => socket.resetAndDestroy(), 150);
  else response.end("{}");
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
`;
const NEVER = new AbortController().signal;

describe("a call whose kept connection was closed", () => {
  let server: ChildProcess;
  let transport: Transport;
  const urls: string[] = [];

  before(async () => {
    server = spawn(process.execPath, ["--eval", SERVER], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [{ port }] = await once(server, "message");
    server.on("message", (told: { url?: string }) => urls.push(told.url ?? ""));
    const access = {
      server: new URL(`http://127.0.0.1:${port}`),
      headers: {},
      tls: {},
      proxy: undefined,
    };
    const credentials = {
      description: "test",
      namespace: "default",
      access: () => Promise.resolve(access),
    };
    transport = new Transport(credentials, "test");
  });
  after(() => {
    transport.close();
    server.kill();
  });

  it("is sent again", async () => {
    urls.length = 0;
    for (let index = 0; index < 2; index++) {
      const answer = await transport.call({ method: "GET", path: `/${index}` }, NEVER);
      assert.ok(answer.ok);
    }
    await sleep(50);
    assert.deepEqual(urls, ["/0", "/1", "/1"]);
  });

  it("is not sent again after its time, though no timer has run since: a machine that slept", async (test) => {
    await transport.call({ method: "GET", path: "/first" }, NEVER);
    await sleep(50);
    urls.length = 0;
    const now = performance.now();
    const late = transport.call({ method: "PATCH", path: "/late", timeoutMs: 10_000 }, NEVER);
    await sleep(50);
    test.mock.method(performance, "now", () => now + 20_000);
    assert.ok(!(await late).ok);
    await sleep(50);
    assert.deepEqual(urls, ["/late"]);
  });
});
