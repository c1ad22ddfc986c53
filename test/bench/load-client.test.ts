import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type LoadOptions, NAME_DIGITS, runLoad } from "../../bench/load-client.ts";
import { median, percentile } from "../../bench/statistics.ts";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";

let folder: string;
let server: Server;
let options: LoadOptions;
const bodies = new Set<string>();
let received = 0;

/** Answers with a length on /length, in chunks on /chunks, and with a 500 on /fault. */
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "prism-load-"));
  const bodyFile = join(folder, "body.json");
  writeFileSync(bodyFile, `{"name":"a-${NAME_DIGITS}","again":"a-${NAME_DIGITS}"}`);
  const pair = await issueLeaf(await issueAuthority(Date.now()), ["localhost"], Date.now());
  server = createServer(pair, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.add(body);
      received++;
      if (request.url === "/fault") response.statusCode = 500;
      if (request.url === "/chunks") response.write("x".repeat(5_000));
      response.end("y".repeat(5_000));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  options = {
    port,
    path: "/length",
    bodyFile,
    isUnique: false,
    connections: 3,
    warmupMs: 0,
    measureMs: 300,
  };
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("the load generator", () => {
  for (const path of ["/length", "/chunks"]) {
    it(`counts whole answers on ${path}`, async () => {
      received = 0;
      const { requests, failures, p50Ms, p99Ms } = await runLoad({ ...options, path });
      assert.equal(failures, 0);
      assert.ok(requests > 0 && received >= requests && received <= requests + options.connections);
      assert.ok(p50Ms > 0 && p99Ms >= p50Ms);
    });
  }

  it("counts answers that are no success", async () => {
    const { requests, failures } = await runLoad({ ...options, path: "/fault" });
    assert.ok(requests > 0);
    assert.equal(failures, requests);
  });

  it("names another object in each request when it is told to", async () => {
    bodies.clear();
    const { requests } = await runLoad({ ...options, isUnique: true });
    assert.ok(bodies.size >= requests);
    for (const body of bodies) {
      const { name, again } = JSON.parse(body);
      assert.equal(name, again);
    }
  });
});

describe("statistics", () => {
  it("take the value at a share of the sorted list", () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    assert.deepEqual(
      [0, 0.5, 0.99, 1].map((share) => percentile(values, share)),
      [0, 50, 99, 99],
    );
  });
  it("take the middle, the lower of two", () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])], [2, 2, 5]);
  });
  it("know no value of nothing", () => {
    assert.ok(Number.isNaN(percentile([], 0.5)) && Number.isNaN(median([])));
  });
});
