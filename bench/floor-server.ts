/**
 * The floor of every comparison: a bare node:https server that reads a body, parses it and answers a fixed object.
 * With `--h2` the same on node:http2.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const ANSWER = JSON.stringify({
  kind: "AdmissionReview",
  apiVersion: "admission.k8s.io/v1",
  response: { uid: "00000000-0000-4000-8000-000000000000", allowed: true },
});
const KEEP_ALIVE_MS = 120_000;

function answer(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader("content-type", "application/json");
    response.setHeader("content-length", ANSWER.length);
    response.end(ANSWER);
  });
}

/** A running floor. */
export interface Floor {
  readonly port: number;
  close(): void;
}

/** Starts the floor with `tls.crt` and `tls.key` of a folder. */
export async function startFloor(certsFolder: string, isHttp2: boolean): Promise<Floor> {
  const pair = {
    cert: readFileSync(join(certsFolder, "tls.crt")),
    key: readFileSync(join(certsFolder, "tls.key")),
  };
  const server = isHttp2
    ? createSecureServer(pair, answer)
    : createServer({ ...pair, keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

if (import.meta.main) {
  const [folder = ".", protocol] = process.argv.slice(2);
  const { port } = await startFloor(folder, protocol === "--h2");
  process.stdout.write(`${JSON.stringify({ port })}\n`);
}
