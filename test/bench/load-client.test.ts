import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startFloor } from "../../bench/floor-server.ts";
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
  writeFileSync(join(folder, "tls.crt"), pair.cert);
  writeFileSync(join(folder, "tls.key"), pair.key);
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
    protocol: "http/1.1",
    steps: [{ path: "/length", bodyFile }],
    isUnique: false,
    connections: 3,
    turns: 30,
    atMostMs: 10_000,
  };
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function at(...paths: readonly string[]): LoadOptions {
  const [{ bodyFile } = { bodyFile: "" }] = options.steps;
  return { ...options, steps: paths.map((path) => ({ path, bodyFile })) };
}

describe("the load generator", () => {
  for (const path of ["/length", "/chunks"]) {
    it(`counts whole answers on ${path}`, async () => {
      received = 0;
      const { requests, failures, p50Ms, p99Ms } = await runLoad(at(path));
      assert.equal(failures, 0);
      assert.deepEqual([requests, received], [30, 30]);
      assert.ok(p50Ms > 0 && p99Ms >= p50Ms);
    });
  }

  it("counts answers that are no success", async () => {
    const { requests, failures } = await runLoad(at("/fault"));
    assert.deepEqual([requests, failures], [30, 30]);
  });

  it("names another object in each turn when it is told to, the same in all requests of a turn", async () => {
    bodies.clear();
    received = 0;
    const { turns, requests } = await runLoad({ ...at("/length", "/chunks"), isUnique: true });
    assert.deepEqual([turns, requests, received, bodies.size], [30, 60, 60, 30]);
    for (const body of bodies) {
      const { name, again } = JSON.parse(body);
      assert.equal(name, again);
    }
  });

  it("ends when its time is over", async () => {
    const { turns } = await runLoad({ ...at("/length"), turns: 1_000_000, atMostMs: 100 });
    assert.ok(turns > 0 && turns < 1_000_000);
  });

  it("speaks HTTP/2", async () => {
    const floor = await startFloor(folder, true);
    const { requests, failures } = await runLoad({ ...at("/x"), port: floor.port, protocol: "h2" });
    floor.close();
    assert.deepEqual([requests, failures], [30, 0]);
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
