import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { apiClient } from "../../tools/control-plane/api-client.ts";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import { FaultProxy } from "../../tools/fault-proxy/fault-proxy.ts";
import type { TestControlPlane } from "./control-plane.ts";
import { openControlPlane } from "./control-plane.ts";

describe("the fault proxy, in front of a real API server", () => {
  let plane: TestControlPlane;
  let proxy: FaultProxy;
  let client: ApiClient;
  let configMaps: string;
  let made = 0;

  before(async () => {
    plane = await openControlPlane();
    proxy = await FaultProxy.start(plane);
    client = apiClient(proxy.connection);
    configMaps = `/api/v1/namespaces/${await plane.freshNamespace()}/configmaps`;
  });
  after(async () => {
    client.close();
    await proxy.stop();
    await plane.close();
  });
  afterEach(() => {
    proxy.clear();
    proxy.forget();
  });

  async function make(by: ApiClient = plane.client): Promise<string> {
    const name = `map-${++made}`;
    const answer = await by.request("POST", configMaps, { body: { metadata: { name } } });
    assert.equal(answer.status, 201);
    return name;
  }

  async function exists(name: string): Promise<boolean> {
    return (await plane.client.request("GET", `${configMaps}/${name}`)).status === 200;
  }

  /** The kinds of the events of a watch until it ends, or until the signal. */
  async function eventsOf(query: string, signal: AbortSignal): Promise<readonly string[]> {
    const events: string[] = [];
    try {
      for await (const event of client.watch(`${configMaps}?watch=true${query}`, signal))
        events.push(
          `${textAt(event, "type")} ${textAt(event, "object", "metadata", "name")}`.trim(),
        );
    } catch {
      // A cut watch ends with an error, as on a real network.
    }
    return events;
  }

  it("passes everything through, and counts it by verb and resource", async () => {
    const name = await make(client);
    await client.request("GET", `${configMaps}/${name}`);
    await client.request("GET", configMaps);
    await client.request("DELETE", `${configMaps}/${name}`);
    const verbs = proxy.requests.map(({ verb, resource }) => `${verb} ${resource}`);
    const expected = ["create", "get", "list", "delete"].map((verb) => `${verb} configmaps`);
    assert.deepEqual(verbs, expected);
    assert.equal(proxy.count({ resource: "configmaps", name }), 2);
  });

  it("serves the real kubectl through its own kubeconfig", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fault-proxy-"));
    const path = join(folder, "kubeconfig");
    proxy.writeKubeconfig(path);
    const answer = await plane.kubectl(["--kubeconfig", path, "get", "--raw", "/readyz"]);
    rmSync(folder, { recursive: true });
    assert.equal(answer.stdout, "ok", answer.stderr);
    assert.equal(proxy.requests.length, 1);
  });

  for (const [code, reason] of [
    [409, "Conflict"],
    [500, "InternalError"],
    [503, "ServiceUnavailable"],
  ] as const)
    it(`answers ${code} once, and the server never sees that request`, async () => {
      const name = await make();
      proxy.add({ match: { verb: "delete" }, fault: { kind: "status", code }, times: 1 });
      const refused = await client.request("DELETE", `${configMaps}/${name}`);
      assert.deepEqual([refused.status, textAt(refused.body, "reason")], [code, reason]);
      assert.ok(await exists(name));
      const second = await client.request("DELETE", `${configMaps}/${name}`);
      assert.equal(second.status, 200);
    });

  it("answers 429 with Retry-After", async () => {
    const fault = { kind: "status", code: 429, retryAfterSeconds: 3 } as const;
    proxy.add({ match: { resource: "configmaps" }, fault });
    const answer = await client.request("GET", configMaps);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers["retry-after"], "3");
    const elsewhere = await client.request("GET", "/api/v1/namespaces");
    assert.equal(elsewhere.status, 200);
  });

  it("cuts the connection before the server sees the request", async () => {
    const name = await make();
    proxy.add({ match: { verb: "delete" }, fault: { kind: "reset" } });
    await assert.rejects(client.request("DELETE", `${configMaps}/${name}`));
    assert.ok(await exists(name));
  });

  it("loses the answer of a request that the server has carried out", async () => {
    const name = await make();
    proxy.add({ match: { verb: "delete" }, fault: { kind: "lose-answer" } });
    await assert.rejects(client.request("DELETE", `${configMaps}/${name}`));
    assert.equal(await exists(name), false);
  });

  it("delays a request, and only until the fault is taken away", async () => {
    const end = proxy.add({ match: {}, fault: { kind: "delay", ms: 400 } });
    const slowFrom = performance.now();
    await client.request("GET", configMaps);
    const slow = performance.now() - slowFrom;
    end();
    const quickFrom = performance.now();
    await client.request("GET", configMaps);
    assert.ok(slow > 390 && slow > 2 * (performance.now() - quickFrom));
  });

  it("cuts open watches in both ways, and a new one works", async () => {
    for (const how of ["end", "reset"] as const) {
      const watching = eventsOf("&timeoutSeconds=60", AbortSignal.timeout(20_000));
      while (proxy.openWatches({ resource: "configmaps" }) === 0) await sleep(10);
      const name = await make();
      await sleep(200);
      assert.equal(proxy.cutWatches(how), 1);
      assert.ok((await watching).includes(`ADDED ${name}`));
      assert.equal(proxy.openWatches(), 0);
    }
  });

  it("keeps a watch open and silent", async () => {
    proxy.add({ match: {}, fault: { kind: "silence" } });
    const watching = eventsOf("", AbortSignal.timeout(700));
    while (proxy.openWatches() === 0) await sleep(10);
    await make();
    assert.deepEqual(await watching, []);
  });

  it("tells a watch that its version is too old, in the stream", async () => {
    proxy.add({ match: {}, fault: { kind: "error-event", code: 410 } });
    assert.deepEqual(await eventsOf("", AbortSignal.timeout(5000)), ["ERROR"]);
  });

  it("answers a list as it was", async () => {
    const items = async () =>
      listAt((await client.request("GET", configMaps)).body, "items").length;
    const end = proxy.add({ match: {}, fault: { kind: "stale" } });
    const first = await items();
    await make();
    assert.equal(await items(), first);
    end();
    assert.equal(await items(), first + 1);
  });

  it("goes down like a server that crashed and comes up on the same port", async () => {
    const { server } = proxy.connection;
    await proxy.goDown();
    await assert.rejects(client.request("GET", configMaps));
    await proxy.comeUp();
    assert.equal(proxy.connection.server, server);
    assert.equal((await client.request("GET", configMaps)).status, 200);
  });
});
