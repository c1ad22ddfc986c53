/** Raw HTTP/1.1 over TLS: cheaper than an HTTP client, so that more of the load reaches the server. */
import { once } from "node:events";
import { connect } from "node:tls";
import type { Connection } from "./load-client.ts";

const HEADER_END = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";
const CONTENT_LENGTH = /content-length: (\d+)/i;

/** One connection to a server of this machine. */
export async function openHttp1(port: number): Promise<Connection> {
  // The server under test is ours and on this machine: its certificate says nothing.
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  socket.setNoDelay(true);
  await once(socket, "secureConnect");
  let waiter: PromiseWithResolvers<boolean> | undefined;
  socket.on(
    "data",
    responseReader((isOk) => waiter?.resolve(isOk)),
  );
  const fail = (): void => waiter?.reject(new Error("the connection ended before the answer"));
  socket.on("error", fail).on("close", fail);
  return {
    send: (path, body) => {
      waiter = Promise.withResolvers();
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: ${body.byteLength}${HEADER_END}`;
      socket.write(Buffer.concat([Buffer.from(head), body]));
      return waiter.promise;
    },
    close: () => socket.destroy(),
  };
}

/** Feeds on data and calls back once a whole response has arrived. Go sends larger bodies in chunks, without a length. */
function responseReader(done: (isOk: boolean) => void): (data: Buffer) => void {
  let head = "";
  let body: BodyEnd | undefined;
  let isOk = false;
  return (data) => {
    let rest = data;
    if (body === undefined) {
      head += data.toString("latin1");
      const end = head.indexOf(HEADER_END);
      if (end < 0) return;
      isOk = head.startsWith("HTTP/1.1 200");
      body = bodyEnd(head.slice(0, end));
      rest = data.subarray(data.length - (head.length - end - HEADER_END.length));
      head = "";
    }
    if (!body(rest)) return;
    body = undefined;
    done(isOk);
  };
}

/** Takes the next data of a body; true when it was the last. */
type BodyEnd = (data: Buffer) => boolean;

function bodyEnd(head: string): BodyEnd {
  const length = CONTENT_LENGTH.exec(head)?.[1];
  if (length === undefined) return endOfChunks();
  let missing = Number(length);
  return (data) => {
    missing -= data.length;
    return missing <= 0;
  };
}

function endOfChunks(): BodyEnd {
  let tail = "";
  return (data) => {
    tail = (tail + data.subarray(-LAST_CHUNK.length).toString("latin1")).slice(-LAST_CHUNK.length);
    return tail === LAST_CHUNK;
  };
}
