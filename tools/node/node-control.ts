/** How a test, which is a process of its own, asks for what only the owner of the node can do. */
import { createServer, type Server } from "node:http";
import type { RunningNode } from "./node.ts";

/** Serves `POST /restart` on a free port of loopback. */
export async function serveNodeControl(
  node: RunningNode,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/restart") {
      response.writeHead(404).end();
      return;
    }
    node.restart().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}/restart` };
}
