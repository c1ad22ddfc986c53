/** The floor of every comparison: a bare node:https server that reads a body, parses it and answers a fixed object. */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const ANSWER = JSON.stringify({
  kind: "AdmissionReview",
  apiVersion: "admission.k8s.io/v1",
  response: { uid: "00000000-0000-4000-8000-000000000000", allowed: true },
});

/** Starts the floor with `tls.crt` and `tls.key` of a folder and answers its port. */
export function startFloor(certsFolder: string): Promise<number> {
  const server = createServer(
    {
      cert: readFileSync(join(certsFolder, "tls.crt")),
      key: readFileSync(join(certsFolder, "tls.key")),
      keepAliveTimeout: 120_000,
    },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        JSON.parse(Buffer.concat(chunks).toString());
        response.writeHead(200, {
          "content-type": "application/json",
          "content-length": ANSWER.length,
        });
        response.end(ANSWER);
      });
    },
  );
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify({ port: await startFloor(process.argv[2] ?? ".") })}\n`);
}
