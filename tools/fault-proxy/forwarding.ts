import type { IncomingMessage, ServerResponse } from "node:http";
import type { Agent } from "node:https";
import { request } from "node:https";

/** Connection-specific headers are for one hop (RFC 9110, section 7.6.1). */
const hopHeaders: readonly string[] = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

/** Sends a request on to the server; resolves with its answer. Rejects when there is none. */
export function forward(
  incoming: IncomingMessage,
  target: string,
  agent: Agent,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(new URL(incoming.url ?? "/", target), {
    agent,
    method: incoming.method,
    headers: { ...withoutHopHeaders(incoming), host: new URL(target).host },
  });
  outgoing.once("response", resolve).once("error", reject);
  incoming.pipe(outgoing);
  incoming.once("error", () => outgoing.destroy());
  return promise;
}

/** Gives the server's answer to the client as it comes; either end going away takes the other along. */
export function deliver(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, withoutHopHeaders(answer));
  response.flushHeaders();
  answer.pipe(response);
  answer.once("error", () => response.destroy());
  // A watch that is ended on purpose may still get an event from the server.
  response.on("error", () => answer.destroy());
  response.once("close", () => answer.destroy());
}

/** The whole body of an answer. */
export async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The headers that may be passed on. */
export function withoutHopHeaders(message: IncomingMessage): IncomingMessage["headers"] {
  const headers = { ...message.headers };
  for (const name of hopHeaders) delete headers[name];
  return headers;
}
