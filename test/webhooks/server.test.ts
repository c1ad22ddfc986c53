import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ConnectionOptions, connect } from "node:tls";
import { admission, conversion, hubExample } from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture();
});
after(() => webhooks.stop());

const JSON_TYPE = { "content-type": "application/json" };
const MIB = 1024 * 1024;
const valid = (): string => JSON.stringify(admission({ object: hubExample() }));

/** A Status as the API server reads it. */
function assertStatus(answer: { code: number; json: unknown }, code: number): void {
  assert.equal(answer.code, code);
  const status = answer.json as Record<string, unknown>;
  assert.equal(status["kind"], "Status");
  assert.equal(status["apiVersion"], "v1");
  assert.equal(status["status"], "Failure");
  assert.equal(status["code"], code);
  assert.ok(typeof status["message"] === "string" && status["message"] !== "");
}

describe("requests that are no reviews", () => {
  const request = JSON.parse(JSON.stringify(admission({ object: {} }))).request;
  const review = (changes: object): string =>
    JSON.stringify({ ...JSON.parse(JSON.stringify(admission({ object: {} }))), ...changes });
  const withRequest = (changes: object): string => review({ request: { ...request, ...changes } });
  const cases: readonly [string, number, string, string, Record<string, string>?][] = [
    ["nothing", 400, "/mutate", ""],
    ["no JSON", 400, "/validate", "{"],
    ["a list", 400, "/mutate", "[]"],
    ["null", 400, "/convert", "null"],
    ["a number", 400, "/protect", "5"],
    ["another kind", 400, "/mutate", review({ kind: "ConversionReview" })],
    ["an unknown review version", 400, "/mutate", review({ apiVersion: "admission.k8s.io/v2" })],
    ["the old review version", 400, "/mutate", review({ apiVersion: "admission.k8s.io/v1beta1" })],
    ["no request", 400, "/validate", review({ request: undefined })],
    ["a request that is a list", 400, "/validate", review({ request: [] })],
    ["no uid", 400, "/mutate", withRequest({ uid: undefined })],
    ["a uid that is no text", 400, "/mutate", withRequest({ uid: 5 })],
    ["an unknown operation", 400, "/mutate", withRequest({ operation: "PATCH" })],
    ["no kind", 400, "/mutate", withRequest({ kind: null })],
    [
      "a kind that is not ours",
      400,
      "/mutate",
      withRequest({ kind: { group: "apps", version: "v1", kind: "Deployment" } }),
    ],
    [
      "a kind named __proto__",
      400,
      "/mutate",
      withRequest({ kind: { group: "prism.io", version: "v1alpha2", kind: "__proto__" } }),
    ],
    [
      "an object in an older version",
      400,
      "/mutate",
      withRequest({ kind: { group: "prism.io", version: "v1alpha1", kind: "PrismCluster" } }),
    ],
    ["an object that is a list", 400, "/mutate", withRequest({ object: [] })],
    ["an update without the old object", 400, "/mutate", withRequest({ operation: "UPDATE" })],
    [
      "a conversion without objects",
      400,
      "/convert",
      JSON.stringify(conversion("prism.io/v1alpha2", undefined)),
    ],
    [
      "a conversion of texts",
      400,
      "/convert",
      JSON.stringify(conversion("prism.io/v1alpha2", ["x"])),
    ],
    ["a conversion to no version", 400, "/convert", JSON.stringify(conversion(5, []))],
    ["nesting of 10,000 lists", 400, "/mutate", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["another path", 404, "/mutat", valid()],
    ["a path below", 404, "/mutate/x", valid()],
    ["text", 415, "/mutate", valid(), { "content-type": "text/plain" }],
    ["no content type", 415, "/mutate", valid(), {}],
    ["JSON by suffix", 415, "/mutate", valid(), { "content-type": "application/json-patch+json" }],
    ["a compressed body", 415, "/mutate", valid(), { ...JSON_TYPE, "content-encoding": "gzip" }],
    ["7 MiB and a byte", 413, "/validate", "x".repeat(7 * MIB + 1)],
    [
      "8 MiB in chunks",
      413,
      "/validate",
      "x".repeat(8 * MIB),
      { ...JSON_TYPE, "transfer-encoding": "chunked" },
    ],
    ["32 MiB and a byte", 413, "/convert", "x".repeat(32 * MIB + 1)],
  ];
  for (const [name, code, path, body, headers] of cases) {
    it(`${name}: ${code}`, async () => {
      assertStatus(await webhooks.send("POST", path, body, headers ?? JSON_TYPE), code);
    });
  }

  for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    it(`${method}: 405 with what is allowed`, async () => {
      const answer = await webhooks.send(method, "/mutate", "", JSON_TYPE);
      assertStatus(answer, 405);
      assert.equal(answer.headers["allow"], "POST");
    });
  }

  it("none of them counts as our fault, each is reported", () => {
    assert.deepEqual(webhooks.recorder.panics, []);
    assert.ok(webhooks.recorder.faults.length >= cases.length);
  });
});

describe("the server", () => {
  it("answers uid, kind and apiVersion of the review, as JSON, and keeps the connection", async () => {
    const answer = await webhooks.post("/validate", valid());
    const json = answer.json as { kind: string; apiVersion: string; response: { uid: string } };
    assert.equal(answer.code, 200);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.equal(json.kind, "AdmissionReview");
    assert.equal(json.apiVersion, "admission.k8s.io/v1");
    assert.equal(json.response.uid, JSON.parse(valid()).request.uid);
  });

  it("takes a content type with parameters, and a query such as ?timeout=10s", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    assert.equal((await webhooks.send("POST", "/mutate?timeout=10s", valid(), headers)).code, 200);
  });

  it("speaks nothing older than TLS 1.3", async () => {
    const { port } = new URL(webhooks.url);
    const old: ConnectionOptions = {
      port: Number(port),
      host: "127.0.0.1",
      ca: webhooks.ca,
      maxVersion: "TLSv1.2",
    };
    await assert.rejects(
      new Promise((resolve, reject) => {
        const socket = connect(old, () => resolve(socket.destroy()));
        socket.on("error", reject);
      }),
    );
  });

  it("survives a body that ends early", async () => {
    const { port } = new URL(webhooks.url);
    const socket = connect({ port: Number(port), host: "127.0.0.1", ca: webhooks.ca });
    await new Promise((resolve) => socket.once("secureConnect", resolve));
    socket.write(
      "POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    assert.equal((await webhooks.post("/validate", valid())).code, 200);
    assert.deepEqual(webhooks.recorder.panics, []);
  });

  it("ends connections with its answers while it drains", async () => {
    const draining = await startFixture();
    draining.service.drain();
    const answer = await draining.post("/validate", valid());
    assert.equal(answer.code, 200);
    assert.equal(answer.headers["connection"], "close");
    await draining.stop();
  });
});

describe("a fault of ours", () => {
  it("is a 500 with a Status, is counted, and the next request is served", async () => {
    const [kind] = (await import("./webhook-fixture.ts")).repositoryKinds();
    assert.ok(kind);
    const broken = { ...kind, validator: { judge: () => assert.fail("a bug") } };
    const failing = await startFixture({ kinds: [broken] });
    assertStatus(await failing.post("/validate", valid()), 500);
    assert.equal(failing.recorder.panics.length, 1);
    assert.equal((await failing.post("/convert", conversion("prism.io/v1alpha2", []))).code, 200);
    await failing.stop();
  });
});
