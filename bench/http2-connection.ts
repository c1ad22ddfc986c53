/** One HTTP/2 session with one stream at a time, to compare it with a connection of HTTP/1.1. */
import { once } from "node:events";
import { connect } from "node:http2";
import type { Connection } from "./load-client.ts";

/** One session with a server of this machine. */
export async function openHttp2(port: number): Promise<Connection> {
  // The server under test is ours and on this machine: its certificate says nothing.
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  await once(session, "connect");
  return {
    send: async (path, body) => {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/json",
        "content-length": body.byteLength,
      });
      let status: unknown;
      stream.once("response", (headers) => {
        status = headers[":status"];
      });
      stream.end(body);
      stream.resume();
      await once(stream, "end");
      return status === 200;
    },
    close: () => session.destroy(),
  };
}
