import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import { pino } from "pino";
import {
  describeSpan,
  startTracing,
  tracedCall,
  tracedPass,
  tracedRequest,
  traceFields,
} from "../../src/observe/tracing.ts";

const SILENT = pino({ level: "silent" });
const PARENT = "4bf92f3577b34da6a3ce929d0e0e4736";
const settled = { kind: "settled" };

describe("traces", () => {
  let collector: Server;
  /** Bodies as latin1: names and ids stand in protobuf as they are. */
  const received: { readonly url: string; readonly type: string; readonly body: string }[] = [];
  let endpoint = "";
  before(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("latin1");
        received.push({
          url: String(request.url),
          type: String(request.headers["content-type"]),
          body,
        });
        response.end();
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const address = collector.address();
    endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  });
  after(() => collector.close());

  it("are none, and cost nothing, without an endpoint", async () => {
    assert.equal(await startTracing({}, "1.2.3", SILENT), undefined);
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: "true" };
    assert.equal(await startTracing(off, "1.2.3", SILENT), undefined);
    const fields = await tracedPass("prismcluster", "a/b", async () => ({
      ...settled,
      fields: traceFields(),
    }));
    assert.deepEqual(fields.fields, {});
  });

  it("are refused in words where the variables ask for what is not there", async () => {
    const grpc = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    await assert.rejects(startTracing(grpc, "1", SILENT), /http\/protobuf .*4318.*not grpc/);
    const sampler = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: "some" };
    await assert.rejects(
      startTracing(sampler, "1", SILENT),
      /OTEL_TRACES_SAMPLER: there is no some/,
    );
  });

  it("of passes, their calls and webhook calls reach a collector", async () => {
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
    process.env["OTEL_RESOURCE_ATTRIBUTES"] = "k8s.pod.name=operator-1";
    const tracing = await startTracing(process.env, "1.2.3", SILENT);
    assert.ok(tracing);

    const inPass = await tracedPass("prismcluster", "team/prism", async () => {
      await new Promise((resolve) => setImmediate(resolve));
      tracedCall(
        { method: "PATCH", path: "/apis/apps/v1/namespaces/team/statefulsets/redis?x=1" },
        200,
        5,
      );
      tracedCall({ method: "GET", path: "/api/v1/namespaces/team/secrets/s" }, 200, 5);
      return { ...settled, fields: traceFields() };
    });
    assert.match(
      JSON.stringify(inPass.fields),
      /"trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}"/,
    );
    // A lease is renewed outside of any pass: no trace of its own.
    tracedCall(
      { method: "PUT", path: "/apis/coordination.k8s.io/v1/namespaces/x/leases/l" },
      200,
      1,
    );

    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    const headers = { traceparent: `00-${PARENT}-00f067aa0ba902b7-01` };
    tracedRequest({ url: "/mutate?timeout=10s", headers }, response, () =>
      describeSpan(() => ({ "prism.result": "denied" })),
    );
    response.emit("close");
    await tracing.stop();

    const body = received.map((one) => one.body).join("");
    assert.deepEqual(
      [...new Set(received.map(({ url, type }) => `${url} ${type}`))],
      ["/v1/traces application/x-protobuf"],
    );
    for (const text of [
      "reconcile prismcluster",
      "PATCH statefulsets",
      "GET secrets",
      "POST /mutate",
      "denied",
      "operator-1",
      "1.2.3",
      Buffer.from(PARENT, "hex").toString("latin1"),
    ])
      assert.ok(body.includes(text), text);
    assert.doesNotMatch(body, /leases|x=1|timeout=10s/);
  });
});
