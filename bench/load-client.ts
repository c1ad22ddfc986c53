/**
 * A load generator in a process of its own: raw HTTP/1.1 over TLS on keep-alive connections, one request after the other on
 * each. It does as little as possible, so that the server under test is the slower side.
 * Reads its options as JSON from the first argument and prints one line of JSON.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { parseArgs } from "node:util";
import { percentile } from "./statistics.ts";

/** What to send, and for how long. */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** File with the body. */
  readonly bodyFile: string;
  /** Whether every request is to be about another object: the digits of NAME_DIGITS are counted up. */
  readonly isUnique: boolean;
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** Latencies in milliseconds; `failures` counts answers other than 200. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** All answered requests, those of the warm-up too. */
  readonly answered: number;
  readonly failures: number;
}

/** Stands in the bodies where their objects' names differ. */
export const NAME_DIGITS = "00000000";
const HEADER_END = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";
const CONTENT_LENGTH = /content-length: (\d+)/i;

/** Drives the load; resolves after warm-up and measurement. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const request = requestBytes(options);
  // Another round must not begin with the names of this one.
  let count = Math.floor(Math.random() * 10 ** NAME_DIGITS.length);
  const numbered = (bytes: Buffer): NextRequest => {
    if (!options.isUnique) return () => bytes;
    const places = placesOf(bytes, NAME_DIGITS);
    return () => {
      const digits = String(count++ % 10 ** NAME_DIGITS.length).padStart(NAME_DIGITS.length, "0");
      for (const place of places) bytes.write(digits, place, "latin1");
      return bytes;
    };
  };
  const latencies: number[] = [];
  let failures = 0;
  let answered = 0;
  const startAt = performance.now() + options.warmupMs;
  const endAt = startAt + options.measureMs;
  const record = (sentAt: number, isOk: boolean): void => {
    answered++;
    if (sentAt < startAt) return;
    latencies.push(performance.now() - sentAt);
    if (!isOk) failures++;
  };
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      driveConnection(options.port, numbered(Buffer.from(request)), endAt, record),
    ),
  );
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (latencies.length * 1000) / options.measureMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    requests: latencies.length,
    answered,
    failures,
  };
}

/** The next request of a connection; the one before has been answered. */
type NextRequest = () => Buffer;

function placesOf(bytes: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

function requestBytes(options: LoadOptions): Buffer {
  const body = readFileSync(options.bodyFile);
  const head = `POST ${options.path} HTTP/1.1\r\nHost: localhost:${options.port}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: ${body.byteLength}${HEADER_END}`;
  return Buffer.concat([Buffer.from(head), body]);
}

type Record = (sentAt: number, isOk: boolean) => void;

function driveConnection(
  port: number,
  next: NextRequest,
  endAt: number,
  record: Record,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The server under test is ours and on this machine: its certificate says nothing.
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.setNoDelay(true);
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      if (sentAt >= endAt) socket.destroy();
      else socket.write(next());
    };
    const take = responseReader((isOk) => {
      record(sentAt, isOk);
      send();
    });
    socket.on("secureConnect", send);
    socket.on("data", take);
    socket.on("error", reject);
    socket.on("close", () => resolve());
  });
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

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  const options: LoadOptions = JSON.parse(positionals[0] ?? "{}");
  process.stdout.write(`${JSON.stringify(await runLoad(options))}\n`);
  process.exit(0);
}
